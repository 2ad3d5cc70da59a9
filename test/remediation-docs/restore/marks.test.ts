import { expect, it } from 'vitest';
import { accessKey, day } from '../../builders/account.ts';
import { allReadings } from '../all-readings.ts';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { changes, isMarked, output, statusesOf } from '../restoration-views.ts';
import { denyFrom } from '../revocation-case.ts';

const asked = { RestorePassword: 'true' };
const turnOff = ({ frank }: RestorationCase) => {
  for (const key of frank.accessKeys) key.status = 'Inactive';
  frank.loginProfile = undefined;
};

it.each([
  ['', false],
  ['not ', true],
])(
  'without its mark, a credential that was restored and deactivated since is not given back, if outputs are %slisted',
  async (_, listsNoOutputs) => {
    const found = await revoked();
    const { local, account, aws, frank, recordName } = found;
    Object.assign(account.automation.readings, { listsNoOutputs });
    await local.restore(frank.userId, asked);
    expect(statusesOf(frank)).toEqual(['Active', 'Active']);
    local.now += 3 * day;
    turnOff(found);
    const tags = account.parameters.get(recordName)?.tags ?? new Map<string, string>();
    const removed = [...tags.keys()].filter((name) => name !== 'applied');
    for (const name of removed) tags.delete(name);
    expect(removed).toContain('restored');
    aws.requests.reset();
    const again = await local.restore(frank.userId, asked);
    expect(output(again, 'Decision.Outcome')).toBe('NothingRestorable');
    const left = output(again, 'Decision.NotRestored');
    for (const name of [...frank.accessKeys.map(({ accessKeyId }) => accessKeyId), 'password']) {
      expect(left).toContain(`${name}: was restored before`);
    }
    expect([statusesOf(frank), frank.loginProfile]).toEqual([['Inactive', 'Inactive'], undefined]);
    // The record is closed again.
    expect(changes(aws)).toEqual(['AddTagsToResource']);
    expect(isMarked(found)).toBe(true);
  },
);

it('a key that a stopped restoration gave back is not given back again', async () => {
  const found = await revoked({ user: { accessKeys: [accessKey(300, 90)] } });
  const { local, account, frank, recordName } = found;
  const stopped = await local.restore(frank.userId);
  expect(statusesOf(frank)).toEqual(['Active']);
  // As if somebody had stopped it before its verification.
  const end = stopped.steps.findIndex(({ name }) => name === 'VerifyRestoration');
  stopped.steps.splice(end);
  Object.assign(stopped, { status: 'Cancelled', outputs: {} });
  const tags = account.parameters.get(recordName)?.tags ?? new Map<string, string>();
  for (const name of [...tags.keys()]) if (name !== 'applied') tags.delete(name);
  turnOff(found);
  local.now += day;
  const again = await local.restore(frank.userId);
  expect([output(again, 'Decision.Outcome'), statusesOf(frank)]).toEqual([
    'NothingRestorable',
    ['Inactive'],
  ]);
});

it.each(allReadings.filter(({ jsonText }) => jsonText === 'unchanged'))(
  'a restoration whose verification failed gave everything back: it is not given back again, under %o',
  async (reading) => {
    const found = await revoked({ user: { accessKeys: [accessKey(300, 90)] } });
    const { local, account, aws, frank } = found;
    account.automation.readings = reading;
    denyFrom(local, 'CreateLoginProfile', 'ListAccessKeys', 2);
    const failed = await local.restore(frank.userId, asked);
    expect([failed.status, statusesOf(frank), isMarked(found)]).toEqual([
      ...['Failed', ['Active'], false],
    ]);
    expect(frank.loginProfile).toBeDefined();
    aws.faults.splice(0);
    turnOff(found);
    local.now += day;
    const again = await local.restore(frank.userId, asked);
    expect([...[output(again, 'Decision.Outcome'), statusesOf(frank), frank.loginProfile]]).toEqual(
      ['NothingRestorable', ['Inactive'], undefined],
    );
  },
);

it('reads the steps only of restorations whose outputs may not show every change', async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  const { attachedPolicies } = frank;
  frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV2'];
  for (let times = 0; times < 3; times += 1) await local.restore(frank.userId);
  frank.attachedPolicies = attachedPolicies;
  await local.restore('AIDANOTHERUSER00001');
  aws.requests.reset();
  expect((await local.restore(frank.userId, asked)).status).toBe('Success');
  const operations = aws.requests.entries.map(({ operation }) => operation);
  // Of the execution itself, which has not answered anything yet.
  expect(operations.filter((name) => name === 'DescribeAutomationStepExecutions')).toHaveLength(1);
});

it('a later revocation is restored although an earlier one of the same key was', async () => {
  const found = await revoked();
  const { local, frank } = found;
  await local.restore(frank.userId, asked);
  local.now += 60 * day;
  const second = await local.revoke(frank.userId);
  expect(output(second, 'Decision.Outcome')).toBe('Revoke');
  local.now += day;
  const done = await local.restore(frank.userId, asked);
  expect([done.status, output(done, 'Result.Outcome')]).toEqual(['Success', 'Restored']);
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
});

it('says what stays off because somebody marked its record as restored', async () => {
  const found = await revoked();
  const { local, aws, account, frank, recordName } = found;
  account.parameters.get(recordName)?.tags.set('restored', '2026-11-21T06:30:00Z');
  const done = await local.restore(frank.userId, asked);
  expect([done.status, output(done, 'Decision.Outcome')]).toEqual(['Success', 'NothingRestorable']);
  const why = `was restored before, according to record ${recordName}`;
  expect(output(done, 'Decision.NotRestored')).toContain(why);
  expect(output(done, 'Decision.Reason')).toContain(why);
  expect(changes(aws)).toEqual([]);
});

it('says nothing about restored records whose credentials are in use', async () => {
  const found = await revoked();
  const { local, frank } = found;
  await local.restore(frank.userId, asked);
  const again = await local.restore(frank.userId, asked);
  expect(output(again, 'Decision.NotRestored')).toBe('');
  expect(output(again, 'Decision.Reason')).toBe(
    'nothing to restore in account 123456789012, Region us-east-1: ' +
      'the user has no outstanding record; records that do not count: 1 marked as restored',
  );
});
