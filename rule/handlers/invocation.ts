import type { Clients } from '../aws/clients.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { type FunctionLocation, parseFunctionArn } from '../formats/arns.ts';

/** Writes one structured log line. Fields never hold a secret; JSON escapes what names may hold. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/**
 * Takes a line of text; writes it to standard output as it is. Lambda's Node.js runtime has a `console.log`
 * of its own, which puts time, request and level before the line, so that metric filters find no JSON.
 */
export function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Takes what writes a line of text; gives back a log that writes JSON, one object a line. */
export function jsonLog(write: (line: string) => void): Log {
  return (level, message, fields) => write(JSON.stringify({ ...fields, level, message }));
}

/** What is used of Lambda's context object. */
export interface LambdaContext {
  readonly invokedFunctionArn: string;
  readonly getRemainingTimeInMillis: () => number;
}

/** What every function of a document runs with. */
export interface FunctionDependencies extends Clients<'iam' | 'config' | 'ssm'> {
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

/** How long IAM's reads may lag behind its writes before a verification gives up, and the time between two reads (milliseconds). */
const patience = 30_000;
const pause = 2_000;

/** Reads until `isDone`, for at most 30 seconds. Returns the last state. */
export async function pollUntil<State>(
  clock: Clock,
  deadline: Instant,
  read: () => Promise<State>,
  isDone: (state: State) => boolean,
): Promise<State> {
  const end = Math.min(deadline, clock.now() + patience);
  for (;;) {
    const state = await read();
    if (isDone(state) || clock.now() + pause > end) return state;
    await clock.sleep(pause);
  }
}
