import { expect, it } from 'vitest';
import { formatInstant } from '../../../rule/core/instant.ts';
import { day, password } from '../../builders/account.ts';
import { configRemediation } from '../../builders/remediation.ts';
import {
  changes,
  ending,
  type RevocationCase,
  recordsIn,
  startCase,
  usable,
} from '../revocation-case.ts';

const subject = 'Credentials keep coming back: frank';
const alerts = ({ account }: RevocationCase) =>
  account.published.filter((message) => message.subject === subject);

/** Somebody else's tool activates every key again. */
function reactivate({ frank }: RevocationCase): void {
  for (const key of frank.accessKeys) key.status = 'Active';
}

/** AWS Config remediates frank, and the tool undoes it, once a day. */
async function loop(held: RevocationCase, days: number): Promise<string[]> {
  const ends: string[] = [];
  for (let each = 0; each < days; each += 1) {
    const start = held.local.now;
    ends.push(ending(await held.local.remediate(held.frank.userId)).replace('Success ', ''));
    reactivate(held);
    held.local.now = start + day;
  }
  return ends;
}

const times = (count: number, outcome: string) => Array<string>(count).fill(outcome);

it('a key that is activated after each revocation is revoked three times within 30 days, then left with one alert for each execution', async () => {
  const held = await startCase({
    loginProfile: undefined,
    tags: [{ Key: 'ManagedBy', Value: 'Terraform\n\u001B[31m' }],
  });
  const { account, local, frank, key } = held;
  expect(await loop(held, 3)).toEqual(times(3, 'Revoke'));
  expect(alerts(held)).toEqual([]);
  const revokedAt = recordsIn(account).map(({ record }) => formatInstant(record.recordedAt));
  local.aws.requests.reset();
  const done = await local.remediate(frank.userId);
  expect([ending(done), usable(frank), changes(local)]).toEqual([
    ...['Success KeepsComingBack', [key.accessKeyId], ['Publish']],
  ]);
  const why = `revoked 3 times within 30 days (${revokedAt.join(', ')}), and somebody made it usable again each time`;
  expect(done.outputs['Decision.Reason']).toEqual([`access key ${key.accessKeyId}: ${why}`]);
  expect(String(done.outputs['Decision.NotRevoked'])).toContain(`: ${why}; used 20`);
  const [message] = alerts(held).map((each) => each.message);
  expect(message).toContain(
    `- access key ${key.accessKeyId}: revoked 3 times within 30 days: ${revokedAt.join(', ')}. It is not revoked again before 2026-12-21T`,
  );
  expect(message).toContain('Tag ManagedBy = Terraform [31m shows what manages the user.\n');
  expect(message).toContain('- set status of the aws_iam_access_key to "Inactive", or remove the');
  const lines = local.log.filter((line) => line['message'] === 'keeps coming back');
  // Both plans say so.
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({
    ...{ level: 'error', alert: true, userId: frank.userId, revokedAt: [revokedAt] },
    credentials: [`access key ${key.accessKeyId}`],
  });

  // 27 executions until the first of the three is 30 days old.
  expect(await loop(held, 28)).toEqual([...times(27, 'KeepsComingBack'), 'Revoke']);
  expect(alerts(held)).toHaveLength(28);
  expect(await loop(held, 4)).toEqual([...times(2, 'Revoke'), ...times(2, 'KeepsComingBack')]);
});

it('other due credentials are revoked, and the reason names the skipped one', async () => {
  const held = await startCase({ loginProfile: undefined });
  const { local, frank, key } = held;
  await loop(held, 3);
  Object.assign(frank, password(400, 100));
  const done = await local.remediate(frank.userId);
  expect([ending(done), usable(frank)]).toEqual(['Success Revoke', [key.accessKeyId]]);
  expect(done.outputs['Result.Revoked']).toEqual(['password (Delete)']);
  expect(String(done.outputs['Decision.NotRevoked'])).toMatch(/^access key \w+: revoked 3 times/u);
  expect(alerts(held)).toHaveLength(1);
  expect(await loop(held, 1)).toEqual(['KeepsComingBack']);
});

it('a revocation that was restored does not count', async () => {
  const held = await startCase({ loginProfile: undefined });
  const { local, frank } = held;
  for (let each = 0; each < 5; each += 1) {
    expect(ending(await local.remediate(frank.userId))).toBe('Success Revoke');
    local.now += 20 * 60_000;
    expect((await local.restore(frank.userId, { GraceDays: '1' })).status).toBe('Success');
    local.now += 2 * day;
  }
  expect(alerts(held)).toEqual([]);
});

it('a person may revoke once more, and an execution of unknown origin may not', async () => {
  const held = await startCase({ loginProfile: undefined });
  const { account, local, frank, key } = held;
  await loop(held, 3);
  const id = local.start('revoke', { IAMResourceId: frank.userId }, configRemediation);
  const execution = account.automation.executions.get(id);
  if (execution !== undefined) execution.executedBy = undefined;
  expect(ending(await local.ended(id))).toBe('Success KeepsComingBack');
  const done = await local.revoke(frank.userId);
  expect([ending(done), usable(frank)]).toEqual(['Success Revoke', []]);
  expect(String(done.outputs['Decision.Reason'])).toMatch(
    new RegExp(`; access key ${key.accessKeyId}: revoked 3 times within 30 days \\(`, 'u'),
  );
  expect(alerts(held)).toHaveLength(1);
});
