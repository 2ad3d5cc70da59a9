import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { listPermissions } from '../../../local-aws/policy/authorize.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { inVirtualTime } from '../../builders/virtual-time.ts';
import { accessKey, ago, keys, password, storeReport } from '../live-account.ts';
import { expectRefusal } from '../refusal.ts';
import { policyIn } from './policy-in.ts';
import { auditResult } from './result-of.ts';

const auditor = 'arn:aws:sts::123456789012:assumed-role/Auditor/session';
const name = 'unused-iam-credentials';
const own = `arn:aws:lambda:us-east-1:123456789012:function:${functionNames.evaluate}`;

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws(createAccount(), {
    callerOf: () => auditor,
    clock: () => Date.now(),
  });
  addUser(aws.account, { userName: 'idle', createDate: ago(900), ...password(60) });
  storeReport(aws.account, 5);
});
afterEach(() => aws.close());

function addRule(inputParameters: Record<string, string>, sourceIdentifier = own, rule = name) {
  aws.account.config.ruleDefinitions.set(rule, { sourceIdentifier, inputParameters });
}

/** Runs `audit --live`. */
function auditLive(
  args: readonly string[] = [],
  region: Readonly<Record<string, string>> = { AWS_REGION: 'us-east-1' },
) {
  const env = { ...keys, ...region, AWS_ENDPOINT_URL: aws.endpoint };
  return auditResult(['--live', ...args], { env });
}

describe('the parameters of audit --live', () => {
  it('are those of the deployed rule, and a note says so', async () => {
    addRule({ maxCredentialUsageAge: '90', exemptPathPrefixes: '/robots/' });
    const { code, read, stderr } = await auditLive();
    expect(code).toBe(0);
    expect(read()).toMatchObject({
      parameters: { maxPasswordUsageAge: 90, exemptPathPrefixes: ['/robots/'] },
      parametersFrom: { kind: 'rule', ruleName: name, region: 'us-east-1', overridden: [] },
    });
    expect(stderr).toMatch(
      /^Note: evaluated by the parameters of AWS Config rule unused-iam-credentials in us-east-1$/mu,
    );
  });

  it('are those of the rule that --rule names', async () => {
    addRule({}, own, 'mine');
    const { read } = await auditLive(['--rule', 'mine']);
    expect(read()).toMatchObject({ parametersFrom: { kind: 'rule', ruleName: 'mine' } });
  });

  it('are overridden individually by options, and an age for all credentials replaces the ages for each type', async () => {
    addRule({ maxPasswordUsageAge: '100', maxAccessKeyUsageAge: '200', evaluationScope: 'user' });
    const { code, read, stderr } = await auditLive(['--max-credential-usage-age', '30']);
    expect(code).toBe(1);
    expect(read()).toMatchObject({
      parameters: { maxPasswordUsageAge: 30, maxAccessKeyUsageAge: 30, evaluationScope: 'user' },
      parametersFrom: { kind: 'rule', overridden: ['maxCredentialUsageAge'] },
    });
    expect(stderr).toMatch(/in us-east-1, except maxCredentialUsageAge$/mu);
    const one = await auditLive(['--max-password-usage-age', '30']);
    expect(one.read()).toMatchObject({
      parameters: { maxPasswordUsageAge: 30, maxAccessKeyUsageAge: 200 },
    });
  });

  it('cannot be those of a preset and of a named rule at the same time', async () => {
    const run = await auditLive(['--preset', 'cis', '--rule', 'mine']);
    expectRefusal(run, /--preset replaces all parameters of --rule; give only one/u);
  });

  it('are those of a preset alone, and the rule is not read', async () => {
    addRule({ maxCredentialUsageAge: '90', evaluationScope: 'user' });
    const { read } = await auditLive(['--preset', 'cis']);
    expect(read()).toMatchObject({
      parameters: { maxCredentialUsageAge: 45, evaluationScope: 'credential' },
      parametersFrom: { kind: 'options' },
    });
    expect(aws.requests.counts['DescribeConfigRules']).toBeUndefined();
  });

  it.each<[string, () => void, Record<string, string>, RegExp]>([
    [
      'there is no rule',
      () => undefined,
      { AWS_REGION: 'us-east-1' },
      /there is no AWS Config rule unused-iam-credentials in us-east-1; evaluated by the default parameters/u,
    ],
    [
      'the rule may not be read',
      () => aws.faults.push(deny('DescribeConfigRules')),
      { AWS_REGION: 'us-east-1' },
      /Allow config:DescribeConfigRules .*; evaluated by the default parameters/u,
    ],
    [
      'there is no Region',
      () => addRule({ maxCredentialUsageAge: '90' }),
      {},
      /no AWS Region was found, .*AWS_REGION.*; evaluated by the default/u,
    ],
    [
      'the rule is being deleted',
      () => {
        const rule = { sourceIdentifier: own, inputParameters: {}, state: 'DELETING' as const };
        aws.account.config.ruleDefinitions.set(name, rule);
      },
      { AWS_REGION: 'us-east-1' },
      /there is no AWS Config rule/u,
    ],
  ])('are the defaults, with a note, if %s', async (_, prepare, region, note) => {
    prepare();
    const { code, read, stderr } = await auditLive([], region);
    expect(code).toBe(1);
    expect(read()).toMatchObject({
      parameters: { maxCredentialUsageAge: 45 },
      parametersFrom: { kind: 'defaults' },
    });
    expect(stderr).toMatch(note);
  });

  it.each([
    [
      'runs another function',
      {},
      'arn:aws:lambda:us-east-1:123456789012:function:other',
      /source of AWS Config rule .* is .*:other; expected/u,
    ],
    [
      'has invalid parameters',
      { maxCredentialUsageAge: '0' },
      own,
      /maxCredentialUsageAge is "0"; valid is/u,
    ],
  ])('are refused, with what to do, if the rule %s', async (_, parameters, source, message) => {
    addRule(parameters, source);
    expectRefusal(
      await auditLive(),
      message,
      /To audit without this rule, give --preset; for another rule, give --rule/u,
    );
  });
});

