import type { Answer } from '../formats/remediation-answer.ts';
import { systemClock } from '../gateways/clock.ts';
import { createRemediationClients } from '../gateways/remediation-clients.ts';
import { answerRevocation } from './answer-revocation.ts';
import type { LambdaContext } from './function-run.ts';
import { jsonLog, writeLine } from './log.ts';

const clients = createRemediationClients();
const log = jsonLog(writeLine);

/** The entry point of the function unused-iam-credentials-plan-revocation; see answerRevocation. */
export const handler = (event: unknown, context: LambdaContext): Promise<Answer> =>
  answerRevocation(event, context, { ...clients, clock: systemClock, log });
