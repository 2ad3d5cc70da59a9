import { expect, it } from 'vitest';
import type { Readings } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { password } from '../../builders/account.ts';
import { allReadings } from '../all-readings.ts';
import {
  before,
  changes,
  denyFrom,
  ending,
  failures,
  recorded,
  recordsIn,
  startCase,
  usable,
} from '../revocation-case.ts';

async function startReading(readings: Readings) {
  const started = await startCase();
  started.account.automation.readings = readings;
  return started;
}

it.each(allReadings)('a revocation, under %o', async (readings) => {
  const { account, local, frank, key } = await startReading(readings);
  const done = await local.revoke(frank.userId);
  expect([ending(done), usable(frank)]).toEqual(['Success Revoke', []]);
  expect(recorded(account)).toEqual([[key.accessKeyId, 'password']]);
  expect(recordsIn(account)[0]?.tags).toHaveProperty('applied');
  expect([frank.tags.length, account.published.length]).toEqual([1, 1]);
  const revoked = [`access key ${key.accessKeyId} (Deactivate)`, 'password (Delete)'];
  expect(done.outputs['Result.Revoked']).toEqual(revoked);
});

it.each(allReadings)('a plan that fails, under %o', async (readings) => {
  const { local, frank } = await startReading(readings);
  local.aws.faults.push(deny('ListUsers'));
  const done = await local.revoke(frank.userId);
  expect([ending(done), changes(local)]).toEqual(['Failed -', []]);
  expect(done.failureMessage).toContain('iam:ListUsers failed: AccessDenied');
  expect(done.steps.map(({ name }) => name)).not.toContain('PlanRevocation');
});

it.each(allReadings.filter(({ jsonText }) => jsonText === 'unchanged'))(
  'a plan that fails only the second time, under %o',
  async (readings) => {
    const { local, frank } = await startReading(readings);
    let asked = 0;
    const second = () => {
      asked += 1;
      return asked > 1;
    };
    local.aws.faults.push({ ...deny('DescribeConfigRules'), when: second });
    const done = await local.revoke(frank.userId);
    expect([ending(done), changes(local)]).toEqual(['Failed -', []]);
    expect(done.failureMessage).toContain('config:DescribeConfigRules failed: AccessDenied');
    expect(done.steps.map(({ name }) => name)).toContain('PlanRevocation');
  },
);

it.each(allReadings)(
  'a password that someone replaces after the plan, under %o',
  async (readings) => {
    const { local, frank, key } = await startReading(readings);
    const replace = () => {
      frank.loginProfile = password(0).loginProfile;
    };
    local.aws.faults.push(before('TagUser', replace));
    const done = await local.revoke(frank.userId);
    expect([ending(done), usable(frank)]).toEqual(['Failed Revoke', [key.accessKeyId, 'password']]);
    expect(done.failureMessage).toContain('Changed by someone since the plan for user frank');
    expect([changes(local), frank.tags]).toEqual([['PutParameter', 'TagUser', 'UntagUser'], []]);
  },
);

it.each(allReadings)('a verification that fails, under %o', async (readings) => {
  const { account, local, frank } = await startReading(readings);
  denyFrom(local, 'DeleteLoginProfile', 'ListAccessKeys', 2);
  const done = await local.revoke(frank.userId);
  expect([ending(done), usable(frank)]).toEqual(['Failed Revoke', []]);
  expect(done.failureMessage).toContain('iam:ListAccessKeys failed: AccessDenied');
  expect(recordsIn(account)[0]?.tags).toEqual({});
  expect(changes(local)).toEqual([
    ...['PutParameter', 'TagUser', 'UpdateAccessKey', 'DeleteLoginProfile', 'UntagUser'],
  ]);
  expect([frank.tags, account.published]).toEqual([[], []]);
});

it.each([true, false])(
  'a verification that finds something left, where a function error fails its step: %s',
  async (fails) => {
    const functionErrorFailsStep = fails;
    const readings: Readings = { payload: 'text', functionErrorFailsStep, jsonText: 'parsed' };
    const { local, frank } = await startReading(readings);
    local.aws.faults.push(deny('DeleteLoginProfile'));
    const done = await local.revoke(frank.userId);
    expect([ending(done), usable(frank)]).toEqual(['Failed Revoke', ['password']]);
    expect(done.failureMessage).toContain('Still usable after the revocation of user frank');
    expect(failures(done)).toHaveProperty(fails ? 'VerifyRevocation' : 'Result');
  },
);
