import { afterEach, describe, expect, it } from 'vitest';
import { readDocument } from '../../../local-aws/automation/document.ts';
import { deny } from '../../../local-aws/faults.ts';
import { restoreDocument } from '../../../remediation-docs/documents.ts';
import { allReadings } from '../all-readings.ts';
import { output } from '../restoration-views.ts';
import { type RetiredCase, retired } from '../retired-case.ts';
import { keepInStep, takeTurns } from '../revocation-case.ts';

const team = 'arn:aws:iam::123456789012:policy/team/Books';
const everything = { RestorePassword: 'true' };
let found: RetiredCase | undefined;
afterEach(() => found?.local.close());

async function begin(): Promise<RetiredCase> {
  found = await retired();
  return found;
}

/** Expects that the user has everything again, that AWSDenyAll is detached, and that the record is closed. */
function expectWhole({ frank, before, account, recordName }: RetiredCase, label: string) {
  const { groups, attachedPolicies, inlinePolicies } = frank;
  expect([groups?.toSorted(), attachedPolicies?.toSorted(), inlinePolicies], label).toEqual([
    ...[before.groups?.toSorted(), before.attachedPolicies?.toSorted(), before.inlinePolicies],
  ]);
  expect(
    frank.accessKeys.map(({ status }) => status),
    label,
  ).toEqual(['Active', 'Active']);
  expect(frank.loginProfile, label).toBeDefined();
  expect(account.parameters.get(recordName)?.tags.has('restored'), label).toBe(true);
}

/** While AWSDenyAll is attached, nothing else matters; once it is not, everything must be back. */
function expectPowerlessOrWhole({ frank, before }: RetiredCase, label: string) {
  if (frank.attachedPolicies?.includes('AWSDenyAll')) return;
  expect(frank.groups?.length, label).toBe(before.groups?.length);
  expect(frank.attachedPolicies?.length, label).toBe(before.attachedPolicies?.length);
  expect(frank.inlinePolicies, label).toEqual(before.inlinePolicies);
}

// A branch changes nothing.
const ofRetirement = readDocument(restoreDocument.load())
  .mainSteps.filter(({ action }) => action !== 'aws:branch')
  .flatMap((step) => [
    step.name,
    ...(step.action === 'aws:loop' ? step.inputs.Steps.map(({ name }) => name) : []),
  ])
  .filter((name) =>
    /Permission|Deny|ReactivateFirst|Password$|^VerifyR|^Result$|^MarkRest/u.test(name),
  );

