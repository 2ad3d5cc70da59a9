import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, it } from 'vitest';
import { createAccount, issueResultToken } from '../../local-aws/account.ts';
import { connect } from '../../rule/aws/clients.ts';
import { type EvaluationResult, evaluateEvent } from '../../rule/handlers/evaluate/evaluate.ts';
import { accessKey, day, user } from '../builders/account.ts';
import { ruleName, scheduledNotification, steppingSleep } from '../builders/local-rule.ts';
import { type LocalRemediation, startRemediation } from '../builders/remediation.ts';
import { lean, withoutConnection } from '../builders/without-connection.ts';
import { generateAccounts } from '../semantics/generate-users.ts';
import { slotsAreAmbiguous } from '../semantics/slots.ts';

let local: LocalRemediation | undefined;
afterEach(() => local?.close());

const minute = 60_000;

/** Evaluates the rule on its schedule over the account of a remediation, some milliseconds later. */
async function evaluate(
  running: LocalRemediation,
  ruleParameters: object,
  later = 0,
): Promise<EvaluationResult> {
  const { aws, account } = running;
  running.now += later;
  const clients = lean(
    connect({ iam: IAMClient, config: ConfigServiceClient }, withoutConnection(aws)),
  );
  const moveOn = (milliseconds: number) => {
    running.now += milliseconds;
  };
  const clock = { now: () => running.now, sleep: steppingSleep(moveOn) };
  const event = {
    version: '1.0',
    invokingEvent: JSON.stringify(scheduledNotification(account, running.now)),
    ruleParameters: JSON.stringify(ruleParameters),
    resultToken: issueResultToken(account, ruleName),
    eventLeftScope: false,
    configRuleName: ruleName,
    accountId: account.accountId,
  };
  try {
    const log = () => undefined;
    const reporting = { reportUnchanged: 'Weekly', automaticRemediation: true } as const;
    const nobody = {
      topic: null,
      bus: null,
      ownerTag: 'owner',
      digestPerOwner: false,
      warningDays: 14,
    };
    const dependencies = { ...clients, clock, log, deployedRule: ruleName, ...nobody, reporting };
    return await evaluateEvent(event, 900_000, { ...dependencies, region: 'us-east-1' });
  } finally {
    clients.iam.destroy();
    clients.config.destroy();
  }
}

const nonCompliant = ({ users }: EvaluationResult) =>
  users.filter(({ compliance }) => compliance === 'NON_COMPLIANT').map(({ userId }) => userId);

const isActive = ({ status }: { status: string }) => status === 'Active';

/** Without limits, so that everything due is revoked. */
const unlimited = { MinimumIdleDays: '1', MaxRevocationsPerDay: '0' };

describe.each([15, 16, 18, 20])('over a generated account (seed %i)', (seed) => {
  const [generated] = [...generateAccounts(20, seed)];
  if (generated === undefined) throw new Error('expected an account');
  const { account, now, input } = generated;
  // Of these a live read spares a key longer than the report does; see docs/reference.md.
  account.users = account.users.filter((someone) => !slotsAreAmbiguous(someone));

  it(`remediating every NON_COMPLIANT user makes all COMPLIANT; restoring them keeps all COMPLIANT (scope ${input.evaluationScope ?? 'credential'})`, async () => {
    local = await startRemediation(account, { ...input });
    local.now = now;
    // Dates lie within a second of the threshold: time stands still, but where the test moves it.
    account.automation.clock = { now: () => local?.now ?? now, sleep: async () => undefined };
    const caller = 'arn:aws:iam::123456789012:user/other-tool';
    local.aws.perform({ service: 'iam', operation: 'GenerateCredentialReport', input: {}, caller });
    const before = structuredClone(account.users);
    const due = nonCompliant(await evaluate(local, input));
    const states = () => JSON.stringify(account.users.map(({ tags: _, ...rest }) => rest));

    const compliantBefore = account.users.filter(({ userId }) => !due.includes(userId));
    const untouched = structuredClone(compliantBefore);
    for (const userId of due) {
      const done = await local.revoke(userId, unlimited);
      expect(done.failureMessage).toBeUndefined();
      expect(done.outputs['Decision.Outcome']).toEqual(['Revoke']);
    }
    expect(account.users.filter(({ userId }) => !due.includes(userId))).toEqual(untouched);
    const [first = ''] = compliantBefore.map(({ userId }) => userId);
    const stale = await local.revoke(first, unlimited);
    expect(String(stale.outputs['Decision.Outcome'])).toMatch(/^(NothingDue|Exempt)$/u);

    const bare = account.users
      .filter(
        ({ loginProfile, accessKeys }) => loginProfile === undefined && !accessKeys.some(isActive),
      )
      .map(({ userId }) => userId);
    expect(nonCompliant(await evaluate(local, input))).toEqual([]);
    // By the report that is stored, which does not know the revocations, and by a new one.
    for (const later of [20 * minute, 5 * 60 * minute]) {
      const result = nonCompliant(await evaluate(local, input, later));
      expect(result.filter((userId) => bare.includes(userId))).toEqual([]);
    }
    const revoked = states();
    for (const userId of due) {
      const done = await local.restore(userId, { RestorePassword: 'true' });
      expect(done.outputs['Decision.Outcome']).toEqual(['Restore']);
      expect(done.status).toBe('Success');
    }
    if (due.length > 0) expect(states()).not.toBe(revoked);
    for (const later of [0, 5 * 60 * minute]) {
      const result = nonCompliant(await evaluate(local, input, later));
      expect(result.filter((userId) => due.includes(userId))).toEqual([]);
    }
    const keysOf = (users: typeof before) => users.map(({ accessKeys }) => accessKeys);
    expect(keysOf(account.users)).toEqual(keysOf(before));
    const hasPassword = (users: typeof before) =>
      users.map(({ loginProfile }) => loginProfile !== undefined);
    expect(hasPassword(account.users)).toEqual(hasPassword(before));
  });
});

it('a user who uses nothing until the exemption ends becomes NON_COMPLIANT again', async () => {
  const account = createAccount();
  const { userId } = user(account, 'frank', { accessKeys: [accessKey(300, 90)] });
  local = await startRemediation(account);
  expect(nonCompliant(await evaluate(local, {}))).toEqual([userId]);
  await local.revoke(userId);
  expect(nonCompliant(await evaluate(local, {}))).toEqual([]);
  await local.restore(userId, { GraceDays: '2' });
  expect(nonCompliant(await evaluate(local, {}, 2 * day - minute))).toEqual([]);
  expect(nonCompliant(await evaluate(local, {}, 5 * minute))).toEqual([userId]);
});
