import type { Answer } from '../formats/remediation-answer.ts';
import { systemClock } from '../gateways/clock.ts';
import { createPasswordClients } from '../gateways/password-clients.ts';
import { randomBelow } from '../gateways/random.ts';
import { answerPassword } from './answer-password.ts';
import type { LambdaContext } from './function-run.ts';
import { jsonLog, writeLine } from './log.ts';

const clients = createPasswordClients();
const log = jsonLog(writeLine);
const readerRoleArn = process.env['PASSWORD_READER_ROLE_ARN'] ?? '';

/** The entry point of the function unused-iam-credentials-issue-password; see answerPassword. */
export const handler = (event: unknown, context: LambdaContext): Promise<Answer> =>
  answerPassword(event, context, {
    ...clients,
    clock: systemClock,
    log,
    randomBelow,
    readerRoleArn,
  });
