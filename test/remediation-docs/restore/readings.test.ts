import { expect, it } from 'vitest';
import { allReadings } from '../all-readings.ts';
import { hurry, type RestorationCase, revoked } from '../restoration-case.ts';
import { currentSecrets, isMarked, output, statusesOf, tagsOf } from '../restoration-views.ts';
import { before } from '../revocation-case.ts';

const asked = { RestorePassword: 'true' };

/** Expects everything restored, and nothing twice. */
function expectRestored(found: RestorationCase): void {
  const { account, frank } = found;
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  const { password } = frank.loginProfile ?? {};
  expect(password).toBeDefined();
  expect(currentSecrets(account)).toEqual([{ userName: 'frank', password }]);
  expect(tagsOf(frank)).toHaveProperty('unused-iam-credentials:exempt-until');
  expect(isMarked(found)).toBe(true);
}

it.each(allReadings)('restores with a password under the reading %o', async (reading) => {
  const found = await revoked();
  const { local, account, frank } = found;
  account.automation.readings = reading;
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(output(done, 'Password.SecretArn')).toMatch(/^arn:aws:secretsmanager:/);
  expectRestored(found);
  expect(account.published).toHaveLength(1);
});

const functionReadings = allReadings.filter(({ jsonText }) => jsonText === 'unchanged');

it.each(functionReadings)('fails, and can be completed, under the reading %o', async (reading) => {
  const found = await revoked();
  const { local, account, frank } = found;
  account.automation.readings = reading;
  const { readerRoleArn } = local;
  hurry(found);
  local.readerRoleArn = '';
  const failed = await local.restore(frank.userId, asked);
  expect(failed.status).toBe('Failed');
  expect(failed.failureMessage).toContain('Not restored for user frank');
  expect(statusesOf(frank)).toEqual(['Active', 'Active']);
  local.readerRoleArn = readerRoleArn;
  await local.restore(frank.userId, asked);
  expectRestored(found);
});

it.each(functionReadings)('refuses under the reading %o', async (reading) => {
  const { local, account, frank } = await revoked();
  account.automation.readings = reading;
  frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV2'];
  const refused = await local.restore(frank.userId, asked);
  expect(refused.status).toBe('Failed');
  expect(refused.failureMessage).toContain('AWSCompromisedKeyQuarantineV2');
  expect(statusesOf(frank)).toEqual(['Inactive', 'Inactive']);
});

it.each(functionReadings)('confirms the plan under the reading %o', async (reading) => {
  const { local, account, frank } = await revoked();
  account.automation.readings = reading;
  const quarantine = () => {
    frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV2'];
  };
  local.aws.faults.push(before('TagUser', quarantine));
  const tags = structuredClone(frank.tags);
  const done = await local.restore(frank.userId, asked);
  expect(done.failureMessage).toContain('AWSCompromisedKeyQuarantineV2');
  expect([done.status, statusesOf(frank), frank.tags]).toEqual([
    ...['Failed', ['Inactive', 'Inactive'], tags],
  ]);
});

// The crash matrix stops after every other step; its user has one key to restore.
it.each(['ReactivateSecondAccessKey', 'MarkSecondAccessKey'])(
  'is completed by another restoration after it was cancelled after %s',
  async (name) => {
    const found = await revoked();
    const { local, account, frank } = found;
    account.automation.stopAfter = name;
    const cut = await local.restore(frank.userId, asked);
    expect(cut.status).toBe('Cancelled');
    account.automation.stopAfter = undefined;
    const done = await local.restore(frank.userId, asked);
    expect(done.status).toBe('Success');
    expectRestored(found);
  },
);
