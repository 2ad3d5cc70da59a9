import pMap from 'p-map';
import { describeRule, type RuleLocation, readRemediation } from '../../rule/aws/config-rule.ts';
import { type DeployedFunction, readFunction } from '../../rule/aws/lambda.ts';
import { splitArn } from '../../rule/core/arns.ts';
import { ExpectedError, oneLine } from '../../rule/core/errors.ts';
import { documentNames, functionNames, prefix } from '../../rule/core/names.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { createRunLog, type RunLog } from '../execution/run-log.ts';
import { invalid, parseFormat, type ResultFormat, usage } from '../options.ts';
import { revokeDocumentOptions } from '../revoke/options.ts';
import { withProgress } from '../terminal/io.ts';
import { describeFailure, plain, plainJson, type TerminalStyle } from '../terminal/style.ts';
import { layOut } from '../terminal/table.ts';
import {
  type Check,
  type CheckResult,
  checkStates,
  conclude,
  type Finding,
  type Sources,
  unchecked,
} from './check.ts';
import { documentCheck } from './checks/document.ts';
import { dryRun } from './checks/dry-run.ts';
import { evaluation } from './checks/evaluation.ts';
import { functionCheck } from './checks/function.ts';
import { otherRules } from './checks/other-rules.ts';
import { pause } from './checks/pause.ts';
import { purge } from './checks/purge.ts';
import { recorder } from './checks/recorder.ts';
import { records } from './checks/records.ts';
import { remediation } from './checks/remediation.ts';
import { rule } from './checks/rule.ts';
import { secrets } from './checks/secrets.ts';
import { subscriptions } from './checks/subscriptions.ts';

/** What doctor is to do, validated. */
interface DoctorOptions {
  readonly ruleName: string;
  /** The user of the dry run, by name, ARN or unique ID; undefined for any user. */
  readonly user: string | undefined;
  readonly dryRun: boolean;
  readonly format: ResultFormat;
}

/** The command's options as text, before validation. */
export interface RawDoctorOptions {
  readonly rule?: string;
  readonly user?: string;
  readonly dryRun?: boolean;
  readonly format?: string;
}

/** Validates the options. Throws UsageError. */
export function parseDoctorOptions(raw: RawDoctorOptions): DoctorOptions {
  const { rule: ruleName = prefix, user, dryRun = true } = raw;
  if (!revokeDocumentOptions.rule.accepts(ruleName)) {
    throw invalid('--rule', ruleName, 'the name of an AWS Config rule', 'doctor');
  }
  if (user !== undefined && !dryRun) {
    throw usage(
      '--user names the user of the dry run; give either --user or --no-dry-run',
      'doctor',
    );
  }
  return { ruleName, user, dryRun, format: parseFormat(raw.format, 'doctor') };
}

/** All checks, in the order of the report. */
const checks: readonly Check[] = [
  rule,
  evaluation,
  ...Object.values(functionNames).map(functionCheck),
  ...Object.entries(documentNames).map(([key, name]) => documentCheck(`document-${key}`, name)),
  remediation,
  purge,
  otherRules,
  records,
  recorder,
  pause,
  secrets,
  subscriptions,
  dryRun,
];

/** Checks that run at the same time. */
const concurrency = 4;

/**
 * Runs `doctor`: makes all checks and writes the report.
 * Throws ExpectedError if nothing could be checked or the report could not be written.
 */
export async function doctor(
  options: DoctorOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const log = createRunLog(documentNames.revoke);
  const stopListening = environment.onInterrupt?.(log.describe);
  const report = await withProgress(environment, 'Reading what is deployed', (progress) =>
    examine(options, environment, progress, log),
  ).finally(() => stopListening?.());
  const { style, width } = environment;
  await environment.write([
    options.format === 'json' ? plainJson(report) : renderReport(report, style, width),
  ]);
  return reportExitCode(report);
}

