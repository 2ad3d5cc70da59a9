import type { Answer } from '../formats/remediation-answer.ts';
import { systemClock } from '../gateways/clock.ts';
import { createPasswordClients } from '../gateways/password-clients.ts';
import { answerRestoration } from './answer-restoration.ts';
import type { LambdaContext } from './function-run.ts';
import { jsonLog, writeLine } from './log.ts';

const clients = createPasswordClients();
const log = jsonLog(writeLine);

/** The entry point of the function unused-iam-credentials-plan-restoration; see answerRestoration. */
export const handler = (event: unknown, context: LambdaContext): Promise<Answer> =>
  answerRestoration(event, context, { ...clients, clock: systemClock, log });
