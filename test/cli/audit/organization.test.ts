import { parseHTML } from 'linkedom';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Comparison } from '../../../cli/audit/compare/compare.ts';
import type { Trend } from '../../../cli/audit/trend/trend.ts';
import { addUser, createAccount, type LocalAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { listPermissions } from '../../../local-aws/policy/authorize.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { delegatedAdministrator, evaluated } from '../../builders/organization.ts';
import { accessKey, ago, keys, password } from '../live-account.ts';
import { expectRefusal } from '../refusal.ts';
import { runInProcess } from '../run-in-process.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';
import { analyzerFinding } from './compare/findings.ts';
import { policyIn } from './policy-in.ts';
import { auditResult } from './result-of.ts';

const folder = useTemporaryFolder();
const ids = ['111111111111', '222222222222', '333333333333'] as const;
const auditor = 'arn:aws:sts::999999999999:assumed-role/Auditor/session';

function createMember(accountId: string): LocalAccount {
  const account = createAccount({ accountId });
  const createDate = ago(900);
  addUser(account, { userName: 'used', createDate, ...password(1) });
  addUser(account, { userName: 'none', createDate });
  addUser(account, {
    ...{ userName: 'idle', createDate, path: '/team/', ...password(112) },
    accessKeys: [accessKey(`AKIA${accountId}IDLE`, 300), accessKey(`AKIA${accountId}USED`, 2)],
  });
  return account;
}

let aws: LocalAws;
let members: LocalAccount[];
beforeEach(async () => {
  members = await Promise.all(ids.map((id) => evaluated(createMember(id))));
  aws = await startLocalAws(delegatedAdministrator(members), { callerOf: () => auditor });
});
afterEach(() => aws.close());

const env = () => ({ ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: aws.endpoint });
const auditAll = (...args: readonly string[]) =>
  auditResult(['--organization', ...args], { env: env() });

/** The result that AWS Config has for the user. */
function resultOf(account: LocalAccount | undefined, userName: string) {
  const user = account?.users.find((each) => each.userName === userName);
  const found = account?.config.evaluations.find(({ resourceId }) => resourceId === user?.userId);
  if (user === undefined || found === undefined) throw new Error(`no result of ${userName}`);
  return { user, result: found };
}

describe('audit --organization', () => {
  it("shows every account's results as AWS Config has them, with names, and with one request for each account", async () => {
    const { code, read } = await auditAll();
    const result = read();
    expect(code).toBe(1);
    expect(
      result.accounts.map(({ accountId, users, nonCompliant }) => [accountId, users, nonCompliant]),
    ).toEqual(ids.map((id) => [id, 3, 1]));
    const stored = members.flatMap((member) => member.config.evaluations);
    const shown = new Map(result.users.map((user) => [user['userId'], user]));
    expect(stored).toHaveLength(9);
    for (const { resourceId, complianceType, annotation } of stored) {
      expect(shown.get(resourceId)).toMatchObject({ compliance: complianceType, annotation });
    }
    expect(result.users.map(({ arn }) => arn)).toContain(
      'arn:aws:iam::222222222222:user/team/idle',
    );
    expect(aws.requests.counts).toEqual({
      DescribeConfigurationAggregators: 1,
      DescribeAggregateComplianceByConfigRules: 1,
      SelectAggregateResourceConfig: 1,
      GetAggregateComplianceDetailsByConfigRule: 3,
    });
  });

  it('has the credentials that the annotation names, and null for what it does not say', async () => {
    const { read } = await auditAll();
    const idle = read().users.find(({ userName }) => userName === 'idle');
    const [first, second] = idle?.credentials ?? [];
    expect(idle).toMatchObject({ category: null, exemption: null, unjudged: [] });
    expect([first, second].map((each) => [each?.type, each?.idleDays])).toEqual([
      ['access-key', 300],
      ['password', 112],
    ]);
    expect(first).toMatchObject({
      ...{ id: null, slot: 1, threshold: 45, due: true, unused: true, basis: 'used' },
      ...{ lastActivity: new Date(ago(300)).toISOString().slice(0, 10), created: null },
      ...{ lastUsedService: 's3', lastUsedRegion: 'us-east-1' },
    });
    expect(read()).toMatchObject({
      parameters: null,
      parametersFrom: { kind: 'results', ruleName: 'unused-iam-credentials', aggregator: 'all' },
      summary: { unjudged: null, categories: { active: 3, 'no-credentials': 3 } },
    });
  });

  it('reads all pages', async () => {
    aws.account.pageSize = 1;
    const { read } = await auditAll();
    expect(read().users).toHaveLength(9);
    expect(aws.requests.counts).toMatchObject({
      DescribeAggregateComplianceByConfigRules: 3,
      GetAggregateComplianceDetailsByConfigRule: 9,
    });
  });

  it.each([
    [
      'table',
      /3 of 9 users hold 6 unused credentials; the oldest for 300 days\.\nUnused: 3 passwords, 3 access keys\./u,
    ],
    ['markdown', /- Unused: 3 passwords, 3 access keys/u],
    [
      'csv',
      /^111111111111,idle,arn:aws:iam::111111111111:user\/team\/idle,AIDA\w+,NON_COMPLIANT,,/mu,
    ],
    ['jsonl', /^\{"type":"user","userName":"idle"/mu],
  ])(
    'is rendered like any audit, without counts that it cannot have: %s',
    async (format, expected) => {
      const run = await runInProcess(['audit', '--organization', '--format', format], {
        env: env(),
      });
      expect(run.code).toBe(1);
      expect(run.stdout).toMatch(expected);
    },
  );

  it.each([
    [
      'Exempt until 2027-01-09; password unused 200 days',
      'None of 3 users holds an unused credential, and is not exempt.',
    ],
    [
      'password unused 400 days; allowed by scope user until 2031-01-01',
      'None of 3 users holds an unused credential that the scope does not allow.',
    ],
    ['becomes unused 2031-01-01: password', 'None of 3 users holds an unused credential.'],
  ])(
    'does not say that nobody has an unused credential if a result has one that is exempt or allowed: %s',
    async (annotation, sentence) => {
      const { result } = resultOf(members[0], 'idle');
      Object.assign(result, { annotation, complianceType: 'COMPLIANT' });
      aws.account.config.aggregators?.set('all', members.slice(0, 1));
      const { code, stdout } = await runInProcess(['audit', '--organization'], { env: env() });
      expect(code).toBe(0);
      expect(stdout.split('\n')[0]).toBe(sentence);
    },
  );

  it('shows whole dates in HTML, who becomes unused next, and no total of credentials', async () => {
    const { result } = resultOf(members[0], 'none');
    result.annotation = 'Exempt until 2031-01-09T01:00:00+02:00; nothing unused';
    resultOf(members[1], 'none').result.annotation = 'Exempt until 2031-01-09; nothing unused';
    const run = await runInProcess(['audit', '--organization', '--format', 'html'], { env: env() });
    const { document } = parseHTML(run.stdout);
    const textsOf = (selector: string) =>
      [...document.querySelectorAll(selector)].map(({ textContent }) => textContent.trim());
    const dates = textsOf('#users td').filter((text) => /^\d{4}-/u.test(text));
    expect(dates.length).toBeGreaterThan(0);
    for (const date of dates) expect(date).toMatch(/^\d{4}-\d\d-\d\d$/u);
    const soon = new Date(ago(1 - 45)).toISOString().slice(0, 10);
    expect(textsOf('#upcoming .beside > div td')).toEqual(ids.flatMap((id) => [id, soon]));
    expect(textsOf('#exemptions td').filter((text) => text.endsWith('UTC'))).toEqual([
      ...['2031-01-08 23:00 UTC', '2031-01-10 00:00 UTC'],
    ]);
    expect(textsOf('.tile').filter((text) => text.startsWith('Unused pass'))).toEqual([
      expect.stringMatching(/^Unused passwords\s*3$/u),
    ]);
    expect(textsOf('#services .note')).toEqual(['6 unused credentials.']);
    expect(textsOf('#not-evaluated p')).toEqual(['Every result was read.']);
  });

  it('is one point of --trend, although AWS Config keeps results for days', async () => {
    const path = folder.folder('trend');
    const allAt = (days: number) => {
      for (const [index, member] of members.entries()) {
        for (const result of member.config.evaluations) {
          result.orderingTimestamp = ago(days + index);
        }
      }
    };
    const pointsOf = (stdout: string) => {
      const { trend }: { trend: Trend } = JSON.parse(stdout);
      return trend.points.map(({ day, nonCompliant, accounts }) => [
        ...[day, nonCompliant, accounts.length],
      ]);
    };
    const dayOf = (days: number) => new Date(ago(days)).toISOString().slice(0, 10);
    allAt(2);
    const before = (await auditAll('--trend', path)).stdout;
    expect(pointsOf(before)).toEqual([[dayOf(2), 3, 3]]);
    folder.file('trend/before.json', before);
    allAt(0);
    expect(pointsOf((await auditAll('--trend', path)).stdout)).toEqual([
      [dayOf(2), 3, 3],
      [dayOf(0), 3, 3],
    ]);
  });

  it('does not say that there are no users if AWS Config only lacks their results', async () => {
    const [first] = members;
    if (first === undefined) throw new Error('no account');
    for (const result of first.config.evaluations) {
      Object.assign(result, { resourceType: 'AWS::::Account', complianceType: 'NOT_APPLICABLE' });
    }
    aws.account.config.aggregators?.set('all', [first]);
    const { stdout, stderr } = await runInProcess(['audit', '--organization'], { env: env() });
    expect(stderr).toContain('no result yet for 3 users whom AWS Config has recorded');
    expect(stdout).toMatch(/^No IAM user was evaluated\.$/mu);
  });

  it('compares only what a result says with the findings of AWS', async () => {
    const [id] = ids;
    const { result } = resultOf(members[0], 'none');
    result.annotation = 'Exempt until 2031-01-09; password unused 200 days';
    const lastAccessed = new Date(ago(300)).toISOString();
    const options = { accountId: id };
    const findings = [
      analyzerFinding('password', 'used', options),
      analyzerFinding('password', 'none', options),
      analyzerFinding('access-key', 'team/idle', {
        ...options,
        accessKeyId: 'AKIAX1',
        lastAccessed,
      }),
      analyzerFinding('access-key', 'team/idle', {
        ...options,
        id: 'x',
        accessKeyId: 'AKIAX2',
        lastAccessed: 'never',
      }),
    ];
    const file = folder.file('findings.json', JSON.stringify(findings));
    aws.account.config.aggregators?.set('all', members.slice(0, 1));
    const { stdout } = await auditAll('--compare', file);
    const { comparison }: { comparison: Comparison } = JSON.parse(stdout);
    expect(comparison.counts).toMatchObject({ agree: 1, onlyThey: 3, onlyWe: 1, neither: null });
    const lines = comparison.credentials.map(({ arn, type, opinion, reason, matchedBy }) =>
      [arn.split('/').at(-1), type, opinion, reason ?? matchedBy].join(' '),
    );
    expect(lines.sort()).toEqual([
      'idle access-key agree date',
      'idle access-key only-they not-named-here',
      'idle password only-we not-listed-there',
      'none password only-they exempt-here',
      'used password only-they not-named-here',
    ]);
    const show = () => runInProcess(['audit', '--organization', '--compare', file], { env: env() });
    expect((await show()).stdout).toMatch(
      /both find 1 credential unused, only AWS 3, only this audit 1\.$/mu,
    );
    aws.faults.push(deny('SelectAggregateResourceConfig'));
    const { stdout: unnamed } = await show();
    expect(unnamed.match(/the results of AWS Config name no such user$/gmu)).toHaveLength(4);
    expect(unnamed).not.toContain('there is no such user');
  });

  it('shows users by their unique IDs, with a note, if their names may not be read', async () => {
    aws.faults.push(deny('SelectAggregateResourceConfig'));
    const { code, read } = await auditAll();
    const { user } = resultOf(members[0], 'idle');
    expect(code).toBe(1);
    expect(read().users[0]?.arn).toMatch(/^111111111111\/AIDA/u);
    expect(read().users.map(({ userName }) => userName)).toContain(user.userId);
    expect(read().summary.notes[0]).toMatch(
      /names of users not read, .*Allow config:SelectAggregateResourceConfig/u,
    );
  });

  it('names an account whose results cannot be read, and reports the others: exit code 2', async () => {
    aws.faults.push({
      ...deny('GetAggregateComplianceDetailsByConfigRule'),
      when: ({ AccountId }) => AccountId === ids[1],
    });
    const { code, read, stderr } = await auditAll();
    expect(code).toBe(2);
    expect(read().users).toHaveLength(6);
    expect(read().accounts[1]).toMatchObject({
      failure: expect.stringMatching(/Allow config:GetAggregateComplianceDetailsByConfigRule/u),
    });
    expect(stderr).toMatch(/^Could not read account 222222222222: config:GetAggregate.* failed/mu);
  });

  it.each([
    ['of another program', 'This user is bad.', 'NON_COMPLIANT'],
    ['without a reason', undefined, 'COMPLIANT'],
    ['that contradicts itself', 'becomes unused 2031-01-01: password', 'NON_COMPLIANT'],
    ['with an impossible exemption', 'Exempt until tomorrow; nothing unused', 'COMPLIANT'],
    ['with an impossible date', 'password used 2025-13-01 (112 days, limit 45)', 'NON_COMPLIANT'],
    [
      'with an impossible number',
      `password used 2025-01-01 (112 days, limit ${'9'.repeat(14)})`,
      'NON_COMPLIANT',
    ],
    ['with control characters', '\u001B[31mred', 'COMPLIANT'],
  ] as const)(
    'makes no result of its own of one %s: the user is in errors',
    async (_, annotation, type) => {
      const { user, result } = resultOf(members[2], 'used');
      Object.assign(result, { annotation, complianceType: type });
      const { code, read, stderr } = await auditAll();
      expect(code).toBe(2);
      expect(read().users).toHaveLength(8);
      expect(read().errors).toEqual([
        {
          arn: `arn:aws:iam::333333333333:user/${user.userName}`,
          accountId: '333333333333',
          message: expect.stringMatching(/which the rule of this version does not write; deploy/u),
        },
      ]);
      expect(read().accounts[2]?.errors).toBe(1);
      expect(stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    },
  );

  it('notes accounts without the rule, users without a result, and results that are old', async () => {
    const other = createMember('444444444444');
    aws.account.config.aggregators?.set('all', [...members, other]);
    addUser(members[0] as LocalAccount, { userName: 'new', createDate: ago(0) });
    for (const result of members[1]?.config.evaluations ?? []) result.orderingTimestamp = ago(9);
    const { notes } = (await auditAll()).read().summary;
    expect(notes).toContainEqual(
      expect.stringMatching(/^IAM users, but no results of the rule .*: account 444444444444$/u),
    );
    expect(notes).toContainEqual(expect.stringMatching(/^no result yet for 1 user /u));
    expect(notes).toContainEqual(
      expect.stringMatching(/^results that are more than 8 days old: account 222222222222; /u),
    );
  });

  it('has the instant of the newest result of each account, and the earliest of these', async () => {
    const at = ago(3);
    for (const result of members[1]?.config.evaluations ?? []) result.orderingTimestamp = ago(5);
    resultOf(members[1], 'none').result.orderingTimestamp = at;
    const { asOf, accounts } = (await auditAll()).read();
    expect(Date.parse(asOf)).toBe(at);
    expect(Date.parse(accounts[1]?.asOf ?? '')).toBe(at);
  });

  it('shows a user with results in several Regions once, by the newest', async () => {
    const [first] = members;
    if (first === undefined) throw new Error('no account');
    // The local accounts have one Region. A second result of a user stands for that of another.
    const { user, result } = resultOf(first, 'used');
    const older = {
      ...result,
      complianceType: 'NON_COMPLIANT' as const,
      orderingTimestamp: ago(2),
    };
    first.config.evaluations.unshift(older);
    aws.account.pageSize = undefined;
    const { read } = await auditAll();
    expect(read().users.filter(({ arn }) => arn.endsWith('111111111111:user/used'))).toMatchObject([
      { compliance: 'COMPLIANT', userName: user.userName },
    ]);
  });

  it('names no user whom AWS Config has not recorded', async () => {
    const { user } = resultOf(members[0], 'idle');
    const [first] = members;
    if (first !== undefined) first.users = first.users.filter((each) => each !== user);
    const { read } = await auditAll();
    expect(read().users[0]).toMatchObject({
      userName: user.userId,
      arn: `111111111111/${user.userId}`,
      accountId: '111111111111',
    });
    expect(read().summary.notes.at(-1)).toMatch(
      /does not have the names of 1 user, who are shown/u,
    );
  });

  it('notes annotations that have no room for all credentials', async () => {
    const { result } = resultOf(members[0], 'idle');
    result.annotation = 'password used 2025-07-09 (500 days, limit 45); +2 more';
    const { read } = await auditAll();
    expect(read().summary.notes).toContainEqual(
      expect.stringMatching(/^the annotation has no room for all credentials of 1 user$/u),
    );
  });
});

describe('the aggregator', () => {
  it('must be named if there are several', async () => {
    aws.account.config.aggregators?.set('other', members.slice(0, 1));
    expectRefusal(
      await auditAll(),
      /this account has 2 AWS Config aggregators in us-east-1: all, other; expected one\. Name it with --aggregator/u,
    );
    const { read } = await auditAll('--aggregator', 'other');
    expect(read().accounts.map(({ accountId }) => accountId)).toEqual(['111111111111']);
  });

  it.each<[string, () => void, string[], RegExp]>([
    [
      'there is none',
      () => aws.account.config.aggregators?.clear(),
      [],
      /no AWS Config aggregator in us-east-1; .*AWS_REGION.*--accounts/u,
    ],
    [
      'it has another name',
      () => undefined,
      ['--aggregator', 'x'],
      /NoSuchConfigurationAggregatorException/u,
    ],
    [
      'no account has the rule',
      () => undefined,
      ['--rule', 'x'],
      /no account of the aggregator all in us-east-1 has results of AWS Config rule x; expected at least one\. Check --rule/u,
    ],
    [
      'it may not be listed',
      () => aws.faults.push(deny('DescribeConfigurationAggregators')),
      [],
      /Allow config:DescribeConfigurationAggregators/u,
    ],
  ])('is an error that says what to do if %s', async (_, prepare, args, message) => {
    prepare();
    expectRefusal(await auditAll(...args), message);
  });

  it.each([
    [['--live'], /--live and --organization exclude each other/u],
    [['--report', 'x.csv'], /--report and --organization exclude each other/u],
    [['--preset', 'cis'], /--preset does not apply to --organization: AWS Config has evaluated/u],
    [['--max-credential-usage-age', '30'], /--max-credential-usage-age does not apply/u],
    [['--as-of', '2026-11-21T00:00:00Z'], /--as-of does not apply/u],
    [['--ssh-keys'], /--ssh-keys needs --live/u],
  ])('cannot be combined with %j', async (args, message) => {
    expectRefusal(await auditAll(...args), message);
    expect(aws.requests.entries).toEqual([]);
  });

  it('takes the policy of docs/audit.md, and no other permission', async () => {
    const roles = new Map([['Auditor', [policyIn('docs/audit.md', 'The results of AWS Config')]]]);
    aws.account.roles = roles;
    const { code } = await auditAll();
    expect(code).toBe(1);
    const used = aws.account.permissionsUsed;
    expect([...listPermissions(roles)].filter((permission) => !used.has(permission))).toEqual([]);
  });
});
