import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBuild } from '../../../cli/doctor/build.ts';
import { createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { prefix } from '../../../rule/core/names.ts';
import { ago, user } from '../../builders/account.ts';
import { deployWhole, remediationIn, ruleIn } from '../../builders/deployment.ts';
import { startRemediation, topicArn } from '../../builders/remediation.ts';
import { keys } from '../live-account.ts';
import { expectRefusal } from '../refusal.ts';
import { runCli } from '../run-cli.ts';
import { runInProcess } from '../run-in-process.ts';
import { type DoctorCase, openDoctorCase, startDoctorCase } from './case.ts';

const reads = /^(Get|List|Describe|Generate)/;

/** The parts of an account that an execution could change. */
function stateOf({ account: { users, parameters, published, secrets } }: DoctorCase) {
  return structuredClone({ users, parameters, published, secrets });
}

describe('doctor, if everything is well', () => {
  it('says so for each check, starts one dry run and changes nothing', async () => {
    const started = await startDoctorCase();
    const before = stateOf(started);
    const { code, stdout } = await started.run();
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('Account 123456789012, us-east-1, rule unused-iam-credentials');
    expect(lines.slice(1, -1).map((line) => line.split(/ +/u, 2))).toEqual(
      [
        ...['rule', 'evaluation', 'function-evaluate', 'function-plan-revocation'],
        ...['function-plan-retirement', 'function-plan-restoration', 'function-plan-purge'],
        ...['function-issue-password', 'function-restore-permissions'],
        ...['document-revoke', 'document-retire', 'document-restore', 'document-purge'],
        ...['remediation', 'purge', 'other-rules', 'records', 'recorder', 'pause'],
        ...['secrets', 'subscriptions', 'dry-run'],
      ].map((id) => ['ok', id]),
    );
    expect(lines.at(-2)).toMatch(/ dry-run +for frank \(AIDA\w+\): DryRun, would revoke: access/u);
    expect(lines.at(-1)).toBe('22 ok, 0 warning, 0 wrong, 0 unchecked');

    expect(stateOf(started)).toEqual(before);
    const { requests } = started.local.aws;
    const others = requests.entries.filter(({ operation }) => !reads.test(operation));
    expect(others).toEqual([{ service: 'ssm', operation: 'StartAutomationExecution' }]);
    const executions = [...started.account.automation.executions.values()];
    expect(executions.map(({ parameters }) => parameters)).toMatchObject([
      { DryRun: 'true', ConfigRuleName: 'unused-iam-credentials', NotificationTopicArn: 'none' },
    ]);
  });

  it('takes 23 requests without the dry run, and gives JSON', async () => {
    const { local, examine } = await startDoctorCase();
    const { code, report, check } = await examine();
    expect(code).toBe(0);
    expect(local.aws.requests.counts).toEqual({
      ...{ DescribeConfigRules: 2, DescribeConfigRuleEvaluationStatus: 1 },
      ...{ DescribeRemediationConfigurations: 2, ListSubscriptionsByTopic: 1 },
      ...{ DescribeConfigurationRecorders: 1, DescribeConfigurationRecorderStatus: 1 },
      ...{
        GetFunction: 7,
        GetDocument: 4,
        GetParameter: 1,
        GetParametersByPath: 1,
        ListSecrets: 1,
      },
    });
    const ruleName = 'unused-iam-credentials';
    expect(report).toMatchObject({ accountId: '123456789012', region: 'us-east-1', ruleName });
    expect(check('pause')).toEqual({
      ...{ id: 'pause', state: 'ok', finding: 'not set; nothing is paused', remedy: null },
    });
  });

  it('needs no user', async () => {
    const { account, run } = await startDoctorCase();
    account.users = [];
    const { code, stdout } = await run();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +dry-run +not run: the account has no IAM user$/mu);
  });
});

