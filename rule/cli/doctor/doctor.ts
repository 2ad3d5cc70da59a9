import { ExpectedError } from '../../core/errors.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { plainJson } from '../plain-json.ts';
import { withProgress } from '../remediate.ts';
import type { DoctorOptions } from './doctor-options.ts';
import { judgeDeployment } from './judge-deployment.ts';
import { judgeDryRun } from './judge-dry-run.ts';
import { judgeSubscriptions } from './judge-subscriptions.ts';
import { locationOf } from './location.ts';
import { readDeployment } from './read-deployment.ts';
import { readTopic } from './read-topic.ts';
import { attempt, judge, readOf } from './reading.ts';
import { onOneLine, type Report, reportExitCode } from './report.ts';
import { renderReport } from './report-table.ts';
import { tryRevocation } from './try-revocation.ts';

/**
 * Runs `doctor`. Takes its options and the environment. Looks at everything that is deployed, runs the revocation
 * of one user dry, and writes what each check came to. Gives back the exit code; see the command's help.
 * Throws ExpectedError when nothing could be looked at, or the report could not be written.
 */
export async function doctor(
  options: DoctorOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const report = await withProgress(environment, 'Reading what is deployed', (tell) =>
    examine(options, environment, tell),
  );
  const { format } = options;
  await environment.write([
    format === 'json' ? plainJson(report) : renderReport(report, environment.style),
  ]);
  return reportExitCode(report);
}

async function examine(
  options: DoctorOptions,
  { clock, createDoctorClients, readBuild }: CommandEnvironment,
  report: (what: string) => void,
): Promise<Report> {
  if (createDoctorClients === undefined || readBuild === undefined) {
    throw new ExpectedError('UsageError', 'AWS cannot be called from here');
  }
  const clients = await createDoctorClients();
  const { ruleName } = options;
  const [region, now] = [await clients.ssm.config.region(), clock.now()];
  const build = await attempt(readBuild);
  const deployment = await readDeployment(ruleName, clients, now);
  const location = locationOf(
    [
      readOf(deployment.rule)?.ConfigRuleArn,
      readOf(deployment.remediation)?.arn,
      ...Object.values(deployment.functions).map((reading) => readOf(reading)?.arn),
    ],
    region,
  );
  const judged = judgeDeployment(deployment, { ruleName, build, location, now });
  report('Reading subscriptions');
  const topic = await attempt(() => readTopic(deployment.remediation, clients, location));
  const dryRun = await attempt(() =>
    tryRevocation(options, judged, clients, region, clock, report),
  );
  const checks = [
    ...judged,
    { id: 'subscriptions', ...judge(topic, judgeSubscriptions) },
    { id: 'dry-run', ...judge(dryRun, judgeDryRun) },
  ];
  const accountId = location?.accountId ?? null;
  return { accountId, region, ruleName, checks: checks.map(onOneLine) };
}
