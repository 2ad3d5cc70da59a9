import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byOwner,
  describeAnnouncement,
  describePurged,
  describePurgeRefusal,
} from '../../../rule/formats/purge-messages.ts';
import { ago, now } from '../../builders/account.ts';
import { executionId, record } from '../../builders/revocation.ts';

const location = {
  ...{ accountId: '123456789012', region: 'us-east-1', partition: 'aws', functionName: '' },
};
const place = 'account 123456789012, us-east-1';
const user = (userName: string, owner: string) => ({
  ...{ userName, userId: `AIDA-${userName}`, owner },
});
const [frank, erin, grace] = [user('frank', 'a'), user('erin', 'b'), user('grace', 'a')];
type Owner = typeof frank;
const dueKey = (of: Owner) => ({
  ...{ ...of, id: `AKIA-${of.userName}`, record: record([]), since: ago(83), lastUsed: ago(200) },
  ...{ announcedAt: null, deletedFrom: ago(-7) },
});
const ownedKey = (of: Owner) => ({ ...of, accessKeyId: `AKIA-${of.userName}` });

describe('the announcement of deletions', () => {
  it('names every key, from when it may be deleted, and how to keep it', () => {
    const { subject, message } = describeAnnouncement(
      [dueKey(frank), dueKey(erin)],
      'own-rule',
      location,
    );
    expect(subject).toBe('Access keys will be deleted: 2 in account 123456789012');
    expect(message.split('\n')).toEqual([
      `UnusedIamCredentials-Purge will delete these access keys of ${place}. They have been inactive since this project deactivated them:`,
      '- access key AKIA-frank of frank (AIDA-frank): deactivated 2026-08-30, last used 2026-05-05; will be deleted on or after 2026-11-28',
      '- access key AKIA-erin of erin (AIDA-erin): deactivated 2026-08-30, last used 2026-05-05; will be deleted on or after 2026-11-28',
      '',
      'A deleted access key cannot be restored. To keep a key, do one of these before that day:',
      '- Restore it:',
      "  aws ssm start-automation-execution --region us-east-1 --document-name UnusedIamCredentials-Restore --parameters IAMResourceId='<user ID>',RevocationId=All,ConfigRuleName=own-rule,AccessKeyId='<access key ID>',AutomationAssumeRole=arn:aws:iam::123456789012:role/UnusedIamCredentials-Restore-us-east-1",
      '  or, with the command line of this project installed:',
      "  unused-iam-credentials restore --access-key '<access key ID>' --rule own-rule",
      '- Protect its user:',
      "  aws iam tag-user --user-name '<user name>' --tags Key=unused-iam-credentials:protected,Value=true",
      'To keep all keys for now, create the SSM parameter /unused-iam-credentials/pause. To delete none, set the stack parameter DeleteAfterDays to 0.',
    ]);
  });

  it('cannot be faked by the name of a user', () => {
    const odd = { ...dueKey(frank), userName: 'x\n- access key AKIA-own\u2028' };
    const { message } = describeAnnouncement([odd], 'own-rule', location);
    expect(message.split('\n')[1]).toMatch(/^- access key AKIA-frank of x - access key AKIA-own /u);
  });
});

describe('the message of deleted keys', () => {
  it('names the keys that are gone, and those that are left', () => {
    const purged = { executionId, deleted: [ownedKey(frank)], left: [ownedKey(erin)] };
    const { subject, message } = describePurged(purged, location);
    expect(subject).toBe('Access keys deleted: 1 in account 123456789012');
    const lines = [
      `UnusedIamCredentials-Purge deleted access keys in ${place}, that were deactivated long ago and announced before. They cannot be restored:`,
      '- access key AKIA-frank of frank (AIDA-frank)',
      'Not deleted, because a step failed:',
      '- access key AKIA-erin of erin (AIDA-erin)',
      `Execution: ${executionId}`,
    ];
    expect(message.split('\n')).toEqual(lines);
    const all = describePurged({ ...purged, left: [] }, location);
    expect(all.message.split('\n')).toEqual([...lines.slice(0, 2), ...lines.slice(-1)]);
  });
});

describe('the user and the owner of a message', () => {
  const attributes = (...users: Owner[]) => {
    const [head, ...rest] = users.map(ownedKey);
    const announced = describeAnnouncement(users.map(dueKey), 'own-rule', location).attributes;
    const deleted = head === undefined ? [] : [head];
    const purged = describePurged({ executionId, deleted, left: rest }, location).attributes;
    const { event, ...ofBoth } = purged;
    expect(event).toBe('access-key-deleted');
    expect(announced).toEqual({ ...ofBoth, event: 'access-keys-will-be-deleted' });
    return ofBoth;
  };
  const account = '123456789012';

  it('are in its attributes only if all its keys are theirs', () => {
    expect(attributes(frank)).toEqual({ account, userName: 'frank', owner: 'a' });
    expect(attributes(frank, frank)).toEqual({ account, userName: 'frank', owner: 'a' });
    expect(attributes(frank, grace)).toEqual({ account, owner: 'a' });
    expect(attributes(frank, frank, erin)).toEqual({ account });
    expect(attributes()).toEqual({ account });
  });
});

describe('the messages of a list of keys', () => {
  it('are one, or one for each owner, in the order of the list', () => {
    const all = [frank, erin, grace];
    expect(byOwner(all, false)).toEqual([all]);
    expect(byOwner([], false)).toEqual([]);
    expect(byOwner(all, true)).toEqual([[frank, grace], [erin]]);
  });

  it('do not exist without a key, and name each key once', () => {
    const keys = fc.array(fc.record({ owner: fc.constantFrom('a', 'b', 'c'), id: fc.nat() }));
    fc.assert(
      fc.property(keys, fc.boolean(), (all, perOwner) => {
        const lists = byOwner(all, perOwner);
        expect(lists.every((list) => list.length > 0)).toBe(true);
        expect(new Set(lists.flat())).toEqual(new Set(all));
        expect(lists.flat()).toHaveLength(all.length);
      }),
    );
  });
});

it('the alert of a refused deletion says what happened, and how to find who started it', () => {
  const reason = 'role x\r\nstarted it';
  expect(describePurgeRefusal(executionId, reason, location, now)).toEqual({
    attributes: { event: 'access-key-deletion-refused', account: '123456789012' },
    subject: 'Deletion of access keys refused in account 123456789012',
    message: [
      `An execution of UnusedIamCredentials-Purge in ${place}, was refused at 2026-11-21T06:30:00Z: ${executionId}.`,
      'role x started it',
      '',
      `No access key was deleted. Find out who started it: aws ssm get-automation-execution --region us-east-1 --automation-execution-id ${executionId}`,
      'The line "refused" in the log of unused-iam-credentials-plan-purge has the same reason.',
    ].join('\n'),
  });
});