const policy = policyIn('docs/audit.md', 'Audit a live account');

describe('the report of audit --live', () => {
  it('is waited for if IAM takes long for it', async () => {
    aws.account.credentialReport = undefined;
    aws.account.reportDurationMs = 45_000;
    const { code } = await inVirtualTime(Date.now(), () => auditLive());
    expect(code).toBe(1);
    expect(aws.requests.counts['GenerateCredentialReport']).toBeGreaterThan(3);
  });
});

describe('the policy of audit --live', () => {
  it('is the same in README.md and docs/audit.md', () => {
    expect(policyIn('README.md', 'Audit without deploying')).toEqual(policy);
  });

  it('is enough for an audit that reads users live, and none of it is unused', async () => {
    const roles = new Map([['Auditor', [policy]]]);
    aws.account.roles = roles;
    addRule({});
    const accessKeys = [accessKey('AKIAOLD', 300)];
    addUser(aws.account, { userName: 'keys', createDate: ago(800), accessKeys });
    // The report is too old to make anybody NON_COMPLIANT, and a user who needs a live read is deleted before it.
    const gone = addUser(aws.account, { userName: 'gone', createDate: ago(700), ...password(80) });
    storeReport(aws.account, 120);
    const before = () => {
      aws.account.users = aws.account.users.filter((user) => user !== gone);
    };
    aws.faults.push({ operation: 'GetUser', before, times: 1 });
    const { code, read } = await auditLive();
    expect({ code, errors: read().errors }).toEqual({ code: 1, errors: [] });
    expect(read().users.map(({ userName }) => userName)).toEqual(['idle', 'keys']);
    expect(read().summary.notes).toEqual([
      expect.stringMatching(/^evaluated by the parameters of AWS Config rule/u),
      expect.stringMatching(/^SSH keys not listed; --ssh-keys/u),
    ]);
    const used = aws.account.permissionsUsed;
    expect([...listPermissions(roles)].filter((permission) => !used.has(permission))).toEqual([]);
  });

  it('lacks only what --ssh-keys needs', async () => {
    aws.account.roles = new Map([['Auditor', [policy]]]);
    const { stderr, read } = await auditLive(['--ssh-keys']);
    expect(stderr).toMatch(/^Note: SSH keys not listed: .*Allow iam:ListSSHPublicKeys/mu);
    expect(read().users).toHaveLength(1);
  });
});
