import { describe, expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { user } from '../../builders/account.ts';
import { ruleIn } from '../../builders/deployment.ts';
import { type DoctorCase, startDoctorCase } from './case.ts';

const reads = /^(Get|List|Describe|Generate)/;

/** What of an account an execution could have changed. */
function stateOf({ account: { users, parameters, published, secrets } }: DoctorCase) {
  return structuredClone({ users, parameters, published, secrets });
}

describe('doctor, where all is well', () => {
  it('says so of each check, runs one dry run and changes nothing', async () => {
    const started = await startDoctorCase();
    const before = stateOf(started);
    const { code, stdout } = await started.run();
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('Account 123456789012, us-east-1, rule unused-iam-credentials');
    expect(lines.slice(1, -1).map((line) => line.split(/ +/u, 2))).toEqual(
      [
        ...['rule', 'evaluation', 'function-evaluate', 'function-plan-revocation'],
        ...['function-plan-restoration', 'function-issue-password', 'document-revoke'],
        ...['document-restore', 'remediation', 'recorder', 'pause', 'secrets', 'subscriptions'],
        'dry-run',
      ].map((id) => ['ok', id]),
    );
    expect(lines.at(-2)).toMatch(/ dry-run +for frank \(AIDA\w+\): DryRun, would revoke: access/u);
    expect(lines.at(-1)).toBe('14 ok, 0 warning, 0 wrong, 0 unchecked');

    expect(stateOf(started)).toEqual(before);
    const { requests } = started.local.aws;
    const others = requests.entries.filter(({ operation }) => !reads.test(operation));
    expect(others).toEqual([{ service: 'ssm', operation: 'StartAutomationExecution' }]);
    const executions = [...started.account.automation.executions.values()];
    expect(executions.map(({ parameters }) => parameters)).toMatchObject([
      { DryRun: 'true', ConfigRuleName: 'unused-iam-credentials', NotificationTopicArn: 'none' },
    ]);
  });

  it('takes 15 requests without the dry run', async () => {
    const { local, run } = await startDoctorCase();
    expect((await run('--no-dry-run')).code).toBe(0);
    expect(local.aws.requests.counts).toEqual({
      ...{ DescribeConfigRules: 1, DescribeConfigRuleEvaluationStatus: 1 },
      ...{ DescribeRemediationConfigurations: 1, ListSubscriptionsByTopic: 1 },
      ...{ DescribeConfigurationRecorders: 1, DescribeConfigurationRecorderStatus: 1 },
      ...{ GetFunctionConfiguration: 4, GetDocument: 2, GetParameter: 1, ListSecrets: 1 },
    });
  });

  it('gives JSON', async () => {
    const { examine } = await startDoctorCase();
    const { code, report, check } = await examine();
    expect(code).toBe(0);
    const { accountId, region, ruleName } = report;
    expect([accountId, region, ruleName]).toEqual([
      ...['123456789012', 'us-east-1', 'unused-iam-credentials'],
    ]);
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
  it('is for the user who is asked for', async () => {
    const { account, run } = await startDoctorCase();
    const mary = user(account, 'mary');
    const { code, stdout } = await run('--user', mary.userId);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +dry-run +for mary \(AIDA\w+\): NothingDue, no credential/mu);
  });

  it('for a user who is not there is no dry run', async () => {
    const { account, run } = await startDoctorCase();
    const { code, stdout } = await run('--user', 'mary');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^unchecked +dry-run +"mary" is no IAM user of this account/mu);
    expect(account.automation.executions.size).toBe(0);
  });

  it('that fails is wrong, with step, reason and where to look', async () => {
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
  ])('is not started by %s, which might change something', async (_, harm, id, state, exit) => {
    const started = await startDoctorCase();
    harm(started);
    const { code, stdout } = await started.run();
    expect(code).toBe(exit);
    const line = new RegExp(
      `^${state} +dry-run +not started: not known to be of this version: ${id}$`,
      'mu',
    );
    expect(stdout).toMatch(line);
    expect(started.account.automation.executions.size).toBe(0);
  });
});

describe('what may not be read', () => {
  it.each([
    ['DescribeConfigRules', ['rule']],
    ['DescribeConfigRuleEvaluationStatus', ['evaluation']],
    [
      'GetFunctionConfiguration',
      [
        ...['function-evaluate', 'function-plan-revocation', 'function-plan-restoration'],
        'function-issue-password',
      ],
    ],
    ['GetDocument', ['document-revoke', 'document-restore']],
    ['DescribeRemediationConfigurations', ['remediation', 'subscriptions']],
    ['DescribeConfigurationRecorders', ['recorder']],
    ['DescribeConfigurationRecorderStatus', ['recorder']],
    ['GetParameter', ['pause']],
    ['ListSecrets', ['secrets']],
    ['ListSubscriptionsByTopic', ['subscriptions']],
  ])('is unchecked and keeps nothing else from being checked: %s', async (operation, ids) => {
    const { local, examine } = await startDoctorCase();
    local.aws.faults.push(deny(operation));
    const { code, report } = await examine();
    expect(code).toBe(2);
    const unchecked = report.checks.filter(({ state }) => state === 'unchecked');
    expect(unchecked.map(({ id }) => id)).toEqual(ids);
    expect(unchecked[0]?.finding).toContain(`Allow `);
    expect(unchecked[0]?.finding).toContain(`:${operation} in the role’s policy`);
    expect(report.checks.filter(({ state }) => state === 'ok')).toHaveLength(14 - ids.length);
  });

  it.each([
    ['ListUsers', /iam:ListUsers failed: AccessDenied/u],
    ['StartAutomationExecution', /ssm:StartAutomationExecution failed: AccessDenied/u],
    ['GetAutomationExecution', /execution [\w-]{36} was started, but not followed: ssm:GetAuto/u],
  ])('leaves the dry run unchecked: %s', async (operation, finding) => {
    const { local, run } = await startDoctorCase();
    local.aws.faults.push(deny(operation));
    const { code, stdout } = await run();
    expect(code).toBe(2);
    expect(stdout).toMatch(/^unchecked +dry-run /mu);
    expect(stdout).toMatch(finding);
  });

  it('outweighs what is wrong', async () => {
    const { account, local, examine } = await startDoctorCase();
    account.functions?.clear();
    local.aws.faults.push(deny('ListSecrets'));
    const { code, check } = await examine();
    expect([code, check('function-evaluate').state]).toEqual([2, 'wrong']);
  });

  it('is what this build would deploy, where its files are missing', async () => {
    const { examine } = await startDoctorCase({
      readBuild: () => Promise.reject(new Error('no such file')),
    });
    const { code, report } = await examine();
    expect(code).toBe(2);
    const unchecked = report.checks.filter(({ state }) => state === 'unchecked');
    expect(unchecked.map(({ id }) => id.split('-')[0])).toEqual([
      ...['function', 'function', 'function', 'function', 'document', 'document', 'remediation'],
    ]);
    expect(unchecked[0]?.remedy).toMatch(/^npm run build/u);
  });
});
