import { expect, it } from 'vitest';
import { deny, type Fault } from '../../../../local-aws/faults.ts';
import {
  hurry,
  type RestorationCase,
  revoked,
} from '../../../remediation-docs/restoration-case.ts';
import { currentSecrets, isMarked, output } from '../../../remediation-docs/restoration-views.ts';

const asked = { RestorePassword: 'true' };

/** Starts two restorations that do not see each other, and lets both issue only once both are about to. */
async function restoreTwice({ local, account, frank }: RestorationCase) {
  account.automation.listLagMs = 600_000;
  const { invoke } = account.automation;
  const waiting: (() => void)[] = [];
  account.automation.invoke = async (name, payload) => {
    if (name === 'unused-iam-credentials-issue-password') {
      await new Promise<void>((resolve) => {
        if (waiting.push(resolve) === 2) for (const go of waiting) go();
      });
    }
    return invoke(name, payload);
  };
  const parameters = { IAMResourceId: frank.userId, RevocationId: 'All', ...asked };
  const ids = [local.start('restore', parameters), local.start('restore', parameters)];
  return Promise.all(ids.map(local.ended));
}

/** Expects one login profile, and its password in the one secret. */
function expectOnePassword({ account, frank, aws }: RestorationCase): void {
  const { password } = frank.loginProfile ?? {};
  expect(password).toBeDefined();
  expect(currentSecrets(account)).toEqual([{ userName: 'frank', password }]);
  const created = aws.requests.entries.filter(
    ({ operation, error }) => operation === 'CreateLoginProfile' && error === undefined,
  );
  expect(created).toHaveLength(1);
}

/** Keeps IAM busy for the restoration that sends the password of that version, until the user has a profile. */
function busyFor({ account, frank }: RestorationCase, version: number): Fault {
  return {
    ...{ operation: 'CreateLoginProfile', code: 'EntityTemporarilyUnmodifiable', status: 409 },
    when: (input) => {
      const [secret] = account.secrets.values();
      const kept: unknown = JSON.parse(secret?.versions[version]?.value ?? '{}');
      const isTheirs = JSON.stringify(kept).includes(JSON.stringify(input['Password']));
      return isTheirs && frank.loginProfile === undefined;
    },
  };
}

it.each([
  ['first', 1, 0],
  ['second', 0, 1],
])(
  'keeps the valid password current if the %s of two restorations issues it',
  async (_, loser, winner) => {
    const found = await revoked();
    found.aws.faults.push(busyFor(found, loser));
    const both = await restoreTwice(found);
    expect(both.map(({ status }) => status)).toEqual(['Success', 'Success']);
    expectOnePassword(found);
    const [secret] = found.account.secrets.values();
    expect(secret?.versions).toHaveLength(2);
    expect(secret?.versions[winner]?.stages).toContain('AWSCURRENT');
    const arns = both.map((done) => output(done, 'Password.SecretArn'));
    expect(arns).toEqual([secret?.arn, secret?.arn]);
    expect(isMarked(found)).toBe(true);
  },
);

it.each([0, 1, 2, 3, 4, 5])(
  'issues one password for two restorations, IAM being busy %i times',
  async (times) => {
    const found = await revoked();
    const busy = { code: 'EntityTemporarilyUnmodifiable', status: 409, times };
    found.aws.faults.push({ operation: 'CreateLoginProfile', ...busy });
    const both = await restoreTwice(found);
    expect(both.map(({ status }) => status)).toEqual(['Success', 'Success']);
    expectOnePassword(found);
  },
);

it('reuses the secret that a failed restoration left, with the right password current', async () => {
  const found = await revoked();
  const { local, account, aws, frank } = found;
  aws.faults.push(deny('CreateLoginProfile'));
  hurry(found);
  const failed = await local.restore(frank.userId, asked);
  expect([failed.status, frank.loginProfile]).toEqual(['Failed', undefined]);
  const [left] = currentSecrets(account);
  expect(left).toMatchObject({ userName: 'frank' });
  expect(isMarked(found)).toBe(false);

  aws.faults.splice(0);
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Success');
  expect(account.secrets.size).toBe(1);
  expectOnePassword(found);
  expect(currentSecrets(account)).not.toEqual([left]);
  expect(isMarked(found)).toBe(true);
});

/** Leaves a secret with a password that nobody has, as a crash does. */
async function leaveSecret(found: RestorationCase): Promise<void> {
  const { local, aws, frank } = found;
  aws.faults.push(deny('CreateLoginProfile'));
  hurry(found);
  await local.restore(frank.userId, asked);
  aws.faults.splice(0);
  aws.requests.reset();
}

it('fails where the new password could not be made the current one, and says where it is', async () => {
  const found = await revoked();
  const { local, account, aws, frank } = found;
  await leaveSecret(found);
  aws.faults.push(deny('UpdateSecretVersionStage'));
  const done = await local.restore(frank.userId, asked);
  expect(done.status).toBe('Failed');
  const { failureMessage } = done.steps.find(({ name }) => name === 'IssuePassword') ?? {};
  expect(failureMessage).toContain(`in the version with the label ${done.id} of the user's secret`);
  const [secret] = account.secrets.values();
  const labeled = secret?.versions.find(({ stages }) => stages.includes(done.id));
  expect(JSON.parse(labeled?.value ?? '{}').password).toBe(frank.loginProfile?.password);
});

it("makes the issued password current even if IAM's first answer was lost", async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  await leaveSecret(found);
  const create = (password: unknown) => {
    const profile = { createDate: local.now, lastChanged: local.now, passwordResetRequired: true };
    frank.loginProfile = { ...profile, password: String(password) };
    return true;
  };
  aws.faults.push({
    ...{ operation: 'CreateLoginProfile', code: 'InternalFailure', status: 500, times: 1 },
    when: ({ Password }) => create(Password),
  });
  await local.restore(frank.userId, asked);
  expect(currentSecrets(found.account)).toEqual([
    { userName: 'frank', password: frank.loginProfile?.password },
  ]);
});