describe('a restoration of a retired user', () => {
  it.each(ofRetirement)(
    'that is stopped after %s and run again gives back everything once',
    async (step) => {
      const it = await begin();
      const { local, account, frank } = it;
      account.automation.stopAfter = step;
      const stopped = await local.restore(frank.userId, everything);
      account.automation.stopAfter = undefined;
      expect(stopped.status).toBe('Cancelled');
      expectPowerlessOrWhole(it, step);
      local.now += 120_000;
      const again = await local.restore(frank.userId, everything);
      expect(again.status).toBe('Success');
      expectWhole(it, step);
    },
  );

  it.each([
    ['AddUserToGroup', 'refused'],
    ['PutUserPolicy', 'ignored'],
    ['AttachUserPolicy', 'ignored'],
    ['DetachUserPolicy', 'ignored'],
    ['RestorePermissions', 'lost'],
    ['LiftDeny', 'lost'],
  ])('gives everything back even if %s is %s once', async (what, how) => {
    const it = await begin();
    const { local, account, frank } = it;
    const refused = { code: 'ConcurrentModification', status: 409 };
    const { invoke } = account.automation;
    if (how !== 'lost') {
      const fault = how === 'ignored' ? ({ ignored: true } as const) : refused;
      local.aws.faults.push({ operation: what, times: 1, ...fault });
    } else {
      account.automation.invoke = async (name, payload) => {
        const answer = await invoke(name, payload);
        const step = [...account.automation.executions.values()].at(-1)?.currentStepName;
        if (step === what) throw new Error('The answer of the function was lost');
        return answer;
      };
    }
    const first = await local.restore(frank.userId, everything);
    account.automation.invoke = invoke;
    expectPowerlessOrWhole(it, what);
    if (first.status !== 'Success' || how === 'lost') {
      local.now += 120_000;
      const again = await local.restore(frank.userId, everything);
      expect(again.status).toBe('Success');
    }
    expectWhole(it, what);
  });

  it.each(['one after the other', 'in step'])(
    'succeeds together with another one, %s',
    async (how) => {
      const it = await begin();
      const { local, account, frank } = it;
      if (how === 'in step') {
        account.automation.listLagMs = 600_000;
        keepInStep(local, 2);
      } else takeTurns(local);
      const asked = { IAMResourceId: frank.userId, RevocationId: 'All', ...everything };
      const ids = [0, 1].map(() => local.start('restore', asked));
      const done = await Promise.all(ids.map(local.ended));
      expect(done.map(({ status, failureMessage }) => failureMessage ?? status)).toEqual([
        ...['Success', 'Success'],
      ]);
      expectWhole(it, how);
      expect(local.log.filter(({ alert }) => alert === true)).toEqual([]);
    },
  );

  it.each(allReadings.filter(({ jsonText }) => jsonText === 'parsed'))(
    'leaves AWSDenyAll after a failure, and can be completed, under the reading %o',
    async (reading) => {
      const it = await begin();
      const { local, account, frank } = it;
      account.automation.readings = reading;
      local.aws.faults.push(deny('AttachUserPolicy'));
      const failed = await local.restore(frank.userId, everything);
      expect(failed.status).toBe('Failed');
      expect(failed.failureMessage).toContain('Not restored for user frank');
      expect(frank.attachedPolicies).toEqual(['AWSDenyAll']);
      local.aws.faults.splice(0);
      const done = await local.restore(frank.userId, everything);
      expect(output(done, 'Deny.Outcome')).toBe('Lifted');
      const policies = ['arn:aws:iam::aws:policy/ReadOnlyAccess', team];
      const given = policies.map((arn) => `attached policy ${arn}`);
      expect(done.outputs['Permissions.GivenBack']).toEqual(given);
      expectWhole(it, JSON.stringify(reading));
    },
  );

  // AWS does not document whether a failed execution has outputs; documents of earlier versions have others.
  it('does not give back a group again that a failed restoration gave back, even without outputs', async () => {
    const it = await begin();
    const { local, frank } = it;
    local.aws.faults.push(deny('AttachUserPolicy'));
    const failed = await local.restore(frank.userId, everything);
    expect([failed.status, frank.groups?.length]).toEqual(['Failed', 2]);
    Object.assign(failed, { outputs: {} });
    local.aws.faults.splice(0);
    frank.groups = ['readers'];
    const done = await local.restore(frank.userId, everything);
    expect(output(done, 'Deny.Outcome')).toBe('Lifted');
    expect(frank.groups).toEqual(['readers']);
  });

  it('right after the retirement, while reads of IAM and tags lag, gives back everything', async () => {
    const it = await begin();
    const { local, account, frank } = it;
    local.now -= 10.5 * 60_000;
    account.iamReadLagMs = 6_000;
    account.tagLagMs = { reads: 4_000, authorization: 9_000 };
    const done = await local.restore(frank.userId, everything);
    expect([done.status, done.failureMessage]).toEqual(['Success', undefined]);
    expectWhole(it, 'lag');
  });

  it('never adds another user who took over the name', async () => {
    const it = await begin();
    const { local, account, frank } = it;
    const other = { ...structuredClone(frank), userId: 'AIDAANOTHERUSER00001', groups: [] };
    const passOn = () => {
      frank.userName = 'franklin';
      account.users.push(other);
    };
    // While the function reads what to give back.
    const isGiving = () =>
      [...account.automation.executions.values()].at(-1)?.currentStepName === 'RestorePermissions';
    const fault = { operation: 'GetUserPolicy', when: isGiving, times: 1 };
    local.aws.faults.push({ ...fault, before: passOn });
    const done = await local.restore(frank.userId, everything);
    expect(done.status).toBe('Failed');
    expect(other).toMatchObject({ groups: [], attachedPolicies: ['AWSDenyAll'] });
  });
});
