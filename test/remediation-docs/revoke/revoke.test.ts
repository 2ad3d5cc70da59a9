import { expect, it } from 'vitest';
import { accessKey, ago, now, password, user } from '../../builders/account.ts';
import { topicArn } from '../../builders/remediation.ts';
import { changes, ending, recordsIn, startCase, usable } from '../revocation-case.ts';

it('writes the record first, binds the user, deletes the password last, then marks, tags, releases and notifies', async () => {
  const { local, frank, key } = await startCase();
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(changes(local)).toEqual([
    'PutParameter',
    'TagUser',
    'UpdateAccessKey',
    'DeleteLoginProfile',
    'AddTagsToResource',
    'TagUser',
    'UntagUser',
    'Publish',
  ]);
  expect(frank).toMatchObject({ accessKeys: [key], loginProfile: undefined });
  expect(key.status).toBe('Inactive');
});

it('keeps a record of what was revoked and its state before, written by its own role', async () => {
  const { account, local, frank, key } = await startCase();
  const { id } = await local.revoke(frank.userId);
  const name = `/unused-iam-credentials/records/${frank.userId}/${id}`;
  const role = 'assumed-role/UnusedIamCredentials-Revoke-us-east-1';
  const [planned, verified] = [now + 1000, '2026-11-21T06:30:16Z'];
  expect(recordsIn(account)).toEqual([
    {
      name,
      writers: [`arn:aws:sts::123456789012:${role}/Automation-${id}`],
      tags: { applied: verified },
      record: {
        ...{ schemaVersion: 1, name, accountId: '123456789012', executionId: id },
        ...{ userId: frank.userId, userName: 'frank', ruleName: 'unused-iam-credentials' },
        recordedAt: planned,
        credentials: [
          {
            ...{ type: 'access-key', id: key.accessKeyId, action: 'Deactivate' },
            ...{ used: ago(90), created: ago(300), changed: ago(300) },
            ...{ lastUsedService: 's3', lastUsedRegion: 'us-east-1' },
            reason: 'used 2026-08-23 (90 days, limit 45)',
          },
          {
            ...{ type: 'password', id: null, action: 'Delete' },
            ...{ used: ago(100), created: ago(400), changed: ago(350) },
            reason: 'used 2026-08-13 (100 days, limit 45)',
          },
        ],
      },
    },
  ]);
  const tag = { Key: 'unused-iam-credentials:revoked', Value: `${verified} ${id}` };
  expect(frank.tags).toEqual([tag]);
});

it('notifies who was affected, what was revoked, why, and how to restore it', async () => {
  const { account, local, frank, key } = await startCase();
  await local.revoke(frank.userId);
  const [mail] = account.published;
  expect(account.published).toHaveLength(1);
  expect(mail).toMatchObject({ topicArn, subject: 'Unused IAM credentials revoked: frank' });
  const message = mail?.message ?? '';
  for (const line of [
    `IAM user frank (${frank.userId}) in account 123456789012`,
    `access key ${key.accessKeyId}: deactivated; used 2026-08-23 (90 days, limit 45); last used 2026-08-23 by s3 in us-east-1`,
    'password: deleted; used 2026-08-13 (100 days, limit 45)',
    '--document-name UnusedIamCredentials-Restore',
  ]) {
    expect(message).toContain(line);
  }
  const [, given = ''] = /--parameters (\S+)/u.exec(message) ?? [];
  const pairs = given.split(',').map((pair) => pair.split('='));
  const restored = await local.ended(local.start('restore', Object.fromEntries(pairs)));
  expect([restored.status, key.status]).toEqual(['Success', 'Active']);
});

const notRun = ['No output available yet because the step is not successfully executed'];

