import { expect, it } from 'vitest';
import { groupId, policyId } from '../../../local-aws/account.ts';
import {
  everything,
  held,
  inlinePolicies,
  isDenied,
  mfaDevice,
  permissions,
  removedBy,
  startCase,
  teamPolicy,
} from '../retirement-case.ts';
import { changes, ending, recordsIn } from '../revocation-case.ts';

it('denies an inactive user everything first, and then revokes only the credentials if nothing else is requested', async () => {
  const { account, local, frank, key } = await startCase();
  const done = await local.retire(frank.userId);
  expect(ending(done)).toBe('Success Retire');
  expect(changes(local)).toEqual([
    ...['PutParameter', 'TagUser', 'AttachUserPolicy', 'UpdateAccessKey', 'DeleteLoginProfile'],
    ...['AddTagsToResource', 'TagUser', 'UntagUser', 'Publish'],
  ]);
  expect([isDenied(frank), key.status]).toEqual([true, 'Inactive']);
  expect(held(frank)).toEqual(held({ ...frank, ...permissions }));
  const [stored] = recordsIn(account);
  expect(stored?.tags).toHaveProperty('applied');
  expect(stored?.record.retirement).toEqual({ denyAttached: true, parts: [] });
});

it('removes everything that is requested, records it first, and says what cannot come back', async () => {
  const it = await startCase();
  const { account, local, frank, key } = it;
  const done = await local.retire(frank.userId, everything);
  expect(ending(done)).toBe('Success Retire');
  expect(changes(local)).toEqual([
    ...Array.from({ length: 5 }, () => 'PutParameter'),
    'TagUser',
    ...[
      'AttachUserPolicy',
      'UpdateAccessKey',
      'DeleteLoginProfile',
      'RemoveUserFromGroup',
      'RemoveUserFromGroup',
    ],
    ...['DetachUserPolicy', 'DetachUserPolicy', 'DeleteUserPolicy', 'DeleteUserPolicy'],
    ...['DeactivateMFADevice', 'AddTagsToResource', 'TagUser', 'UntagUser', 'Publish'],
  ]);
  expect([held(frank), isDenied(frank)]).toEqual([[], true]);
  const { path, permissionsBoundary, tags } = frank;
  expect({ path, permissionsBoundary }).toEqual({
    path: '/people/',
    permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
  });
  expect(tags.map(({ Key }) => Key)).toEqual(['team', 'unused-iam-credentials:revoked']);

  expect(removedBy(it, done.id)).toEqual({
    groups: ['admins', 'developers'].map((name) => ({ name, id: groupId(account, name) })),
    attachedPolicies: [
      { arn: teamPolicy, id: policyId(account, teamPolicy) },
      { arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', id: null },
    ],
    inlinePolicies,
    mfaDevices: [mfaDevice],
  });
  const [stored] = recordsIn(account);
  expect(stored?.writers).toEqual([
    `arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Retire-us-east-1/Automation-${done.id}`,
  ]);
  const lost = [
    'the password: a restoration can only issue a new one',
    `MFA device ${mfaDevice}: the user must register it again`,
  ];
  expect(done.outputs['Decision.Irreversible']).toEqual(lost);
  expect(done.outputs['Result.Removed']).toEqual([
    ...['group admins', 'group developers'],
    ...[`attached policy ${teamPolicy}`, 'attached policy arn:aws:iam::aws:policy/ReadOnlyAccess'],
    ...['inline policy odd', 'inline policy s3', `MFA device ${mfaDevice}`],
  ]);
  const [mail] = account.published;
  expect(mail?.subject).toBe('IAM user retired: frank');
  for (const line of [
    `access key ${key.accessKeyId}: deactivated; used 2026-08-23 (90 days, limit 45)`,
    '- group admins: removed',
    'MFA devices cannot be restored. The user must register them again.',
    `unused-iam-credentials restore ${frank.userId} --rule unused-iam-credentials --password`,
  ]) {
    expect(mail?.message).toContain(line);
  }
});

it('a dry run says what it would do and what cannot come back, and changes nothing', async () => {
  const { local, frank, key } = await startCase();
  const done = await local.retire(frank.userId, { ...everything, DryRun: 'true' });
  expect([ending(done), changes(local)]).toEqual(['Success DryRun', []]);
  const reason = [done.outputs['Decision.Reason']].flat().join();
  expect(reason).toContain(`would retire: AWSDenyAll (Attach); access key ${key.accessKeyId}`);
  expect(reason).toContain(`MFA device ${mfaDevice}: the user must register it again`);
});

it('neither detaches AWSDenyAll nor a quarantine, and attaches no second deny', async () => {
  const { account, local, frank } = await startCase({
    attachedPolicies: ['AWSCompromisedKeyQuarantineV3', 'AWSDenyAll', 'ReadOnlyAccess'],
  });
  expect(ending(await local.retire(frank.userId, everything))).toBe('Success Retire');
  expect(frank.attachedPolicies).toEqual(['AWSCompromisedKeyQuarantineV3', 'AWSDenyAll']);
  expect(changes(local)).not.toContain('AttachUserPolicy');
  expect(recordsIn(account)[0]?.record.retirement?.denyAttached).toBe(false);
});
