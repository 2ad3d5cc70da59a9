import { describe, expect, it } from 'vitest';
import type { LocalExecution } from '../../../local-aws/account.ts';
import { type RestorationCase, revoked } from '../restoration-case.ts';
import { currentSecrets, isMarked, output, statusesOf } from '../restoration-views.ts';
import { before, failures, keepInStep, takeTurns } from '../revocation-case.ts';
import { executionId, running } from '../running-restoration.ts';

type Parameters = Record<string, string>;

const withPassword = { RestorePassword: 'true' };

function start({ local, frank }: RestorationCase, parameters: Parameters): string {
  return local.start('restore', {
    ...{ IAMResourceId: frank.userId, RevocationId: 'All' },
    ...parameters,
  });
}

/** Expects that everything is restored once, and that nobody is alerted. */
function expectRestored(found: RestorationCase, done: readonly LocalExecution[], label: string) {
  const { local, account, frank } = found;
  expect(
    done.map((each) => [each.status, each.failureMessage, failures(each)]),
    label,
  ).toEqual(done.map(() => ['Success', undefined, {}]));
  expect(local.log.filter(({ alert }) => alert === true)).toEqual([]);
  expect(statusesOf(frank), label).toEqual(['Active', 'Active']);
  const { password } = frank.loginProfile ?? {};
  expect(password).toBeDefined();
  expect(currentSecrets(account)).toEqual([{ userName: 'frank', password }]);
  expect(isMarked(found)).toBe(true);
}

/** What the two restorations ask for, together everything, and the number of requests between two cases. */
const pairs: [string, number, (found: RestorationCase) => [Parameters, Parameters]][] = [
  ['the second also asks for the password', 1, () => [{}, withPassword]],
  ['both ask for everything', 5, () => [withPassword, withPassword]],
  [
    'the first asks for one key only',
    5,
    ({ frank }) => [{ AccessKeyId: frank.accessKeys[1]?.accessKeyId ?? '' }, withPassword],
  ],
];

describe.each(pairs)('two restorations, of which %s,', (_, interval, ask) => {
  it('both succeed, before whichever request of the first the second one starts', async () => {
    const whole = await revoked();
    const [first] = ask(whole);
    whole.aws.requests.reset();
    await whole.local.ended(start(whole, first));
    const { length } = whole.aws.requests.entries;
    expect(length).toBeGreaterThan(20);
    for (let index = 1; index < length; index += interval) {
      const found = await revoked();
      const { local, aws } = found;
      takeTurns(local);
      const [earlier, later] = ask(found);
      const ids: string[] = [];
      let requests = 0;
      const when = () => {
        requests += 1;
        return requests === index + 1;
      };
      const startLater = () => {
        local.now += 1;
        ids.push(start(found, later));
      };
      aws.faults.push({ when, before: startLater });
      ids.push(start(found, earlier));
      await local.ended(ids[0] ?? '');
      const done = await Promise.all(ids.map(local.ended));
      expect(done).toHaveLength(2);
      expectRestored(found, done, `request ${index}`);
      await local.close();
    }
  });

  it.each([0, 1])('both succeed if they start at the same instant, %i first', async (one) => {
    const found = await revoked();
    takeTurns(found.local);
    const asked = ask(found);
    const ids = [one, 1 - one].map((index) => start(found, asked[index] ?? {}));
    // The one with the greater ID waits, so the one that asks for less may come last.
    expectRestored(found, await Promise.all(ids.map(found.local.ended)), 'same instant');
  });
});

it('a third one waits for both', async () => {
  const found = await revoked();
  takeTurns(found.local);
  const [, second] = found.frank.accessKeys;
  const asked = [{}, { AccessKeyId: second?.accessKeyId ?? '' }, withPassword];
  const ids = asked.map((parameters) => start(found, parameters));
  expectRestored(found, await Promise.all(ids.map(found.local.ended)), 'three');
});

