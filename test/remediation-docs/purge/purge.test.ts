import { describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { revokedTag, revokingTag } from '../../../rule/core/names.ts';
import { encodeJson } from '../../../rule/formats/fields.ts';
import { accessKey, day } from '../../builders/account.ts';
import { configRemediation } from '../../builders/remediation.ts';
import { problemsOfEvent } from '../../infra/event-schemas.ts';
import { changes, output } from '../restoration-views.ts';
import {
  ending,
  keyOf,
  marksOf,
  type PurgeCase,
  recordOf,
  revokedUsers,
  revokedUsersOf,
  userOf,
  withKeys,
} from './purge-case.ts';

const subjects = ({ account }: PurgeCase) => account.published.map(({ subject }) => subject);

describe('a key that was deactivated', () => {
  it('is announced after 23 days and deleted after 30 days, and a restoration then says so', async () => {
    const found = await revokedUsers('frank');
    const { account, local, users, purgeOn } = found;
    const [frank, key] = [userOf(users[0]), keyOf(users[0])];
    const outcomes = [];
    const before = structuredClone(frank.tags);
    for (const days of [1, 22.9, 23, 24, 29.9]) outcomes.push(ending(await purgeOn(days)));
    expect(outcomes).toEqual([
      ...['Success NothingDue', 'Success NothingDue', 'Success Announce'],
      ...['Success NothingDue', 'Success NothingDue'],
    ]);
    expect([withKeys(found), subjects(found)]).toEqual([
      ['frank'],
      ['Access keys will be deleted: 1 in account 123456789012'],
    ]);
    expect(account.published[0]?.message).toContain(
      `- access key ${key.accessKeyId} of frank (${frank.userId}): deactivated 2026-11-21, last used 2026-08-23; will be deleted on or after 2026-12-21`,
    );

    const done = await purgeOn(30);
    expect([ending(done), done.failureMessage]).toEqual(['Success Delete', undefined]);
    expect([frank.accessKeys, frank.tags]).toEqual([[], before]);
    expect(output(done, 'Result.Deleted')).toBe(
      `access key ${key.accessKeyId} of frank (${frank.userId})`,
    );
    expect(subjects(found).slice(1)).toEqual(['Access keys deleted: 1 in account 123456789012']);
    expect(Object.keys(marksOf(found, users[0]))).toEqual([
      ...['applied', `deletion-announced-${key.accessKeyId}`, `deleted-${key.accessKeyId}`],
    ]);
    expect(ending(await purgeOn(31))).toBe('Success NothingDue');

    const back = await local.restore(frank.userId);
    expect(output(back, 'Decision.NotRestored')).toMatch(
      /deleted 2026-12-21T\S+ by UnusedIamCredentials-Purge, and cannot be restored$/u,
    );
    expect(marksOf(found, users[0])).toHaveProperty('restored');
    expect(frank.tags.map(({ Key }) => Key)).toContain(revokedTag);
  });

  it('is never announced or deleted if it was restored, used, changed or activated since, if its user is protected, exempt or another one, or if no genuine record of an applied revocation names it', async () => {
    const kept = [
      ...['restored', 'restored-and-off', 'used', 'changed', 'active', 'protected', 'exempt'],
      ...['recreated', 'unapplied', 'overwritten', 'forged'],
    ];
    const found = await revokedUsers(...kept, 'grace');
    const { account, local, purgeOn } = found;
    found.onDay(2);
    const [restored, restoredAndOff, used, changed, active, ...others] = found.users;
    const [isProtected, exempt, recreated, unapplied, overwritten, forged] = others;
    await local.restore(userOf(restored).userId);
    await local.restore(userOf(restoredAndOff).userId);
    // Removing the marks and the exemption has no effect while Automation has the restoration.
    Object.assign(userOf(restoredAndOff), { tags: [] });
    recordOf(found, restoredAndOff).tags.delete('restored');
    for (const { accessKeyId } of userOf(restoredAndOff).accessKeys) {
      recordOf(found, restoredAndOff).tags.delete(`restored-${accessKeyId}`);
    }
    Object.assign(keyOf(restoredAndOff), { status: 'Inactive' });
    const lastUsed = { date: local.now, region: 'us-east-1', serviceName: 's3' };
    Object.assign(keyOf(used), { lastUsed });
    // An administrator reactivates and deactivates it, where IAM dates that [?].
    Object.assign(keyOf(changed), { lastRotated: local.now });
    Object.assign(keyOf(active), { status: 'Active' });
    const tag = (Key: string, Value: string) => ({ Key: `Unused-IAM-credentials:${Key}`, Value });
    userOf(isProtected).tags.push(tag('protected', 'yes'));
    userOf(exempt).tags.push(tag('exempt-until', '2027-06-01'));
    Object.assign(userOf(recreated), { userId: 'AIDAANOTHERUSERANOTHER' });
    recordOf(found, unapplied).tags.delete('applied');
    const { versions } = recordOf(found, overwritten);
    versions.push(...versions.map((version) => ({ ...version, version: 2 })));
    for (const version of recordOf(found, forged).versions) {
      version.user = 'arn:aws:iam::123456789012:user/mallory';
    }

    account.published = [];
    for (const days of [24, 31, 38, 60]) {
      // Automation forgets the restoration of day 2.
      if (days > 32) userOf(restoredAndOff).tags = [tag('protected', 'yes')];
      const done = await purgeOn(days);
      expect(done.failureMessage).toBeUndefined();
      if (days >= 31) expect(withKeys(found)).toEqual(kept);
    }
    const messages = account.published.map(({ message }) => message).join();
    expect(
      messages.match(/access key \w+ of [\w-]+/gu)?.map((each) => each.split(' ').at(-1)),
    ).toEqual(['grace', 'grace']);
  });

  it.each([
    [true, ['grace']],
    [false, []],
  ])(
    'and was reactivated and deactivated again since is kept only if IAM records the date of a status change: %s [?]',
    async (reactivationMovesLastRotated, kept) => {
      const account = createAccount({ reactivationMovesLastRotated });
      const found = await revokedUsersOf(account, 'frank', 'grace');
      const { local, users, onDay, purgeOn } = found;
      onDay(10);
      for (const Status of ['Active', 'Inactive']) {
        const AccessKeyId = keyOf(users[1]).accessKeyId;
        const input = { UserName: 'grace', AccessKeyId, Status };
        local.aws.perform({
          service: 'iam',
          operation: 'UpdateAccessKey',
          input,
          caller: 'arn:aws:iam::123456789012:user/ops',
        });
      }
      await purgeOn(24);
      const done = await purgeOn(31);
      expect([ending(done), withKeys(found)]).toEqual(['Success Delete', kept]);
    },
  );

  it('and announced is not deleted if somebody uses it, restores it or protects its user before the deletion', async () => {
    const found = await revokedUsers('frank', 'grace', 'heidi', 'ivan');
    const { local, users, purgeOn } = found;
    expect(ending(await purgeOn(24))).toBe('Success Announce');
    const [frank, grace, heidi] = users;
    const lastUsed = { date: local.now, region: 'us-east-1', serviceName: 's3' };
    Object.assign(keyOf(frank), { lastUsed });
    await local.restore(userOf(grace).userId);
    userOf(heidi).tags.push({ Key: 'unused-iam-credentials:protected', Value: 'true' });
    const done = await purgeOn(40);
    expect(ending(done)).toBe('Success Delete');
    expect(withKeys(found)).toEqual(['frank', 'grace', 'heidi']);
    expect(output(done, 'Decision.KeysHeld')).toMatch(
      /frank.*it was used 2026-12.*heidi.*protected/u,
    );
  });
});

describe('a mark of an announcement that nobody made', () => {
  const protect = ({ users }: PurgeCase, isProtected: boolean) => {
    const protection = { Key: 'unused-iam-credentials:protected', Value: 'true' };
    userOf(users[0]).tags = isProtected ? [protection] : [];
  };
  /** A protected user has no announcement. On that day something runs, and later somebody writes a mark of then. */
  const forged = async (run: (found: PurgeCase) => Promise<unknown>) => {
    const found = await revokedUsers('frank', 'grace');
    const [frank] = found.users;
    protect(found, true);
    found.onDay(31);
    const at = new Date(found.local.now).toISOString();
    await run(found);
    protect(found, false);
    recordOf(found, frank).tags.set(`deletion-announced-${keyOf(frank).accessKeyId}`, at);
    found.account.published = [];
    return found;
  };

  it.each<[string, (found: PurgeCase) => Promise<unknown>]>([
    ['where nothing ran at that instant', async () => undefined],
    ['where an execution announced another key', ({ purgeOn }) => purgeOn(31)],
    [
      'where a dry run listed the key',
      async (found) => {
        protect(found, false);
        const dry = await found.purgeOn(31, { DryRun: 'true' });
        expect(output(dry, 'Decision.KeysToAnnounce')).toContain('of frank');
      },
    ],
    [
      'where a role of another account ran the document',
      async (found) => {
        protect(found, false);
        const AutomationAssumeRole =
          'arn:aws:iam::210987654321:role/UnusedIamCredentials-Purge-us-east-1';
        const done = await found.purgeOn(31, { AutomationAssumeRole });
        expect(output(done, 'Decision.KeysToAnnounce')).toContain('of frank');
      },
    ],
  ])('deletes nothing, and the key is announced: %s', async (_, run) => {
    const found = await forged(run);
    const done = await found.purgeOn(40);
    expect(withKeys(found)).toContain('frank');
    expect(output(done, 'Decision.KeysToAnnounce')).toMatch(
      /of frank .*will be deleted on or after 2027-01-07/u,
    );
    expect(found.account.published[0]?.message).toContain('of frank');
    expect(found.local.log).toContainEqual({
      ...{ level: 'error', message: 'announcement not proven', alert: true },
      accessKeys: expect.arrayContaining([keyOf(found.users[0]).accessKeyId]),
    });
    await found.purgeOn(46.9);
    expect(withKeys(found)).toContain('frank');
    await found.purgeOn(47);
    expect(withKeys(found)).toEqual([]);
  });
});

describe('the confirmation of a key', () => {
  const executionId = '22222222-2222-4333-8444-555555555555';
  /** Asks for the confirmation, as an execution does that has tagged the user. */
  const confirm = ({ local, users: [frank] }: PurgeCase) => {
    const { userId, userName } = userOf(frank);
    userOf(frank).tags = [{ Key: revokingTag, Value: executionId }];
    const revocationId = frank?.recordName.split('/').at(-1);
    return local.invoke('unused-iam-credentials-plan-purge', {
      ...{ mode: 'confirm', executionId, deleteAfterDays: '30' },
      item: encodeJson([userId, revocationId, keyOf(frank).accessKeyId, userName]),
    });
  };

  it('does not delete a key that an execution restored since, whatever its marks say', async () => {
    const found = await revokedUsers('frank');
    const [frank] = found.users;
    await found.purgeOn(23);
    await expect(found.purgeOn(23.5).then(() => confirm(found))).rejects.toThrow('not due');
    userOf(frank).tags = [];
    found.onDay(25);
    await found.local.restore(userOf(frank).userId);
    const { tags } = recordOf(found, frank);
    for (const mark of [...tags.keys()]) if (mark.startsWith('restored')) tags.delete(mark);
    Object.assign(keyOf(frank), { status: 'Inactive' });
    found.onDay(31);
    await expect(confirm(found)).rejects.toThrow('it was restored since');
  });

  it('does not delete a key whose announcement no execution proves', async () => {
    const found = await revokedUsers('frank');
    const mark = `deletion-announced-${keyOf(found.users[0]).accessKeyId}`;
    await found.purgeOn(23);
    found.onDay(31);
    expect(await confirm(found)).toMatchObject({ Outcome: 'Confirmed' });
    const forgedAt = new Date(found.local.now - 7.5 * day).toISOString();
    recordOf(found, found.users[0]).tags.set(mark, forgedAt);
    await expect(confirm(found)).rejects.toThrow('not due');
  });
});

describe('the messages', () => {
  const owned = async () => {
    const found = await revokedUsers('frank', 'grace', 'heidi');
    for (const [index, owner] of ['team-a', 'team-b', 'team-a'].entries()) {
      userOf(found.users[index]).tags.push({ Key: 'owner', Value: owner });
    }
    return found;
  };
  const attributesOf = ({ account }: PurgeCase) =>
    account.published.map(({ attributes }) => attributes);
  const of = (event: string, rest = {}) => ({ event, account: '123456789012', ...rest });

  it('are one for several users, without user and owner', async () => {
    const found = await owned();
    for (const days of [23, 30]) await found.purgeOn(days);
    expect(attributesOf(found)).toEqual([
      ...[of('access-keys-will-be-deleted'), of('access-key-deleted')],
    ]);
  });

  it('name the user and the owner if all keys are theirs', async () => {
    const found = await revokedUsers('frank');
    userOf(found.users[0]).tags.push({ Key: 'owner', Value: 'team-a' });
    for (const days of [23, 30]) await found.purgeOn(days);
    const frank = { userName: 'frank', owner: 'team-a' };
    expect(attributesOf(found)).toEqual([
      ...[of('access-keys-will-be-deleted', frank), of('access-key-deleted', frank)],
    ]);
  });

  it('are one for each owner with DigestPerOwner, about the keys of that owner alone', async () => {
    const found = await owned();
    found.local.messagePerOwner = true;
    await found.purgeOn(23);
    // The message of an owner names what could not be deleted, and an owner without a deleted key gets none.
    found.local.aws.faults.push({
      ...deny('DeleteAccessKey'),
      when: ({ UserName }) => UserName !== 'frank',
    });
    await found.purgeOn(30);
    const [a, b] = [{ owner: 'team-a' }, { userName: 'grace', owner: 'team-b' }];
    expect(attributesOf(found)).toEqual([
      ...[of('access-keys-will-be-deleted', a), of('access-keys-will-be-deleted', b)],
      of('access-key-deleted', a),
    ]);
    const names = found.account.published.map(({ message }) =>
      ['frank', 'grace', 'heidi'].filter((name) => message.includes(`of ${name} (`)),
    );
    expect(names).toEqual([['frank', 'heidi'], ['grace'], ['frank', 'heidi']]);
  });
});

describe('the document', () => {
  it('deletes MaxRevocationsPerDay keys each day and no more, whoever starts it', async () => {
    const found = await revokedUsers('a', 'b', 'c', 'd', 'e');
    Object.assign(found.local.purgeLimits ?? {}, { MaxRevocationsPerDay: '2' });
    await found.purgeOn(23);
    const left = [];
    for (const days of [30, 30.4, 31, 32]) {
      const done = await found.purgeOn(days, { MaxRevocationsPerDay: '9999' });
      left.push([ending(done), withKeys(found).length]);
    }
    expect(left).toEqual([
      ['Success Delete', 3],
      ['Success LimitReached', 3],
      ['Success Delete', 1],
      ['Success Delete', 0],
    ]);
  });

  it('uses the longer time of parameter and stack, and does nothing if one is 0 or before EnforceFrom', async () => {
    const found = await revokedUsers('frank');
    const { local, purgeOn } = found;
    const outcomes = [];
    for (const [days, asked, limit, from] of [
      [60, '30', '90', '2000-01-01'],
      [60, '90', '30', '2000-01-01'],
      [60, '0', '30', '2000-01-01'],
      [60, '30', '0', '2000-01-01'],
      [60, '30', '30', '2027-06-01'],
    ] as const) {
      Object.assign(local.purgeLimits ?? {}, { DeleteAfterDays: limit, EnforceFrom: from });
      outcomes.push(ending(await purgeOn(days, { DeleteAfterDays: asked })));
    }
    expect(outcomes).toEqual([
      ...['Success NothingDue', 'Success NothingDue', 'Success Off', 'Success Off'],
      'Success NotYet',
    ]);
    local.purgeLimits = undefined;
    expect(ending(await purgeOn(60))).toBe('Success Off');
    expect(changes(local.aws).filter((operation) => operation === 'Publish')).toEqual([]);
  });

  it('changes and announces nothing in a dry run, and lists what it would do, even where the stack deletes nothing', async () => {
    const found = await revokedUsers('frank');
    const { account, local, purgeOn } = found;
    Object.assign(local.purgeLimits ?? {}, { DeleteAfterDays: '0' });
    local.aws.requests.reset();
    const dry = await purgeOn(24, { DryRun: 'true' });
    expect(ending(dry)).toBe('Success DryRun');
    expect(output(dry, 'Decision.KeysToAnnounce')).toContain('frank');
    expect(output(dry, 'Decision.Reason')).toContain('its DeleteAfterDays is 0');
    expect([changes(local.aws), account.published]).toEqual([[], []]);
  });

  it.each([
    ['AWS Config', configRemediation],
    ['nobody known [?]', 'arn:aws:sts::210987654321:assumed-role/Other/session'],
  ])('is refused with an alert if %s starts it', async (_, caller) => {
    const found = await revokedUsers('frank');
    await found.purgeOn(23);
    found.account.published = [];
    const refused = await found.purgeOn(40, {}, caller);
    expect(ending(refused)).toBe('Failed Refused');
    expect(subjects(found)).toEqual(['Deletion of access keys refused in account 123456789012']);
    const { events } = found.account;
    expect(events.flatMap(problemsOfEvent)).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      ...{ 'detail-type': 'Revocation Refused', resources: [] },
      detail: {
        ...{ operation: 'purge', executionId: refused.id, account: '123456789012' },
        reason: expect.stringContaining('may delete access keys'),
      },
    });
    expect(withKeys(found)).toEqual(['frank']);
  });

  it('fails without a mark if the announcement cannot be published, and deletes nothing until it was', async () => {
    const found = await revokedUsers('frank');
    const { local, users, purgeOn } = found;
    local.aws.faults.push(deny('Publish'));
    const failed = await purgeOn(40);
    expect(failed.status).toBe('Failed');
    expect(failed.failureMessage).toContain('could not be notified');
    expect(Object.keys(marksOf(found, users[0]))).toEqual(['applied']);
    local.aws.faults.pop();
    const topic = local.topic;
    local.topic = null;
    expect((await purgeOn(41)).failureMessage).toContain('NOTIFICATION_TOPIC_ARN');
    expect(withKeys(found)).toEqual(['frank']);
    local.topic = topic;
    expect(ending(await purgeOn(42))).toBe('Success Announce');
    local.aws.faults.push(deny('Publish'));
    const silent = await purgeOn(49);
    // It is gone, and an event says so.
    expect([silent.status, withKeys(found)]).toEqual(['Failed', []]);
    expect(silent.failureMessage).toContain('1 deleted, but topic arn:');
    expect(output(silent, 'Result.Deleted')).toContain('frank');
    expect(found.account.events.at(-1)).toMatchObject({ 'detail-type': 'Access Key Deleted' });
  });

  it('does not delete while an earlier execution of it is running', async () => {
    const found = await revokedUsers('frank');
    await found.purgeOn(23);
    found.onDay(30);
    const parameters = { DeleteAfterDays: '30', MaxRevocationsPerDay: '0' };
    const both = [1, 2].map(() => found.local.start('purge', parameters));
    const [first, second] = await Promise.all(both.map((id) => found.local.ended(id)));
    const endings = [first, second].map((each) => (each === undefined ? '' : ending(each)));
    expect(new Set(endings)).toEqual(new Set(['Success Delete', 'Success Running']));
    expect(withKeys(found)).toEqual([]);
  });

  it('reads only those executions of a month that announced a due key', async () => {
    const found = await revokedUsers('frank', 'grace');
    for (let days = 1; days < 30; days += 1) await found.purgeOn(days);
    found.local.aws.requests.reset();
    expect(ending(await found.purgeOn(30))).toBe('Success Delete');
    expect(found.local.log.map(({ message }) => message)).not.toContain('announcement not proven');
    // Its own, and in the plan and in the confirmation of each key the one that announced both.
    expect(found.local.aws.requests.counts).toMatchObject({
      ...{ GetAutomationExecution: 1 + 3, DescribeAutomationStepExecutions: 3 },
    });
  });

  it('reads few requests for 1,000 records of which 5 are due', async () => {
    const found = await revokedUsers('a', 'b', 'c', 'd', 'e');
    const { account, local, purgeOn, users } = found;
    const template = recordOf(found, users[0]);
    const frank = userOf(users[0]);
    const name = users[0]?.recordName ?? '';
    for (let index = 0; index < 995; index += 1) {
      const userId = `AIDA${String(index).padStart(17, 'A')}`;
      const young = index % 2 === 0 ? 20 * day : 0;
      const versions = template.versions.map((each) => ({ ...each, date: each.date + young }));
      account.parameters.set(name.replace(frank.userId, userId), { ...template, versions });
      // A third of them left; most others have only keys in use.
      if (index % 3 === 0) continue;
      const keys = [accessKey(300, 1)];
      account.users.push({
        ...structuredClone(frank),
        ...{ userId, userName: `user-${index}`, accessKeys: keys, tags: [] },
      });
    }
    local.aws.requests.reset();
    const done = await purgeOn(24);
    expect(output(done, 'Decision.KeysToAnnounce').split('; access key')).toHaveLength(5);
    const { counts } = local.aws.requests;
    expect(counts).toMatchObject({
      ...{ GetParametersByPath: 100, GetParameterHistory: 5, ListTagsForResource: 5 },
      ...{ GetAccountAuthorizationDetails: 1, GetCredentialReport: 1, ListAccessKeys: 5 },
    });
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(all).toBeLessThanOrEqual(150);
  });
});
