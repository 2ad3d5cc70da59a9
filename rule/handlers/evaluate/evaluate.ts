import { ExpectedError } from '../../core/errors.ts';
import { formatInstant } from '../../core/instant.ts';
import { parseRuleParameters } from '../../core/rule-parameters.ts';
import { parseRuleEvent, type RuleEvent } from '../../formats/config-event.ts';
import { describeFailure, startSummary } from '../invocation.ts';
import { evaluateChange } from './change.ts';
import { evaluateScheduled } from './scheduled.ts';
import type { Dependencies, EvaluationRun, UserVerdict } from './verdicts.ts';

/** What the function returns: the verdicts that AWS Config shows after the run, and the users without one. */
export interface EvaluationResult {
  readonly users: readonly UserVerdict[];
  readonly undecided: readonly string[];
  /** The run's summary, the same as its log line. */
  readonly summary: Readonly<Record<string, unknown>>;
}

/** Time kept for putting evaluations (milliseconds), or a quarter of the whole if that is less. */
const reserve = 60_000;
/** Time kept for the answer itself, in the same way. */
const reserveForAnswer = 5_000;
/** How many subjects an error message names; the log names all. */
const namedInError = 10;

/**
 * Evaluates one event of AWS Config. Rejects if an event or a parameter is invalid, and then puts nothing; and
 * with a RunError if something could not be evaluated or put, after everything else was.
 */
export async function evaluateEvent(
  event: unknown,
  remaining: number,
  dependencies: Dependencies,
): Promise<EvaluationResult> {
  const { clock, log } = dependencies;
  const now = clock.now();
  const summarize = startSummary(dependencies);
  let trigger: 'schedule' | 'change' | undefined;
  let isDeployedRule = false;
  let run: EvaluationRun;
  try {
    const parsed = parseRuleEvent(event);
    isDeployedRule = parsed.ruleName === dependencies.deployedRule;
    trigger = parsed.kind === 'scheduled' ? 'schedule' : 'change';
    const parameters = parseRuleParameters(parsed.inputParameters);
    const deadline = now + remaining - Math.min(reserve, remaining / 4);
    const end = now + remaining - Math.min(reserveForAnswer, remaining / 8);
    // The stack does not know whether another rule on this function remediates automatically.
    const automaticRemediation = !isDeployedRule || dependencies.reporting.automaticRemediation;
    const reporting = { ...dependencies.reporting, automaticRemediation };
    run = await evaluate(parsed, { ...dependencies, reporting, parameters, now, deadline, end });
  } catch (error) {
    summarize('error', { outcome: 'failed', trigger, ...describeFailure(error) });
    throw error;
  }
  for (const arn of run.undecided) {
    const reason =
      'the credential report has no complete row for the user; the earlier result stands';
    log('warn', 'undecided', { arn, reason });
  }
  for (const { arn, message: reason } of run.failed) log('error', 'not evaluated', { arn, reason });
  const failed = run.failed.length > 0;
  // The alarm on missing runs counts `succeeded`, and anybody who may create rules can create one more.
  const succeeded = isDeployedRule ? 'succeeded' : 'succeeded for another rule';
  const outcome = failed ? 'failed' : succeeded;
  const summary = summarize(failed ? 'error' : 'info', { outcome, trigger, ...describe(run, now) });
  if (failed) throw failure(run);
  return { users: run.users, undecided: run.undecided, summary };
}

function evaluate(
  event: RuleEvent,
  context: Parameters<typeof evaluateChange>[1],
): Promise<EvaluationRun> {
  return event.kind === 'scheduled'
    ? evaluateScheduled(event, context)
    : evaluateChange(event, context);
}

function describe(run: EvaluationRun, now: number): Record<string, unknown> {
  const verdicts = { COMPLIANT: 0, NON_COMPLIANT: 0, NOT_APPLICABLE: 0 };
  for (const user of run.users) verdicts[user.compliance] += 1;
  const { reportGeneratedAt } = run;
  return {
    evaluatedAt: formatInstant(now),
    users: run.users.length,
    verdicts,
    put: run.put,
    standing: run.users.length - run.put,
    undecided: run.undecided.length,
    failed: run.failed.length,
    announced: run.announced,
    reportAgeSeconds:
      reportGeneratedAt === null ? null : Math.round((now - reportGeneratedAt) / 1000),
  };
}

function failure({ put, failed }: EvaluationRun): ExpectedError {
  const named = failed.slice(0, namedInError).map(({ arn, message }) => `${arn}: ${message}`);
  const more = failed.length > namedInError ? [`and ${failed.length - namedInError} more`] : [];
  return new ExpectedError(
    'RunError',
    `${failed.length} could not be evaluated or reported; ${put} evaluations were put. ` +
      `${[...named, ...more].join('; ')}. The log names all of them; fix the cause and evaluate again.`,
  );
}
