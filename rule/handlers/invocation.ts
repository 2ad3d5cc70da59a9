import type { Clients } from '../aws/clients.ts';
import { type FunctionLocation, parseFunctionArn } from '../core/arns.ts';
import { messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { Answer } from '../formats/revocation-answer.ts';
import type { EventDependencies } from './event-bus.ts';
import type { Topic } from './topic.ts';

/** The properties of Lambda's context object that the functions use. */
export interface LambdaContext {
  readonly invokedFunctionArn: string;
  readonly getRemainingTimeInMillis: () => number;
}

/** What every function of a document runs with. */
export interface FunctionDependencies extends Clients<'iam' | 'config' | 'ssm'>, EventDependencies {
  /** The topic for alerts; null if there is none. */
  readonly topic: Topic | null;
}

/** One invocation: where the function is, when it began, and when it must have answered. */
export interface Invocation {
  readonly location: FunctionLocation;
  readonly now: Instant;
  readonly deadline: Instant;
}

/** The fields of a run's summary line in the log. */
type Summary = Readonly<Record<string, unknown>>;

/** Starts a run. The function it returns logs the run's summary, with the requests and the time it took. */
export function startSummary({
  clock,
  log,
  requests,
}: Pick<FunctionDependencies, 'clock' | 'log' | 'requests'>) {
  const begin = clock.now();
  const before = new Map(requests);
  return (level: 'info' | 'error', fields: Summary): Summary => {
    const counts = [...requests].map(([name, count]) => [name, count - (before.get(name) ?? 0)]);
    const sent = counts.filter(([, count]) => count !== 0);
    const durationMs = clock.now() - begin;
    const summary = { ...fields, requests: Object.fromEntries(sent), durationMs };
    log(level, 'summary', summary);
    return summary;
  };
}

/** What the summary says about an error that ended the run. */
export function describeFailure(error: unknown): Summary {
  return { error: error instanceof Error ? error.name : 'unknown', reason: messageOf(error) };
}

/** Automation gives a function 300 seconds; some are kept for the answer (milliseconds). */
const longest = 280_000;
const reserve = 5_000;

/** Runs one invocation, logs its summary whether it succeeds or fails, and resolves to the work's answer. */
export async function runInvocation<Answer>(
  context: LambdaContext,
  dependencies: Pick<FunctionDependencies, 'clock' | 'log' | 'requests'>,
  work: (invocation: Invocation) => Promise<{ answer: Answer; summary: Summary }>,
): Promise<Answer> {
  const now = dependencies.clock.now();
  const summarize = startSummary(dependencies);
  try {
    const location = parseFunctionArn(context.invokedFunctionArn);
    const remaining = Math.min(longest, context.getRemainingTimeInMillis());
    const deadline = now + remaining - Math.min(reserve, remaining / 4);
    const { answer, summary } = await work({ location, now, deadline });
    summarize('info', summary);
    return answer;
  } catch (error) {
    summarize('error', { outcome: 'failed', ...describeFailure(error) });
    throw error;
  }
}

/** A document's request to plan its changes, to confirm the plan, or to verify the changes. */
interface RequestIn<Mode extends string> {
  readonly mode: Mode;
  readonly userId: string;
  readonly executionId: string;
}

/** Runs one invocation of a function that answers a request by its mode. */
export function runByMode<
  Plan extends RequestIn<'preview' | 'plan'>,
  Confirm extends RequestIn<'confirm'>,
  Verify extends RequestIn<'verify'>,
>(
  context: LambdaContext,
  dependencies: Pick<FunctionDependencies, 'clock' | 'log' | 'requests'>,
  parse: () => Plan | Confirm | Verify,
  by: {
    readonly plan: (request: Plan, invocation: Invocation) => Promise<Answer>;
    readonly confirm: (request: Confirm, invocation: Invocation) => Promise<Answer>;
    readonly verify: (request: Verify, invocation: Invocation) => Promise<Answer>;
  },
): Promise<Answer> {
  const answerTo = (request: Plan | Confirm | Verify, invocation: Invocation) => {
    switch (request.mode) {
      case 'preview':
      case 'plan':
        return by.plan(request, invocation);
      case 'confirm':
        return by.confirm(request, invocation);
      case 'verify':
        return by.verify(request, invocation);
    }
  };
  return runInvocation(context, dependencies, async (invocation) => {
    const request = parse();
    const { mode, userId, executionId } = request;
    const answer = await answerTo(request, invocation);
    const { Outcome: outcome = 'Verified', Reason } = answer;
    const { ToRevoke, NotRevoked, Revoked, ToRestore, NotRestored, Restored } = answer;
    const { ToRemove, Removed } = answer;
    const lists = {
      ToRevoke,
      NotRevoked,
      Revoked,
      ToRemove,
      Removed,
      ToRestore,
      NotRestored,
      Restored,
    };
    return { answer, summary: { mode, userId, executionId, outcome, Reason, ...lists } };
  });
}

/** How long IAM's reads may lag behind its writes before a verification gives up, and the time between two reads (milliseconds). */
const patience = 40_000;
const pause = 2_000;

/**
 * Reads until `isDone`, by default for as long as IAM's reads may lag, unless the deadline comes first. Returns the
 * last state.
 */
export async function pollUntil<State>(
  clock: EventDependencies['clock'],
  deadline: Instant,
  read: () => Promise<State>,
  isDone: (state: State) => boolean,
  longestWait = patience,
): Promise<State> {
  const end = Math.min(deadline, clock.now() + longestWait);
  for (;;) {
    const state = await read();
    if (isDone(state) || clock.now() + pause > end) return state;
    await clock.sleep(pause);
  }
}
