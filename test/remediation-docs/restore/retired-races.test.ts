import { afterEach, describe, expect, it } from 'vitest';
import { readDocument } from '../../../local-aws/automation/document.ts';
import type { Fault } from '../../../local-aws/faults.ts';
import { restoreDocument } from '../../../remediation-docs/documents.ts';
import { type RetiredCase, retired } from '../retired-case.ts';
import { keepInStep, takeTurns } from '../revocation-case.ts';

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
  expect(
    [groups?.toSorted(), attachedPolicies?.toSorted(), inlinePolicies],
    label,
  ).toEqual([
    ...[before.groups?.toSorted(), before.attachedPolicies?.toSorted(), before.inlinePolicies],
  ]);
  expect(frank.accessKeys.map(({ status }) => status), label).toEqual(['Active', 'Active']);
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

const ofRetirement = readDocument(restoreDocument.load())
  .mainSteps.map(({ name }) => name)
  .filter((name) => /Permission|Deny|ReactivateFirst|Password$|^VerifyR|^Result$|^MarkRest/u.test(name));

describe('a restoration of a retired user', () => {
  it.each(ofRetirement)('stopped after %s and run again gives back everything once', async (step) => {
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
    const state = structuredClone(frank);
    const more = await local.restore(frank.userId, everything);
    expect([more.status, frank]).toEqual(['Success', state]);
  });

  it.each(['AddUserToGroup', 'AttachUserPolicy', 'PutUserPolicy', 'DetachUserPolicy'])(
    'of which one answer of %s is lost, in one of both ways, ends with everything back',
    async (operation) => {
      for (const fault of [{ ignored: true }, { hang: true }] satisfies Fault[]) {
        const it = await begin();
        it.local.aws.faults.push({ operation, times: 1, ...fault });
        const first = await it.local.restore(it.frank.userId, everything);
        expectPowerlessOrWhole(it, operation);
        if (first.status !== 'Success') {
          it.local.now += 120_000;
          await it.local.restore(it.frank.userId, everything);
        }
        expectWhole(it, `${operation} ${JSON.stringify(fault)}`);
        await it.local.close();
      }
    },
  );

  it.each(['one after the other', 'in step'])('and another one, %s, both succeed', async (how) => {
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
  });

  it('never adds another user who took over the name', async () => {
    const it = await begin();
    const { local, account, frank } = it;
    const other = { ...structuredClone(frank), userId: 'AIDAANOTHERUSER00001', groups: [] };
    const passOn = () => {
      if (account.users.includes(other)) return;
      frank.userName = 'franklin';
      account.users.push(other);
    };
    // After the function's plan, before its first change.
    local.aws.faults.push({ operation: 'GetGroup', before: passOn });
    const done = await local.restore(frank.userId, everything);
    expect(done.status).toBe('Failed');
    expect(other).toMatchObject({ groups: [], attachedPolicies: ['AWSDenyAll'] });
  });
});