it.each(['in step', 'one after the other has ended'])(
  'two restorations that Automation does not list yet, %s, both succeed, and nobody is alerted',
  async (how) => {
    const found = await revoked();
    const { local, account } = found;
    account.automation.listLagMs = 600_000;
    const ids = [0, 1].map(() => start(found, withPassword));
    const [first = '', second = ''] = ids;
    if (how === 'in step') keepInStep(local, 2);
    else {
      const { invoke } = account.automation;
      account.automation.invoke = async (name, payload) => {
        const issues = name.endsWith('issue-password') && payload['executionId'] === second;
        if (issues) await local.ended(first);
        return invoke(name, payload);
      };
    }
    const done = await Promise.all(ids.map(local.ended));
    expect(done.map((each) => output(each, 'Result.Outcome'))).toEqual(['Restored', 'Restored']);
    expect(done.map(({ status }) => status)).toEqual(['Success', 'Success']);
    expect(local.log.filter(({ alert }) => alert === true)).toEqual([]);
    expect(statusesOf(found.frank)).toEqual(['Active', 'Active']);
    const { password } = found.frank.loginProfile ?? {};
    expect(currentSecrets(account)).toEqual([{ userName: 'frank', password }]);
    expect(isMarked(found)).toBe(true);
  },
);

/** Another restoration of the user that started a second ago. */
function runningSince(found: RestorationCase, ...rest: [change?: object, parameters?: Parameters]) {
  running(found, ...rest);
  found.local.now += 1_000;
}

it('one that waits three minutes for another fails, names it, and changes nothing', async () => {
  const found = await revoked();
  const { local, frank } = found;
  runningSince(found);
  const [state, begin] = [structuredClone(frank), local.now];
  const done = await local.restore(frank.userId);
  expect([done.status, frank]).toEqual(['Failed', state]);
  expect(done.failureMessage).toContain(
    `Execution ${executionId} of UnusedIamCredentials-Restore is still restoring user ${frank.userId}. ` +
      'This execution changed nothing. Run the document again after that one has ended',
  );
  const waited = local.now - begin;
  expect(waited).toBeGreaterThan(170_000);
  expect(waited).toBeLessThan(2 * 180_000 + 10_000);
});

it('the waiting one plans when the other one has ended', async () => {
  const found = await revoked();
  const { local, account, frank, aws } = found;
  runningSince(found);
  const other = account.automation.executions.get(executionId);
  const begin = local.now;
  let reads = 0;
  const end = () => {
    reads += 1;
    if (reads === 10 && other !== undefined) other.status = 'Cancelled';
  };
  aws.faults.push({ operation: 'GetAutomationExecution', before: end });
  const done = await local.restore(frank.userId);
  expect([done.status, statusesOf(frank)]).toEqual(['Success', ['Active', 'Active']]);
  const plannedAt = done.steps.find(({ name }) => name === 'Decision')?.outputs['PlannedAt']?.[0];
  expect(Date.parse(plannedAt ?? '') - begin).toBeGreaterThan(10_000);
});

it.each<[string, (found: RestorationCase) => void]>([
  ...[
    ...['Success', 'Failed', 'Cancelled', 'TimedOut', 'Rejected', 'Exited'],
    ...['CompletedWithSuccess', 'CompletedWithFailure'],
  ].map((status): [string, (found: RestorationCase) => void] => [
    `that ended as ${status}`,
    (found) => runningSince(found, { status }),
  ]),
  [
    'of another user',
    (found) => runningSince(found, {}, { IAMResourceId: 'AIDAANOTHERUSER00001' }),
  ],
  ['under another role', (found) => runningSince(found, {}, { AutomationAssumeRole: '' })],
  [
    'by another document',
    (found) => runningSince(found, { documentName: 'UnusedIamCredentials-Restore2' }),
  ],
  ['that started later', (found) => running(found, { start: found.local.now + 1 })],
])('does not wait for one %s', async (_, prepare) => {
  const found = await revoked();
  const { local, frank } = found;
  prepare(found);
  const begin = local.now;
  const done = await local.restore(frank.userId);
  expect([done.status, statusesOf(frank)]).toEqual(['Success', ['Active', 'Active']]);
  expect(local.now - begin).toBeLessThan(30_000);
});

it('one that has bound the user no longer waits', async () => {
  const found = await revoked();
  const { local, aws, frank } = found;
  aws.faults.push(before('TagUser', () => running(found, { start: local.now - 60_000 })));
  const begin = local.now;
  const done = await local.restore(frank.userId);
  expect([done.status, local.now - begin < 30_000]).toEqual(['Success', true]);
});
