import { describe, expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { formatInstant } from '../../../rule/core/instant.ts';
import { accessKey, day, password, user } from '../../builders/account.ts';
import {
  changes,
  ending,
  type RevocationCase,
  recordsIn,
  startCase,
  storeReport,
  usable,
} from '../revocation-case.ts';

const minute = 60_000;
const mallory = 'arn:aws:iam::123456789012:user/mallory';

function put({ local }: RevocationCase, Name: string, caller = mallory, Overwrite = false): void {
  const input = { Name, Value: 'junk', Type: 'String', Overwrite };
  local.aws.perform({ service: 'ssm', operation: 'PutParameter', input, caller });
}

const path = '/unused-iam-credentials/records';
const alerts = ({ local }: RevocationCase) => local.log.filter(({ alert }) => alert === true);

/** A user of the case with an unused password. */
const another = ({ account }: RevocationCase, name: string) =>
  user(account, name, password(400, 100)).userId;

describe('the daily limit', () => {
  it('does not count parameters that our role did not write, and an alert names them', async () => {
    const held = await startCase();
    const junk = Array.from({ length: 25 }, (_, index) => `${path}/AIDAJUNK${index + 10}/1`);
    for (const name of junk) put(held, name);
    expect(ending(await held.local.revoke(held.frank.userId))).toBe('Success Revoke');
    const alert = { level: 'error', message: 'records of others', alert: true, count: 25 };
    const records = junk.slice(0, 20);
    // Both plans say so.
    expect(alerts(held)).toEqual([
      { ...alert, records },
      { ...alert, records },
    ]);
  });

  it('counts a record that somebody overwrote', async () => {
    const held = await startCase();
    const { account, local, frank } = held;
    await local.revoke(frank.userId);
    put(held, recordsIn(account)[0]?.name ?? '', mallory, true);
    const done = await local.revoke(another(held, 'other'), { MaxRevocationsPerDay: '1' });
    expect(ending(done)).toBe('Success LimitReached');
  });

  it('counts users, not tries', async () => {
    const held = await startCase();
    const { account, local, frank } = held;
    const [first, second, third] = ['a', 'b', 'c'].map((name) => another(held, name));
    local.aws.faults.push({ ...deny('DeleteLoginProfile'), when: isOf('frank') });
    for (let tries = 0; tries < 5; tries += 1) {
      expect(ending(await local.revoke(frank.userId))).toBe('Failed Revoke');
    }
    expect(recordsIn(account)).toHaveLength(5);
    const limit = { MaxRevocationsPerDay: '3' };
    expect(ending(await local.revoke(first ?? '', limit))).toBe('Success Revoke');
    expect(ending(await local.revoke(second ?? '', limit))).toBe('Success Revoke');
    expect(ending(await local.revoke(third ?? '', limit))).toBe('Success LimitReached');
  });

  it('stops a user whose revocations keep failing day after day, with an alert', async () => {
    const held = await startCase({ accessKeys: [] });
    const { local, frank } = held;
    local.aws.faults.push({ ...deny('DeleteLoginProfile'), when: isOf('frank') });
    const limit = { MaxRevocationsPerDay: '2' };
    const attempt = () => local.remediate(frank.userId, limit).then(ending);
    const ends: string[] = [];
    for (let days = 0; days < 3; days += 1) {
      const others = [0, 1].map((index) => another(held, `user-${days}-${index}`));
      ends.push(ending(await local.remediate(others[0] ?? '', limit)), await attempt());
      ends.push(ending(await local.remediate(others[1] ?? '', limit)));
      local.now += day;
    }
    // On the third day the user has failed twice: the others use the limit alone.
    expect(ends).toEqual([
      ...['Success Revoke', 'Failed Revoke', 'Success LimitReached'],
      ...['Success Revoke', 'Failed Revoke', 'Success LimitReached'],
      ...['Success Revoke', 'Success LimitReached', 'Success Revoke'],
    ]);
    expect(alerts(held)).toEqual([
      expect.objectContaining({ message: 'revocations keep failing', userId: frank.userId }),
    ]);
    local.now += day;
    local.aws.faults.pop();
    await local.remediate(another(held, 'last'), limit);
    expect(ending(await local.revoke(frank.userId, limit))).toBe('Success Revoke');
  });

  const isOf = (name: string) => (input: Record<string, unknown>) => input['UserName'] === name;
});

describe('requests for records', () => {
  const counted = ({ local }: RevocationCase) => {
    const found: Record<string, number> = {};
    for (const { service, operation } of local.aws.requests.entries) {
      if (service === 'ssm') found[operation] = (found[operation] ?? 0) + 1;
    }
    return found;
  };
  const askPlan = async (held: RevocationCase) => {
    held.local.aws.requests.reset();
    await held.local.invoke('unused-iam-credentials-plan-revocation', {
      ...{ mode: 'plan', userId: held.frank.userId, ruleName: 'unused-iam-credentials' },
      executionId: '11111111-2222-4333-8444-555555555555',
      ...{ passwordAction: 'Keep', accessKeyAction: 'Deactivate', minimumIdleDays: '30' },
      ...{ neverUsedAccessKeyAction: 'Deactivate', maxRevocationsPerDay: '20' },
      ...{ enforceFrom: '2000-01-01', dryRun: 'false' },
    });
    return counted(held);
  };

  it('are four if there is no record', async () => {
    const held = await startCase();
    expect(await askPlan(held)).toEqual({
      ...{ GetParameter: 1, GetAutomationExecution: 1, GetParametersByPath: 1 },
      DescribeAutomationExecutions: 1,
    });
  });

  it('grow by one for every ten records, and one for each of the last 24 hours', async () => {
    const held = await startCase();
    for (let index = 0; index < 35; index += 1) put(held, `${path}/AIDAOLD/${index}`);
    held.local.now += 2 * day;
    for (let index = 0; index < 4; index += 1) put(held, `${path}/AIDANEW/${index}`);
    expect(await askPlan(held)).toMatchObject({ GetParametersByPath: 4, GetParameterHistory: 4 });
  });

  it.each<[string, (held: RevocationCase) => void]>([
    ['nothing is due', ({ key }) => Object.assign(key, { status: 'Inactive' })],
    ['revocations are paused', (held) => put(held, '/unused-iam-credentials/pause')],
    [
      'a newer report is needed',
      ({ frank, local }) => {
        storeReport(local, minute);
        frank.userName = 'francis';
      },
    ],
  ])('are not sent while %s', async (_, prepare) => {
    const held = await startCase();
    prepare(held);
    const requests = await askPlan(held);
    expect(Object.keys(requests)).not.toContain('GetParametersByPath');
    expect(Object.keys(requests)).not.toContain('DescribeAutomationExecutions');
  });
});

describe('a restored user, whose exemption tag is not visible yet,', () => {
  async function restored(parameters: Record<string, string> = {}) {
    const held = await startCase();
    const { local, frank } = held;
    await local.revoke(frank.userId);
    local.now += 10 * minute;
    expect((await local.restore(frank.userId, parameters)).status).toBe('Success');
    frank.tags = [];
    local.aws.requests.reset();
    return held;
  }

  it.each([
    ['restored', { RestorePassword: 'true' }],
    ['partly restored', {}],
  ])('is exempt by a record marked as %s', async (_, parameters) => {
    const { account, local, frank } = await restored(parameters);
    const before = usable(frank);
    const done = await local.remediate(frank.userId);
    expect([ending(done), usable(frank)]).toEqual(['Success Exempt', before]);
    expect(String(done.outputs['Decision.Reason'])).toMatch(
      new RegExp(
        `^revocation ${recordsIn(account)[0]?.record.executionId} was restored 2026-`,
        'u',
      ),
    );
    expect(changes(local)).toEqual([]);
  });

  it('is exempt without a daily limit, too', async () => {
    const { local, frank } = await restored();
    const done = await local.revoke(frank.userId, { MaxRevocationsPerDay: '0' });
    expect(ending(done)).toBe('Success Exempt');
  });

  it('is not exempt by the record a day later', async () => {
    const { local, frank } = await restored();
    local.now += day;
    expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  });

  it('is exempt while a restoration runs', async () => {
    const { account, local, frank } = await startCase();
    const id = '99999999-2222-4333-8444-555555555555';
    const execution = {
      ...{ id, documentName: 'UnusedIamCredentials-Restore', status: 'InProgress' as const },
      ...{ start: local.now, outputs: {}, steps: [], executedBy: mallory },
    };
    const ours = 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Restore-us-east-1';
    const run = (
      userId: string,
      status: 'InProgress' | 'Failed',
      { documentName = execution.documentName, role = ours } = {},
    ) => {
      const parameters = { IAMResourceId: userId, AutomationAssumeRole: role };
      account.automation.executions.set(id, { ...execution, documentName, status, parameters });
    };
    run(frank.userId, 'InProgress');
    const done = await local.remediate(frank.userId);
    expect([ending(done), changes(local)]).toEqual(['Success Exempt', []]);
    expect(done.outputs['Decision.Reason']).toEqual([
      `execution ${id} of UnusedIamCredentials-Restore is restoring the user`,
    ]);
    run('AIDASOMEBODYELSE', 'InProgress');
    expect(ending(await local.revoke(frank.userId, { DryRun: 'true' }))).toBe('Success DryRun');
    // Anybody may run a document of a similar name, or ours under another role.
    run(frank.userId, 'InProgress', { documentName: 'UnusedIamCredentials-RestoreMallory' });
    expect(ending(await local.revoke(frank.userId, { DryRun: 'true' }))).toBe('Success DryRun');
    run(frank.userId, 'InProgress', { role: 'arn:aws:iam::123456789012:role/Mallory' });
    expect(ending(await local.revoke(frank.userId, { DryRun: 'true' }))).toBe('Success DryRun');
    run(frank.userId, 'Failed');
    expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  });

  it('is not exempt by a record that our role did not write', async () => {
    const held = await startCase({ accessKeys: [accessKey(300, 90)] });
    const { account, local, frank } = held;
    const name = `${path}/${frank.userId}/99999999-2222-4333-8444-555555555555`;
    put(held, name);
    account.parameters.get(name)?.tags.set('restored', formatInstant(local.now));
    expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  });
});
