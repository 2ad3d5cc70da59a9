import type { Clients } from '../../rule/aws/clients.ts';
import {
  describeRule,
  type RuleLocation,
  readEvaluationStatus,
  readRecorder,
  readRemediation,
} from '../../rule/aws/config-rule.ts';
import { type DeployedFunction, readFunction } from '../../rule/aws/lambda.ts';
import { listIssuedSecrets } from '../../rule/aws/secrets.ts';
import { type DeployedDocument, readDocument } from '../../rule/aws/ssm-automation.ts';
import { readPauseSwitch } from '../../rule/aws/ssm-parameters.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import type { Instant } from '../../rule/core/instant.ts';
import { documentNames, functionNames } from '../../rule/core/names.ts';
import type { Build } from '../build.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { withProgress } from '../execution/remediate.ts';
import { plainJson } from '../terminal/style.ts';
import { judgeDocument } from './checks/document.ts';
import { judgeDryRun, tryRevocation } from './checks/dry-run.ts';
import { evaluationPatience, judgeEvaluation } from './checks/evaluation.ts';
import { judgeFunction } from './checks/function.ts';
import { judgePause } from './checks/pause.ts';
import { judgeRecorder } from './checks/recorder.ts';
import { judgeRemediation } from './checks/remediation.ts';
import { judgeRule } from './checks/rule.ts';
import { judgeSecrets } from './checks/secrets.ts';
import { judgeSubscriptions, readTopic } from './checks/subscriptions.ts';
import type { DoctorOptions } from './command.ts';
import {
  attempt,
  attemptAll,
  type CheckResult,
  documentChecks,
  type Finding,
  functionChecks,
  judge,
  type Reading,
  type Readings,
  readOf,
  unchecked,
} from './finding.ts';
import { onOneLine, type Report, renderReport, reportExitCode } from './report.ts';

/** What was read of an account. */
export type Deployment = Awaited<ReturnType<typeof readDeployment>>;

/**
 * Takes the rule's name, the clients and the instant. Gives back what came of reading everything that is
 * deployed. Throws nothing.
 */
export async function readDeployment(
  ruleName: string,
  { config, lambda, ssm, secrets }: Clients,
  now: Instant,
) {
  const rest = await attemptAll({
    rule: () => describeRule(config, ruleName),
    evaluation: () => readEvaluationStatus(config, ruleName, now - evaluationPatience),
    remediation: () => readRemediation(config, ruleName),
    recorder: () => readRecorder(config),
    pause: () => readPauseSwitch(ssm),
    secrets: () => listIssuedSecrets(secrets),
  });
  const functions: Readings<Record<string, () => Promise<DeployedFunction | null>>> =
    await attemptAll(byName(functionNames, (name) => readFunction(lambda, name)));
  const documents: Readings<Record<string, () => Promise<DeployedDocument | null>>> =
    await attemptAll(byName(documentNames, (name) => readDocument(ssm, name)));
  return { ...rest, functions, documents };
}

function byName<Value>(
  names: Readonly<Record<string, string>>,
  read: (name: string) => Promise<Value>,
): Record<string, () => Promise<Value>> {
  return Object.fromEntries(Object.values(names).map((name) => [name, () => read(name)]));
}

/** By what a deployment is judged. */
export interface Standard {
  readonly ruleName: string;
  readonly build: Reading<Build>;
  /** Null where no answer of AWS tells the account. */
  readonly location: RuleLocation | null;
  readonly now: Instant;
}

/** Takes what was read of an account, and by what to judge it. Gives back what each check of that came to, in the order in which they are shown. */
export function judgeDeployment(deployment: Deployment, standard: Standard): CheckResult[] {
  const { ruleName, build, location, now } = standard;
  const { rule, evaluation, remediation, recorder, pause, secrets } = deployment;
  const byBuild = (judgement: (build: Build) => Finding) =>
    build.kind === 'read'
      ? judgement(build.value)
      : unchecked(build.why, 'npm run build in a checkout, or install the package again');
  return [
    { id: 'rule', ...judge(rule, (found) => judgeRule(found, ruleName, location)) },
    { id: 'evaluation', ...judge(evaluation, (found) => judgeEvaluation(found, ruleName, now)) },
    ...Object.entries(deployment.functions).map(([name, reading]) => ({
      id: functionChecks.get(name) ?? name,
      ...byBuild(({ functions }) =>
        judge(reading, (found) => judgeFunction(found, name, functions.get(name))),
      ),
    })),
    ...Object.entries(deployment.documents).map(([name, reading]) => ({
      id: documentChecks.get(name) ?? name,
      ...byBuild(({ documents }) =>
        judge(reading, (found) => judgeDocument(found, name, documents.get(name))),
      ),
    })),
    {
      id: 'remediation',
      ...byBuild(({ documents }) => {
        const text = documents.get(documentNames.revoke) ?? '';
        return judge(remediation, (found) => judgeRemediation(found, ruleName, location, text));
      }),
    },
    { id: 'recorder', ...judge(recorder, judgeRecorder) },
    { id: 'pause', ...judge(pause, (found) => judgePause(found, now)) },
    { id: 'secrets', ...judge(secrets, (found) => judgeSecrets(found, now)) },
  ];
}

/**
 * Takes ARNs that AWS answered, and the Region. Gives back where everything has to be, by the first ARN that
 * names an account; null where none does.
 */
export function locationOf(
  arns: readonly (string | undefined)[],
  region: string,
): RuleLocation | null {
  for (const arn of arns) {
    const [, partition = '', , , accountId = ''] = arn?.split(':') ?? [];
    if (/^\d{12}$/u.test(accountId)) return { partition, region, accountId };
  }
  return null;
}

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