it('outputs its plan and its result', async () => {
  const recent = accessKey(200, 3);
  const { local, frank, key } = await startCase();
  frank.accessKeys.push(recent);
  const { id, outputs } = await local.revoke(frank.userId);
  const [first, second] = [
    `access key ${key.accessKeyId} (Deactivate): used 2026-08-23 (90 days, limit 45), last used by s3 in us-east-1`,
    'password (Delete): used 2026-08-13 (100 days, limit 45)',
  ];
  expect(outputs).toEqual({
    'Password.SecretArn': notRun,
    'Password.Warning': notRun,
    'Decision.Outcome': ['Revoke'],
    'Decision.Reason': [`${first}; ${second}`],
    'Result.Outcome': ['Verified'],
    'Decision.UserName': ['frank'],
    'Decision.ToRevoke': [first, second],
    'Decision.Consequences': ['DeletesPassword'],
    'Decision.NotRevoked': [
      `access key ${recent.accessKeyId}: not due; used 2026-11-18 (3 days, limit 45), last used by s3 in us-east-1`,
    ],
    'Decision.RecordName': [`/unused-iam-credentials/records/${frank.userId}/${id}`],
    'Result.Revoked': [`access key ${key.accessKeyId} (Deactivate)`, 'password (Delete)'],
  });
  expect(usable(frank)).toEqual([recent.accessKeyId]);
});

it('changes no other user, and no password that is in use', async () => {
  const { account, local, frank } = await startCase(password(400, 3));
  const other = user(account, 'other', { ...password(400, 100), accessKeys: [accessKey(300)] });
  const untouched = structuredClone(other);
  const { outputs } = await local.revoke(frank.userId);
  expect(usable(frank)).toEqual(['password']);
  expect(other).toEqual(untouched);
  const skipped = 'password: not due; used 2026-11-18 (3 days, limit 45)';
  expect(outputs['Decision.NotRevoked']).toEqual([skipped]);
});

it('evaluates by the parameters of the rule', async () => {
  const { local, frank, key } = await startCase({}, { maxAccessKeyUsageAge: '91' });
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(usable(frank)).toEqual([key.accessKeyId]);
});

it.each([
  ['Deactivate', 'Deactivate', ['UpdateAccessKey', 'UpdateAccessKey']],
  ['Deactivate', 'Delete', ['UpdateAccessKey', 'DeleteAccessKey']],
  ['Delete', 'Deactivate', ['DeleteAccessKey', 'UpdateAccessKey']],
  ['Delete', 'Delete', ['DeleteAccessKey', 'DeleteAccessKey']],
  ['Keep', 'Delete', ['DeleteAccessKey']],
  ['Delete', 'Keep', ['DeleteAccessKey']],
])(
  'the actions %s for used keys and %s for keys that were never used are carried out',
  async (used, never, requests) => {
    const keys = [accessKey(300, 90), accessKey(200)];
    const { local, frank } = await startCase({ loginProfile: undefined, accessKeys: [...keys] });
    const actions = { AccessKeyAction: used, NeverUsedAccessKeyAction: never };
    expect(ending(await local.revoke(frank.userId, actions))).toBe('Success Revoke');
    expect(changes(local).filter((request) => request.endsWith('AccessKey'))).toEqual(requests);
    const left = { Deactivate: 'Inactive', Delete: 'gone', Keep: 'Active' };
    const found = keys.map((key) => (frank.accessKeys.includes(key) ? key.status : 'gone'));
    expect(found).toEqual([left[used as keyof typeof left], left[never as keyof typeof left]]);
  },
);

it('keeps the password if PasswordAction is Keep', async () => {
  const { local, frank } = await startCase();
  const { outputs } = await local.revoke(frank.userId, { PasswordAction: 'Keep' });
  expect(usable(frank)).toEqual(['password']);
  const skipped = expect.stringContaining('password: kept, because PasswordAction is Keep');
  expect(outputs['Decision.NotRevoked']).toEqual([skipped]);
});

it('does not publish if the deployment has no topic', async () => {
  const { account, local, frank } = await startCase();
  local.limits = { ...local.limits, NotificationTopicArn: 'none' };
  const done = await local.revoke(frank.userId);
  expect([ending(done), changes(local).at(-1)]).toEqual(['Success Revoke', 'UntagUser']);
  expect(account.published).toEqual([]);
});
