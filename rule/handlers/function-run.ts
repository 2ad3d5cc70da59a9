import { messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { type FunctionLocation, parseFunctionArn } from '../formats/function-arn.ts';
import type { Clock } from '../gateways/clock.ts';
import type { RemediationClients } from '../gateways/remediation-clients.ts';
import type { Log } from './log.ts';

/** What is used of Lambda's context object. */
export interface LambdaContext {
  readonly invokedFunctionArn: string;
  readonly getRemainingTimeInMillis: () => number;
}

/** What every function of a document runs with. */
export interface FunctionDependencies extends RemediationClients {
  readonly clock: Clock;
  readonly log: Log;
}

/** One invocation: where the function is, when it began, and when it must have answered. */
export interface Invocation {
  readonly location: FunctionLocation;
  readonly now: Instant;
  readonly deadline: Instant;
}

/** Automation gives a function 300 seconds; some are kept for the answer (milliseconds). */
const longest = 280_000;
const reserve = 5_000;

/**
 * Runs one invocation. Takes Lambda's context, what to run with, and the work, which gives the answer and what
 * to say of it in the log. Gives back the answer. Logs one summary line, whatever happens. Throws what
 * the work throws.
 */
export async function runInvocation<Answer>(
  context: LambdaContext,
  { clock, log, requests }: Pick<FunctionDependencies, 'clock' | 'log' | 'requests'>,
  work: (invocation: Invocation) => Promise<{ answer: Answer; summary: Record<string, unknown> }>,
): Promise<Answer> {
  const now = clock.now();
  const before = new Map(requests);
  const summarize = (level: 'info' | 'error', fields: Record<string, unknown>) => {
    const sent = [...requests]
      .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
      .filter(([, count]) => count > 0);
    const durationMs = clock.now() - now;
    log(level, 'summary', { ...fields, requests: Object.fromEntries(sent), durationMs });
  };
  try {
    const location = parseFunctionArn(context.invokedFunctionArn);
    const remaining = Math.min(longest, context.getRemainingTimeInMillis());
    const deadline = now + remaining - Math.min(reserve, remaining / 4);
    const { answer, summary } = await work({ location, now, deadline });
    summarize('info', summary);
    return answer;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    summarize('error', { outcome: 'failed', error: name, reason: messageOf(error) });
    throw error;
  }
}