describe('a dry run', () => {
  it('is for the user that is asked for', async () => {
    const { account, run } = await startDoctorCase();
    const mary = user(account, 'mary');
    const { code, stdout } = await run('--user', mary.userId);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +dry-run +for mary \(AIDA\w+\): NothingDue, no credential/mu);
  });

  it('for a user that does not exist is not started', async () => {
    const { account, run } = await startDoctorCase();
    const { code, stdout } = await run('--user', 'mary');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^unchecked +dry-run +"mary" is not an IAM user in this account/mu);
    expect(account.automation.executions.size).toBe(0);
  });

  it('that fails is wrong, with step, reason and a command that shows it', async () => {
    const { account, run } = await startDoctorCase();
    ruleIn(account).inputParameters['maxCredentialUsageAge'] = 'x\u001B[2J';
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^wrong +rule +.*maxCredentialUsageAge/mu);
    expect(stdout).toMatch(
      /^wrong +dry-run +for frank \(AIDA\w+\): Failed in step PreviewPlan: /mu,
    );
    const [execution] = account.automation.executions.keys();
    expect(stdout).toContain(
      `→ aws ssm get-automation-execution --automation-execution-id ${execution};`,
    );
  });

  it.each<[string, (of: DoctorCase) => void, string, string, number]>([
    [
      'a document of another version',
      ({ account }) => void account.automation.documents.set('UnusedIamCredentials-Revoke', 'a: 1'),
      ...(['document-revoke', 'wrong', 1] as const),
    ],
    [
      'a function of another version',
      ({ account }) => void account.functions?.set('unused-iam-credentials-plan-revocation', {}),
      ...(['function-plan-revocation', 'wrong', 1] as const),
    ],
    [
      'a document that cannot be read',
      ({ local }) => void local.aws.faults.push(deny('GetDocument')),
      ...(['document-revoke', 'unchecked', 2] as const),
    ],
  ])(
    'is not started with %s, because it might change something',
    async (_, harm, id, state, exit) => {
      const started = await startDoctorCase();
      harm(started);
      const { code, stdout } = await started.run();
      expect(code).toBe(exit);
      const line = new RegExp(
        `^${state} +dry-run +not started, because it might change something: see ${id}$`,
        'mu',
      );
      expect(stdout).toMatch(line);
      expect(started.account.automation.executions.size).toBe(0);
    },
  );
});

const missing = () => Promise.reject(new ExpectedError('FileError', 'no such file'));

describe('a denied read', () => {
  let healthy: DoctorCase;
  beforeAll(async () => {
    healthy = await openDoctorCase();
  });
  afterAll(() => healthy.close());

  it.each([
    ['DescribeConfigRules', ['rule', 'other-rules']],
    ['DescribeConfigRuleEvaluationStatus', ['evaluation']],
    [
      'GetFunction',
      [
        ...['function-evaluate', 'function-plan-revocation', 'function-plan-retirement'],
        ...['function-plan-restoration', 'function-plan-purge', 'function-issue-password'],
        ...['function-restore-permissions', 'purge'],
      ],
    ],
    ['GetDocument', ['document-revoke', 'document-retire', 'document-restore', 'document-purge']],
    ['DescribeRemediationConfigurations', ['remediation', 'other-rules', 'subscriptions']],
    ['GetParametersByPath', ['records']],
    ['DescribeConfigurationRecorders', ['recorder']],
    ['DescribeConfigurationRecorderStatus', ['recorder']],
    ['GetParameter', ['pause']],
    ['ListSecrets', ['secrets']],
    ['ListSubscriptionsByTopic', ['subscriptions']],
  ])('makes only the checks that need it unchecked: %s', async (operation, ids) => {
    const { local, examine } = healthy;
    local.aws.faults.push(deny(operation));
    const { code, report } = await examine();
    local.aws.faults.pop();
    expect(code).toBe(2);
    const unchecked = report.checks.filter(({ state }) => state === 'unchecked');
    expect(unchecked.map(({ id }) => id)).toEqual(ids);
    expect(unchecked[0]?.finding).toContain(`Allow `);
    expect(unchecked[0]?.finding).toContain(`:${operation} in the caller's policy`);
    expect(report.checks.filter(({ state }) => state === 'ok')).toHaveLength(22 - ids.length);
  });

  it.each([
    ['ListUsers', /iam:ListUsers failed: AccessDenied/u],
    ['StartAutomationExecution', /ssm:StartAutomationExecution failed: AccessDenied/u],
    [
      'GetAutomationExecution',
      /execution [\w-]{36} was started, but could not be followed: ssm:G/u,
    ],
  ])('makes the dry run unchecked: %s', async (operation, finding) => {
    const { local, run } = healthy;
    local.aws.faults.push(deny(operation));
    const { code, stdout } = await run();
    local.aws.faults.pop();
    expect(code).toBe(2);
    expect(stdout).toMatch(/^unchecked +dry-run /mu);
    expect(stdout).toMatch(finding);
  });

  it('has precedence in the exit code over what is wrong', async () => {
    const { account, local, examine } = await startDoctorCase();
    account.functions?.clear();
    local.aws.faults.push(deny('ListSecrets'));
    const { code, check } = await examine();
    expect([code, check('function-evaluate').state]).toEqual([2, 'wrong']);
  });

  it('of the files of this build leaves the checks that compare with them unchecked', async () => {
    const { examine } = await startDoctorCase({ readBuild: missing });
    const { code, report } = await examine();
    expect(code).toBe(2);
    const unchecked = report.checks.filter(({ state }) => state === 'unchecked');
    expect(unchecked.map(({ id }) => id.split('-')[0])).toEqual([
      ...['function', 'function', 'function', 'function', 'function', 'function', 'function'],
      ...['document', 'document', 'document', 'document', 'remediation'],
    ]);
    expect(unchecked[0]?.remedy).toMatch(/^run npm run build/u);
  });

  it.each([
    ['GetFunction', 'function-evaluate'],
    ['GetDocument', 'document-revoke'],
    ['DescribeRemediationConfigurations', 'remediation'],
  ])('is shown together with a missing file of this build: %s', async (operation, id) => {
    const { local, examine } = await startDoctorCase({ readBuild: missing });
    local.aws.faults.push(deny(operation));
    const { finding, remedy } = (await examine()).check(id);
    expect(finding).toMatch(new RegExp(`^no such file; .*Allow \\w+:${operation} in`, 'u'));
    expect(remedy).toMatch(/^run npm run build .*; fix that and run doctor again/u);
  });
});

