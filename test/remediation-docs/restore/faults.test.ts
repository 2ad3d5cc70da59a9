import { expect, it } from 'vitest';
import { deny, throttle } from '../../../local-aws/faults.ts';
import { inVirtualTime } from '../../builders/virtual-time.ts';
import { forget, hurry, revoked } from '../restoration-case.ts';
import {
  changes,
  currentSecrets,
  isMarked,
  output,
  statusesOf,
  tagsOf,
} from '../restoration-views.ts';
import { failures } from '../revocation-case.ts';

const asked = { RestorePassword: 'true' };
const exemptTag = 'unused-iam-credentials:exempt-until';
const revokedTag = 'unused-iam-credentials:revoked';

it('continues if every change is throttled twice', async () => {
  const found = await revoked();
  const { local, account, aws, frank } = found;
  const steps = ['TagUser', 'UntagUser', 'UpdateAccessKey', 'AddTagsToResource', 'Publish'];
  aws.faults.push(...steps.map((operation) => throttle(operation, 2)));
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(currentSecrets(account)).toMatchObject([{ password: frank.loginProfile?.password }]);
  expect(isMarked(found)).toBe(true);
  expect(account.published).toHaveLength(1);
});

it('continues if the functions are throttled', async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  const reading = ['DescribeConfigRules', 'GetParametersByPath', 'CreateSecret', 'PutSecretValue'];
  aws.faults.push(...reading.map((operation) => throttle(operation, 2)));
  const done = await inVirtualTime(local.now, () => local.restore(frank.userId, asked));
  expect(done.status).toBe('Success');
  expect(aws.requests.counts).toMatchObject({ CreateSecret: 3, GetParametersByPath: 4 });
  expect(isMarked(found)).toBe(true);
});

/** Whether a request sets or removes a tag of that key. */
const tagsWith = (input: object, key: string) => Object.values(input).includes(key);

it('reactivates nothing if the user cannot be exempted', async () => {
  const found = await revoked();
  const { local, account, aws, frank, before } = found;
  const state = structuredClone(frank);
  aws.faults.push({ ...deny('TagUser'), when: (input) => tagsWith(input, exemptTag) });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Failed');
  expect(failures(done)['ExemptUser']).toContain('AccessDenied');
  expect(frank).toEqual({ ...state, tags: [] });
  expect(frank.accessKeys).not.toEqual(before.accessKeys);
  expect(new Set(changes(aws))).toEqual(new Set(['UntagUser', 'TagUser']));
  expect([account.secrets.size, isMarked(found)]).toEqual([0, false]);
});

it('restores if the tag of the revocation cannot be removed', async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  aws.faults.push({ ...deny('UntagUser'), when: (input) => tagsWith(input, revokedTag) });
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(new Set(Object.keys(tagsOf(frank)))).toEqual(new Set([exemptTag, revokedTag]));
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(isMarked(found)).toBe(true);
});

it.each([
  ['is denied', { ...deny('UpdateAccessKey') }],
  ['has no effect', { operation: 'UpdateAccessKey', ignored: true as const }],
])('fails and names the key if its reactivation %s, and can be resumed', async (_, fault) => {
  const found = await revoked();
  const { local, aws, frank } = found;
  const [first = '', second = ''] = frank.accessKeys.map(({ accessKeyId }) => accessKeyId);
  aws.faults.push({ ...fault, when: ({ AccessKeyId }) => AccessKeyId === second });
  hurry(found);
  const failed = await local.restore(frank.userId, asked);
  expect(failed.status).toBe('Failed');
  expect(failed.failureMessage).toContain(`access key ${second}`);
  expect(failed.failureMessage).not.toContain(first);
  expect(statusesOf(frank)).toEqual(['Active', 'Inactive']);
  expect(isMarked(found)).toBe(false);
  aws.faults.splice(0);
  const resumed = await local.restore(frank.userId, asked);
  expect(resumed.status).toBe('Success');
  expect(output(resumed, 'Decision.ToRestore')).toContain(second);
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(isMarked(found)).toBe(true);
});

it('fails if a record cannot be marked, and marks it when run again', async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  aws.faults.push(deny('AddTagsToResource'));
  const failed = await local.restore(frank.userId, asked);
  expect(failed.status).toBe('Failed');
  expect(failed.failureMessage).toContain('ssm:AddTagsToResource');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  aws.faults.splice(0);
  forget(local);
  const again = await local.restore(frank.userId, asked);
  expect(again.status).toBe('Success');
  expect(output(again, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(changes(aws)).toEqual(['AddTagsToResource']);
  expect(isMarked(found)).toBe(true);
});

it('has restored and marked everything if the notification fails', async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  aws.faults.push(deny('Publish'));
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Failed');
  expect(done.failureMessage).toContain('sns:Publish');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(isMarked(found)).toBe(true);
});

it('gives the reason of a refusal even if the notification fails', async () => {
  const { local, aws, frank } = await revoked();
  frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV2'];
  aws.faults.push(deny('Publish'));
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Failed');
  expect(done.failureMessage).toContain('AWSCompromisedKeyQuarantineV2');
  expect(changes(aws)).toEqual([]);
});

it('waits for lagging reads of IAM', async () => {
  const found = await revoked({ account: { iamReadLagMs: 10_000 } });
  const { local, frank } = found;
  const begun = local.now;
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(local.now - begun).toBeGreaterThanOrEqual(10_000);
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(isMarked(found)).toBe(true);
});
