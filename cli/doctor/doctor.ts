import pMap from 'p-map';
import { describeRule, type RuleLocation, readRemediation } from '../../rule/aws/config-rule.ts';
import { type DeployedFunction, readFunction } from '../../rule/aws/lambda.ts';
import { ExpectedError, oneLine } from '../../rule/core/errors.ts';
import { functionNames } from '../../rule/core/names.ts';
import { splitArn } from '../../rule/formats/arns.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { withProgress } from '../terminal/progress.ts';
import { describeFailure, plainJson } from '../terminal/style.ts';
import { type Check, type CheckResult, type Sources, unchecked } from './check.ts';
import { checks } from './checks.ts';
import type { DoctorOptions } from './options.ts';
import { type Report, renderReport, reportExitCode } from './report.ts';

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
  const report = await withProgress(environment, 'Reading what is deployed', (progress) =>
    examine(options, environment, progress),
  );
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
): Promise<Report> {
  const clients = await connect('deployed');
  const { config, lambda, ssm } = clients;
  const { ruleName } = options;
  const [region, now] = [await ssm.config.region(), clock.now()];
  const functions = new Map<string, () => Promise<DeployedFunction | null>>(
    Object.values(functionNames).map((name) => [name, once(() => readFunction(lambda, name))]),
  );
  const rule = once(() => describeRule(config, ruleName));
  const remediation = once(() => readRemediation(config, ruleName));
  const arns = [
    async () => (await rule())?.ConfigRuleArn,
    async () => (await remediation())?.arn,
    ...[...functions.values()].map((read) => async () => (await read())?.arn),
  ];
  const results = new Map<string, () => Promise<CheckResult>>();
  const sources: Sources = {
    ...{ options, clients, region, ruleName, now, clock, report, rule, remediation },
    build: once(readBuild),
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
    const isFile = error instanceof ExpectedError && error.name === 'FileError';
    const build = 'run npm run build in a checkout, or install the package again';
    return unchecked(describeFailure(error), ...(isFile ? [build] : []));
  }
  return judge(value, sources);
}

/**
 * Returns where everything must be deployed, by the first ARN that names an account; null if none does. A read that
 * fails is left to the check that reports it.
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
