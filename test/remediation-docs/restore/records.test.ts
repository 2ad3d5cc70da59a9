import { expect, it } from 'vitest';
import { decodeRecord, encodeRecord } from '../../../rule/formats/record-codec.ts';
import { accessKey, day, password } from '../../builders/account.ts';
import {
  forget,
  type RestorationCase,
  recordOf,
  recordText,
  revoked,
  revokeSession,
  write,
} from '../restoration-case.ts';
import { changes, isMarked, output, statusesOf, tagsOf } from '../restoration-views.ts';

/** Two revocations, each of one key, the second 50 days after the first. */
async function twoRevocations(): Promise<RestorationCase & { secondId: string }> {
  const found = await revoked({
    user: { ...password(400, 0), accessKeys: [accessKey(300, 90), accessKey(300, 1)] },
  });
  const { local, frank } = found;
  frank.passwordLastUsed = local.now + 49 * day;
  local.now += 50 * day;
  const second = await local.revoke(frank.userId);
  expect(statusesOf(frank)).toEqual(['Inactive', 'Inactive']);
  forget(local);
  return { ...found, secondId: second.id };
}

it('undoes only the revocation that RevocationId names', async () => {
  const found = await twoRevocations();
  const { local, frank, revocation, secondId } = found;
  const done = await local.restore(frank.userId, { RevocationId: secondId });
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Inactive', 'Active']);
  expect(output(done, 'Decision.NotRestored')).toContain(
    `revocation ${revocation.id} is not the requested one`,
  );
  expect(isMarked(found)).toBe(false);
  expect(isMarked(found, recordOf(frank, secondId))).toBe(true);
});

it('undoes all revocations for RevocationId All, and marks every record', async () => {
  const found = await twoRevocations();
  const { local, frank, secondId } = found;
  const done = await local.restore(frank.userId);
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(isMarked(found)).toBe(true);
  expect(isMarked(found, recordOf(frank, secondId))).toBe(true);
  // For each record one mark as a whole, and one for its key.
  expect(local.aws.requests.counts['AddTagsToResource']).toBe(4);
});

it('restores a key with more than 100 outstanding records, and does not reactivate it after someone deactivates it', async () => {
  const found = await revoked();
  const { local, frank, account } = found;
  const original = decodeRecord(recordText(found));
  const credentials = original.credentials.filter(({ type }) => type !== 'password');
  for (let index = 0; index < 101; index += 1) {
    const executionId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const name = recordOf(frank, executionId);
    const recordedAt = original.recordedAt - (index + 1) * 60_000;
    const record = { ...original, executionId, name, recordedAt, credentials };
    write(found, revokeSession, name, encodeRecord(record));
    account.parameters.get(name)?.tags.set('applied', '2026-11-21T06:30:00Z');
  }
  const done = await local.restore(frank.userId);
  expect([done.status, done.failureMessage]).toEqual(['Success', undefined]);
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  const records = [...account.parameters.values()];
  const isOpen = ({ tags }: (typeof records)[number]) => !tags.has('restored');
  expect(records.filter(isOpen)).toHaveLength(2);

  for (const key of frank.accessKeys) key.status = 'Inactive';
  local.now += day;
  const again = await local.restore(frank.userId);
  expect([again.status, output(again, 'Decision.Outcome')]).toEqual([
    'Success',
    'NothingRestorable',
  ]);
  expect(statusesOf(frank)).toEqual(['Inactive', 'Inactive']);
  // Only the record of the password is left.
  expect(records.filter(isOpen)).toHaveLength(1);
});

it('says that a revocation is unknown, and changes nothing', async () => {
  const found = await revoked();
  const { local, frank } = found;
  const other = '99999999-2222-4333-8444-555555555555';
  const done = await local.restore(frank.userId, { RevocationId: other });
  expect(done.status).toBe('Success');
  expect(output(done, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(output(done, 'Decision.Reason')).toBe(
    'nothing to restore in account 123456789012, Region us-east-1: ' +
      `the user has no outstanding record of revocation ${other}; ` +
      'records that do not count: 1 of other revocations (RevocationId=All, --revocation All)',
  );
  expect(changes(local.aws)).toEqual([]);
});

it('reactivates only the key that AccessKeyId names', async () => {
  const found = await revoked();
  const { local, frank } = found;
  const [first, second] = frank.accessKeys.map(({ accessKeyId }) => accessKeyId);
  const done = await local.restore(frank.userId, { AccessKeyId: second ?? '' });
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Inactive', 'Active']);
  expect(output(done, 'Decision.NotRestored')).toContain(
    `${first}: AccessKeyId (--access-key) names another`,
  );
  expect(isMarked(found)).toBe(false);
});

it('leaves a record open if its password was not restored, so that it can be restored later', async () => {
  const found = await revoked();
  const { local, frank, account } = found;
  const keysOnly = await local.restore(frank.userId);
  expect(keysOnly.status).toBe('Success');
  expect(output(keysOnly, 'Result.SettledRecords')).toBe('');
  expect(isMarked(found)).toBe(false);
  const rest = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(rest.status).toBe('Success');
  expect(output(rest, 'Decision.ToRestore')).toBe('password (a new one)');
  expect(frank.loginProfile?.password).toBeDefined();
  expect(account.secrets.size).toBe(1);
  expect(isMarked(found)).toBe(true);
});

it('does not restore by records older than MaxRecordAgeDays', async () => {
  const { local, frank } = await revoked();
  local.now += 8 * day;
  const tooOld = await local.restore(frank.userId, { MaxRecordAgeDays: '7' });
  expect(output(tooOld, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(output(tooOld, 'Decision.Reason')).toContain(
    'is older than MaxRecordAgeDays (--max-record-age-days), 7',
  );
  expect(changes(local.aws)).toEqual([]);
  const young = await local.restore(frank.userId, { MaxRecordAgeDays: '9' });
  expect(output(young, 'Decision.Outcome')).toBe('Restore');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
});

it('restores by the record of an unfinished revocation only with IncludeUnconfirmed', async () => {
  const found = await revoked();
  const { local, frank, account, recordName } = found;
  account.parameters.get(recordName)?.tags.clear();
  local.now += day;
  const refused = await local.restore(frank.userId);
  expect(output(refused, 'Decision.Outcome')).toBe('NothingRestorable');
  expect(output(refused, 'Decision.Reason')).toContain('did not finish');
  expect(changes(local.aws)).toEqual([]);
  const parameters = { IncludeUnconfirmed: 'true', RestorePassword: 'true' };
  const done = await local.restore(frank.userId, parameters);
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(isMarked(found)).toBe(true);
});

it('restores a revocation that was cancelled before it was confirmed', async () => {
  const found = await revoked();
  const { local, frank, account } = found;
  await local.restore(frank.userId, { RestorePassword: 'true' });
  frank.tags = [];
  // Until then the restored record exempts the user, whatever the tags say.
  local.now += day;
  account.automation.stopAfter = 'DeactivateFirstAccessKey';
  const cut = await local.revoke(frank.userId);
  expect([cut.status, ...statusesOf(frank)]).toEqual(['Cancelled', 'Inactive', 'Active']);
  account.automation.stopAfter = undefined;
  const done = await local.restore(frank.userId, { IncludeUnconfirmed: 'true' });
  expect(done.status).toBe('Success');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  expect(tagsOf(frank)['unused-iam-credentials:exempt-until']).toBeDefined();
});