describe('doctor', () => {
  it('reports a missing rule as wrong, and its evaluation too', async () => {
    const { account, examine } = await startDoctorCase();
    account.config.ruleDefinitions.clear();
    const { code, check } = await examine();
    expect(code).toBe(1);
    expect(check('rule').finding).toBe(
      'there is no AWS Config rule unused-iam-credentials in this Region',
    );
    expect(check('rule').remedy).toMatch(/^deploy .*--rule, or set --region/u);
    expect(check('evaluation')).toMatchObject({ state: 'wrong' });
  });

  it('reports a missing remediation as wrong, and warns that nobody is notified', async () => {
    const { account, examine } = await startDoctorCase();
    account.config.remediations.clear();
    const { code, check } = await examine();
    expect(code).toBe(1);
    expect(check('remediation')).toMatchObject({
      ...{ state: 'wrong', remedy: expect.stringMatching(/^deploy the stack/u) },
      finding: 'the rule unused-iam-credentials has no remediation',
    });
    expect(check('subscriptions')).toMatchObject({
      ...{
        state: 'warning',
        finding: expect.stringMatching(/^no one is notified: the rule has no/u),
      },
    });
  });

  it('does not advise deleting the records that a deleted stack has left', async () => {
    const { account, local, examine } = await startDoctorCase();
    for (const { userId } of account.users) await local.revoke(userId);
    account.config.ruleDefinitions.clear();
    account.config.remediations.clear();
    account.functions?.clear();
    const { code, check } = await examine();
    expect(code).toBe(2);
    expect(check('records')).toMatchObject({
      ...{ state: 'unchecked', remedy: 'fix the other checks first' },
      finding: 'no response from AWS names the account, whose roles write the records',
    });
    account.parameters.clear();
    const empty = await examine();
    expect(empty.code).toBe(1);
    expect(empty.check('records').state).toBe('ok');
  });

  it('checks the rule that --rule names', async () => {
    const { code, check } = await (await startDoctorCase()).examine('--rule', 'mine');
    expect(code).toBe(1);
    expect(check('rule').finding).toMatch(/^there is no AWS Config rule mine/u);
  });

  it('wraps findings, but not remedies, in a terminal', async () => {
    const { account, run } = await startDoctorCase({ width: 80 });
    account.config.recorder = undefined;
    ruleIn(account).evaluationStatus = undefined;
    const lines = (await run('--no-dry-run')).stdout.split('\n');
    const findings = lines.slice(1, -2).filter((line) => !line.includes('→'));
    expect(Math.max(...findings.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toContain('           → AWS Config → Settings → Set up');
  });

  it.each<[string, string[], RegExp]>([
    [
      'a format',
      ['--format', 'csv'],
      /--format is "csv"; expected table, json\. See .*doctor --h/u,
    ],
    ['a rule', ['--rule', 'a b'], /--rule is "a b"; expected the name of an AWS Config rule/u],
    [
      'a user without dry run',
      ['--user', 'a', '--no-dry-run'],
      /give either --user or --no-dry-run/u,
    ],
    ['an argument', ['alice'], /too many arguments/u],
    ['an option', ['--dryrun'], /unknown option '--dryrun'/u],
  ])('refuses without a request: %s', async (_, args, message) => {
    // A request would be refused for lack of credentials.
    expectRefusal(await runInProcess(['doctor', ...args]), message);
  });
});

describe('text from AWS', () => {
  const evilTopic = `${topicArn}\u001B[2J`;
  const evil = '\u001B[2J\u009B31m\u202Etxt\nok  rule  all is well';

  /** Puts text that a terminal would obey wherever AWS lets someone choose a text. */
  async function startEvilCase(): Promise<DoctorCase> {
    const started = await startDoctorCase();
    const { account } = started;
    const { config, functions, subscriptions, secrets, users } = account;
    const LastErrorMessage = `failed ${evil}`;
    ruleIn(account).evaluationStatus = { LastFailedEvaluationTime: ago(1), LastErrorMessage };
    ruleIn(account).inputParameters[evil] = evil;
    const remediation = remediationIn(account);
    remediation.documentName = evil;
    Object.assign(remediation.parameters, {
      ConfigRuleName: evil,
      NotificationTopicArn: evilTopic,
    });
    config.recorder = { name: `x; rm ${evil}`, recording: false, lastStatus: 'Success' };
    functions?.set('unused-iam-credentials-evaluate', { state: 'Failed', stateReason: evil });
    subscriptions?.set(evilTopic, [{ arn: 'PendingConfirmation', protocol: evil, endpoint: evil }]);
    const name = `unused-iam-credentials/$(rm)${evil}`;
    secrets.set(name, { name, arn: 'x', tags: [], versions: [], createdAt: ago(9) });
    for (const user of users) user.userName = `frank${evil}`;
    return started;
  }

  it.each(['table', 'json'])('adds no control character and no line: %s', async (format) => {
    const { run } = await startEvilCase();
    const { code, stdout, stderr } = await run('--format', format);
    expect(code).toBe(1);
    expect(stdout).toContain('txt ok rule all is well');
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stdout).not.toMatch(/^ok +rule/mu);
  });

  it('is never part of a command that people copy', async () => {
    const { run } = await startEvilCase();
    const commands = (await run()).stdout.match(/aws [a-z]+ .*/gu) ?? [];
    expect(commands).toContain(
      'aws configservice start-configuration-recorder --configuration-recorder-name <name>; AWS Config → Settings → Edit: record AWS IAM User (global resource types)',
    );
    expect(commands.filter((command) => command.includes('delete-secret'))).toEqual([
      'aws secretsmanager delete-secret --recovery-window-in-days 7 --secret-id <name>',
    ]);
    expect(commands.join()).not.toContain('rm');
  });
});

describe('doctor, as shipped', () => {
  const built = new URL('../../../dist/lambda/', import.meta.url);

  it('compares with the bundles and documents that are built beside it', async () => {
    const account = createAccount();
    const local = await startRemediation(account);
    const bundle = (name: string) => new URL(`${name.slice(prefix.length + 1)}/index.js`, built);
    deployWhole(account, await readBuild(built), (name) => readFileSync(bundle(name), 'utf8'));
    const env = { ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: local.aws.endpoint };
    const { code, stdout } = await runCli(['doctor', '--format', 'json'], { env });
    await local.close();
    const { checks } = JSON.parse(stdout);
    const states = checks.map(({ id, state }: { id: string; state: string }) => [id, state]);
    expect(Object.fromEntries(states)).toMatchObject({
      ...{ 'function-evaluate': 'ok', 'function-issue-password': 'ok' },
      ...{ 'function-plan-revocation': 'ok', 'function-plan-restoration': 'ok' },
      ...{ 'function-plan-retirement': 'ok', 'function-restore-permissions': 'ok' },
      ...{ 'document-revoke': 'ok', 'document-restore': 'ok', remediation: 'ok', rule: 'ok' },
      ...{ 'function-plan-purge': 'ok', 'document-purge': 'ok', purge: 'ok' },
    });
    // The account's clock is not that of the process.
    expect(states.filter(([, state]: [string, string]) => state === 'unchecked')).toEqual([]);
    expect([0, 1]).toContain(code);
  });

  it('names the file of a bundle that is missing', async () => {
    const nowhere = new URL('../../../dist/none/', import.meta.url);
    await expect(readBuild(nowhere)).rejects.toThrow(
      /^cannot read .*dist\/none\/\S+\/index\.js: there is no such file/u,
    );
  });
});
