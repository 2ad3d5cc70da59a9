import { expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { accessKey, day, password, user } from '../../builders/account.ts';
import { topicArn } from '../../builders/remediation.ts';
import { changes, ending, type RevocationCase, startCase } from '../revocation-case.ts';

const subjects = ({ account }: RevocationCase) => account.published.map(({ subject }) => subject);
const alerts = (held: RevocationCase) =>
  subjects(held).filter((subject) => !subject?.startsWith('Unused IAM credentials revoked'));
const ofRecords = 'Unknown records in account 123456789012';

/** Writes parameters below the records' path as somebody else. */
function forge({ local }: RevocationCase, ...names: readonly string[]): void {
  const caller = 'arn:aws:iam::123456789012:user/mallory';
  for (const name of names) {
    const Name = `/unused-iam-credentials/records/AIDAJUNK/${name}`;
    const input = { Name, Value: 'Call +1 555 0100', Type: 'String' };
    local.aws.perform({ service: 'ssm', operation: 'PutParameter', input, caller });
  }
}

it('reports records that somebody else wrote once in each revocation, without their names', async () => {
  const held = await startCase();
  forge(held, 'Call-555-0100', 'Call-555-0101');
  expect(ending(await held.local.revoke(held.frank.userId))).toBe('Success Revoke');
  expect(alerts(held)).toEqual([ofRecords]);
  const [{ message } = { message: '' }] = held.account.published;
  expect(message).toMatch(/someone other than this project wrote 2 parameters /u);
  // Execution IDs are random, so look for what they cannot contain.
  expect(JSON.stringify(held.account.published)).not.toMatch(/Call|AIDAJUNK/u);
});

it('does not report records of others in executions that revoke nothing, because there may be many', async () => {
  const held = await startCase();
  const { local, account, frank } = held;
  const other = user(account, 'other', password(400, 100)).userId;
  await local.revoke(other);
  forge(held, '1');
  const limited = { MaxRevocationsPerDay: '1' };
  expect(ending(await local.revoke(frank.userId, limited))).toBe('Success LimitReached');
  expect(ending(await local.revoke(frank.userId, { DryRun: 'true' }))).toBe('Success DryRun');
  expect(alerts(held)).toEqual([]);
});

it('reports once in each execution that the revocations of its user keep failing, even if the limit stops it', async () => {
  const held = await startCase({ accessKeys: [accessKey(300, 90)] });
  const { local, account, frank } = held;
  local.aws.faults.push({
    ...deny('UpdateAccessKey'),
    when: ({ UserName }) => UserName === frank.userName,
  });
  for (let tries = 0; tries < 2; tries += 1) {
    expect(ending(await local.remediate(frank.userId))).toBe('Failed Revoke');
  }
  expect(alerts(held)).toEqual([]);
  expect(ending(await local.remediate(frank.userId))).toBe('Failed Revoke');
  expect(alerts(held)).toEqual([`Revocations keep failing: ${frank.userName}`]);
  await local.revoke(user(account, 'other', password(400, 100)).userId);
  const limited = await local.remediate(frank.userId, { MaxRevocationsPerDay: '2' });
  expect(ending(limited)).toBe('Success LimitReached');
  expect(alerts(held)).toHaveLength(2);
  local.now += 8 * day;
  await local.remediate(frank.userId);
  expect(alerts(held)).toHaveLength(2);
});

it('fails before any change where the topic cannot be notified, and names it', async () => {
  const held = await startCase();
  forge(held, '1');
  held.local.aws.faults.push(deny('Publish'));
  held.local.aws.requests.reset();
  const done = await held.local.revoke(held.frank.userId);
  expect(done.status).toBe('Failed');
  expect(done.failureMessage).toMatch(
    new RegExp(`Topic ${topicArn} could not be notified of an alert: sns:Publish failed`, 'u'),
  );
  // Tried again once, as every function.
  expect(new Set(changes(held.local))).toEqual(new Set(['Publish AuthorizationError']));
  expect([...held.account.parameters.keys()].filter((name) => !name.includes('JUNK'))).toEqual([]);
});

it('continues without a topic, and only the log has the alert', async () => {
  const held = await startCase();
  held.local.topic = null;
  forge(held, '1');
  expect(ending(await held.local.revoke(held.frank.userId))).toBe('Success Revoke');
  expect(alerts(held)).toEqual([]);
  expect(held.local.log).toContainEqual(
    expect.objectContaining({ message: 'records of others', alert: true, count: 1 }),
  );
});
