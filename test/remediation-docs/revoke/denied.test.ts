import { expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { revokedTag } from '../../../rule/core/names.ts';
import {
  changes,
  denyFrom,
  ending,
  failures,
  recordsIn,
  startCase,
  usable,
} from '../revocation-case.ts';

const denied = (operation: string) =>
  expect.stringMatching(
    new RegExp(`\\((AccessDenied\\w*|AuthorizationError)\\) when calling the ${operation} `),
  );

it('nothing changes if the record cannot be written', async () => {
  const { account, local, frank, key } = await startCase();
  local.aws.faults.push(deny('PutParameter'));
  const before = structuredClone(frank);
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed Revoke');
  expect(failures(done)).toEqual({ RecordRevocation: denied('PutParameter') });
  expect(done.failureMessage).toContain('Step RecordRevocation failed');
  expect(changes(local)).toEqual(['PutParameter AccessDeniedException']);
  expect([recordsIn(account), frank]).toEqual([[], before]);
  expect(usable(frank)).toEqual([key.accessKeyId, 'password']);
  local.aws.faults.pop();
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(usable(frank)).toEqual([]);
});

it('an existing record is not overwritten, and nothing changes', async () => {
  const { account, local, frank } = await startCase();
  const id = local.start('revoke', { IAMResourceId: frank.userId });
  const planted = { value: 'x', version: 1, date: 0, user: 'someone' };
  const name = `/unused-iam-credentials/records/${frank.userId}/${id}`;
  account.parameters.set(name, { versions: [planted], tags: new Map() });
  const done = await local.ended(id);
  expect(ending(done)).toBe('Failed Revoke');
  expect(changes(local)).toEqual(['PutParameter ParameterAlreadyExists']);
  expect(account.parameters.get(name)?.versions).toEqual([planted]);
  expect(usable(frank)).toHaveLength(2);
});

it.each([
  ['UpdateAccessKey', 'Deactivate', 'DeactivateFirstAccessKey', ['key', 'password']],
  ['DeleteAccessKey', 'Delete', 'DeleteFirstAccessKey', ['key', 'password']],
  ['DeleteLoginProfile', 'Deactivate', 'DeletePassword', ['password']],
])(
  'if %s is denied, its step fails and the error names what is left',
  async (operation, action, step, left) => {
    const { account, local, frank, key } = await startCase();
    local.aws.faults.push(deny(operation));
    const given = { AccessKeyAction: action };
    const done = await local.revoke(frank.userId, given);
    expect(ending(done)).toBe('Failed Revoke');
    expect(failures(done)).toMatchObject({ [step]: denied(operation) });
    const names = left.map((what) => (what === 'key' ? `access key ${key.accessKeyId}` : what));
    expect(done.failureMessage).toContain(
      `(${frank.userId}): ${names.join(', ')}. A previous step`,
    );
    expect(recordsIn(account).map(({ tags }) => tags)).toEqual([{}]);
    expect(usable(frank)).toEqual(left.map((what) => (what === 'key' ? key.accessKeyId : what)));
    expect([frank.tags, account.published]).toEqual([[], []]);
    local.aws.faults.pop();
    expect(ending(await local.revoke(frank.userId, given))).toBe('Success Revoke');
    expect(usable(frank)).toEqual([]);
  },
);

it('nothing is revoked if the name cannot be confirmed', async () => {
  const { local, frank, key } = await startCase();
  denyFrom(local, 'PutParameter', 'GetUser', 3);
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed Revoke');
  expect(failures(done)).toEqual({ ReadBoundUser: denied('GetUser') });
  expect(done.failureMessage).toContain('Step ReadBoundUser failed');
  expect([usable(frank), changes(local), frank.tags]).toEqual([
    [key.accessKeyId, 'password'],
    ['PutParameter', 'TagUser', 'UntagUser'],
    [],
  ]);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(usable(frank)).toEqual([]);
});

it('a record that cannot be marked fails the run, which still tags and publishes', async () => {
  const { account, local, frank } = await startCase();
  local.aws.faults.push(deny('AddTagsToResource'));
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed Revoke');
  expect(failures(done)).toEqual({ MarkApplied: denied('AddTagsToResource') });
  expect(done.failureMessage).toContain('Step MarkApplied failed');
  expect(recordsIn(account)[0]?.tags).toEqual({});
  expect([usable(frank), frank.tags.length, account.published.length]).toEqual([[], 1, 1]);
  local.aws.faults.pop();
  expect(ending(await local.revoke(frank.userId))).toBe('Success NothingDue');
});

it('if the user cannot be tagged as revoked, the run still revokes and publishes', async () => {
  const { account, local, frank } = await startCase();
  const isRevoked = (input: object) => Object.values(input).includes(revokedTag);
  local.aws.faults.push({ ...deny('TagUser'), when: isRevoked });
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Success Revoke');
  expect(failures(done)).toEqual({ TagUser: denied('TagUser') });
  expect(recordsIn(account)[0]?.tags).toHaveProperty('applied');
  expect([usable(frank), frank.tags, account.published.length]).toEqual([[], [], 1]);
});

it('a denied notification fails the run, but does not undo the revocation', async () => {
  const { account, local, frank } = await startCase();
  local.aws.faults.push(deny('Publish'));
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed Revoke');
  expect(failures(done)).toEqual({ PublishRevocation: denied('Publish') });
  expect(done.failureMessage).toContain('Step PublishRevocation failed');
  expect(recordsIn(account)[0]?.tags).toHaveProperty('applied');
  expect([usable(frank), frank.tags.length]).toEqual([[], 1]);
  local.aws.faults.pop();
  expect(ending(await local.revoke(frank.userId))).toBe('Success NothingDue');
});

it.each([
  ['DescribeConfigRules', 'config'],
  ['ListUsers', 'iam'],
  ['ListAccessKeys', 'iam'],
  ['GetAccessKeyLastUsed', 'iam'],
  ['GetLoginProfile', 'iam'],
  ['GetUser', 'iam'],
  ['GenerateCredentialReport', 'iam'],
  ['GetCredentialReport', 'iam'],
  ['GetParameter', 'ssm'],
  ['GetAutomationExecution', 'ssm'],
  ['GetParametersByPath', 'ssm'],
  ['DescribeAutomationExecutions', 'ssm'],
])('nothing changes if the plan may not call %s', async (operation, service) => {
  const { local, frank } = await startCase();
  local.aws.faults.push(deny(operation));
  const before = structuredClone(frank);
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe('Failed -');
  expect(done.failureMessage).toContain(`${service}:${operation} failed: AccessDenied`);
  expect([changes(local), frank]).toEqual([[], before]);
});