async function examine(
  options: DoctorOptions,
  { clock, connect, readBuild }: CommandEnvironment,
  report: (what: string) => void,
  log: RunLog,
): Promise<Report> {
  const clients = await connect('deployed');
  const { config, lambda, ssm } = clients;
  const { ruleName, user } = options;
  const [region, now] = [await ssm.config.region(), clock.now()];
  const functions = new Map<string, () => Promise<DeployedFunction | null>>(
    Object.values(functionNames).map((name) => [name, once(() => readFunction(lambda, name))]),
  );
  const reads = {
    build: once(readBuild),
    rule: once(() => describeRule(config, ruleName)),
    remediation: once(() => readRemediation(config, ruleName)),
  };
  const arns = [
    async () => (await reads.rule())?.ConfigRuleArn,
    async () => (await reads.remediation())?.arn,
    ...[...functions.values()].map((read) => async () => (await read())?.arn),
  ];
  const results = new Map<string, () => Promise<CheckResult>>();
  const sources: Sources = {
    ...reads,
    ...{ clients, region, ruleName, user, dryRun: options.dryRun, now, clock, report, log },
    deployedFunction: async (name) => (await functions.get(name)?.()) ?? null,
    location: once(() => findLocation(arns, region)),
    resultOf: (id) => results.get(id)?.() ?? Promise.reject(new Error(`No check ${id}`)),
  };
  for (const check of checks)
    results.set(
      check.id,
      once(() => runCheck(check, sources)),
    );
  return {
    ...{ region, ruleName },
    checks: await pMap(results.values(), (result) => result(), { concurrency }),
    accountId: (await sources.location())?.accountId ?? null,
  };
}

async function runCheck({ id, ...check }: Check, sources: Sources): Promise<CheckResult> {
  const { state, finding, remedy } = await findingOf(check, sources);
  return {
    ...{ id, state, finding: oneLine(finding) },
    remedy: remedy === null ? null : oneLine(remedy),
  };
}

async function findingOf({ read, judge }: Omit<Check, 'id'>, sources: Sources) {
  let value: unknown;
  try {
    value = await read(sources);
  } catch (error) {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
    return conclude(errors.map(toUnchecked), '');
  }
  return judge(value, sources);
}

function toUnchecked(error: unknown): Finding {
  const isFile = error instanceof ExpectedError && error.name === 'FileError';
  const build = 'run npm run build in a checkout, or install the package again';
  return unchecked(describeFailure(error), ...(isFile ? [build] : []));
}

/**
 * Returns where everything must be deployed, by the first ARN that names an account; null if none does. Skips a read
 * that fails: each is also made by a check, which reports the failure.
 */
export async function findLocation(
  arns: readonly (() => Promise<string | undefined>)[],
  region: string,
): Promise<RuleLocation | null> {
  for (const read of arns) {
    const arn = await read().catch(() => undefined);
    const { partition, accountId } = splitArn(arn ?? '');
    if (/^\d{12}$/u.test(accountId)) return { partition, region, accountId };
  }
  return null;
}

/** Returns a read that is made at most once. */
function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= read();
    return made;
  };
}

/** What doctor found, as its JSON output shows it. */
export interface Report {
  /** Null if no answer from AWS names it. */
  readonly accountId: string | null;
  readonly region: string;
  readonly ruleName: string;
  readonly checks: readonly CheckResult[];
}

/** Returns 2 if anything is unchecked, otherwise 1 if anything is wrong: the same order as audit's. */
function reportExitCode({ checks }: Report): ExitCode {
  if (checks.some(({ state }) => state === 'unchecked')) return 2;
  return checks.some(({ state }) => state === 'wrong') ? 1 : 0;
}

/** Renders a line per check with its remedy below, and the counts. A remedy is not wrapped, because people copy it. */
function renderReport(report: Report, style: TerminalStyle, width: number | null): string {
  const { accountId, region, ruleName, checks } = report;
  const paint = { ok: style.good, warning: style.warn, wrong: style.bad, unchecked: style.bad };
  const rows = checks.map(({ id, state, finding }) => [
    { text: state, paint: paint[state] },
    id,
    finding,
  ]);
  const lines = layOut(rows, { width, overflow: 'wrap', whole: [0, 1] });
  const remedies = checks.map(({ remedy }) =>
    remedy === null ? [] : [`           → ${plain(remedy)}`],
  );
  const counts = checkStates.map(
    (state) => `${checks.filter((check) => check.state === state).length} ${state}`,
  );
  const where = `Account ${accountId ?? 'unknown'}, ${region}, rule ${ruleName}`;
  return [
    style.bold(plain(where)),
    ...lines.flatMap((line, index) => [line, ...(remedies[index] ?? [])]),
    counts.join(', '),
    '',
  ].join('\n');
}
