import { afterEach, describe, expect, it } from 'vitest';
import { readDocument } from '../../local-aws/automation/document.ts';
import { restoreDocument, revokeDocument } from '../../remediation-docs/documents.ts';
import { restoringTag, revokingTag } from '../../rule/core/names.ts';
import { type CrashCase, marked, startCase } from './crash-case.ts';
import { recorded, usable } from './revocation-case.ts';

const [minute, hour] = [60_000, 3_600_000];
const everything = { RestorePassword: 'true', IncludeUnconfirmed: 'true' };

/** The names of a document's steps, those of loops included, without the ones left out. */
function stepsOf(document: typeof revokeDocument, without: readonly string[]): string[] {
  const { mainSteps } = readDocument(document.load());
  const names = mainSteps.flatMap((step) => [
    step.name,
    ...(step.action === 'aws:loop' ? step.inputs.Steps.map(({ name }) => name) : []),
  ]);
  return names.filter((name) => !without.includes(name));
}

let running: CrashCase | undefined;
afterEach(() => running?.local.close());

async function begin(reportAge?: number): Promise<CrashCase> {
  running = await startCase(reportAge);
  return running;
}

/** Stops an execution after that step. Returns whether it reached the step. */
async function stopAfter(
  { local, account }: CrashCase,
  step: string,
  run: () => ReturnType<typeof local.revoke>,
) {
  account.automation.stopAfter = step;
  const { steps, status } = await run();
  account.automation.stopAfter = undefined;
  const reached = steps.some(({ name }) => name === step);
  expect(status).toBe(reached ? 'Cancelled' : 'Success');
  // The next attempt of a person, or of AWS Config, comes minutes later.
  local.now += 2 * minute;
  return reached;
}

/** Records are marked as restored once the reads of IAM no longer lag. */
async function closeRecords(it: CrashCase): Promise<void> {
  it.local.now += 10 * minute;
  const before = usable(it.frank);
  const done = await it.local.restore(it.frank.userId, everything);
  expect([done.status, usable(it.frank)]).toEqual(['Success', before]);
}

const reachedSteps = new Set<string>();

// Reached only if a step failed, function and document are of different versions, nothing is due, or the user is deleted.
const notRevoking = ['FailUnknownAnswer', 'ReleaseUserAfterFailure', 'EndUnchanged', 'EndGone'];

// Issues a new password at once.
const replacing = ['DeleteReplacedPassword', 'IssuePassword', 'Password', 'MarkReplaced'];
const onNewReport = stepsOf(revokeDocument, [...notRevoking, ...replacing]);
const onOldReport = ['WaitForReport', 'RecordRevocation', 'DeleteFirstAccessKey', 'DeletePassword'];

/** The tags with which an execution binds a user. */
const bindings = ({ frank }: CrashCase) =>
  frank.tags.filter(({ Key }) => [revokingTag, restoringTag].includes(Key));

describe.each([
  ['deactivating, on a new report', { AccessKeyAction: 'Deactivate' }, 0, onNewReport],
  ['deleting, on an old report', { AccessKeyAction: 'Delete' }, hour, onOldReport],
])('a revocation, %s,', (_, actions, reportAge, stops) => {
  it.each(stops)(
    'that is stopped after %s, run again and restored, never changes anything without a record',
    async (step) => {
      const it = await begin(reportAge);
      const { local, frank, due, inactive } = it;
      const before = usable(it.frank);
      expect(before).toEqual([due, 'password']);
      if (await stopAfter(it, step, () => local.revoke(frank.userId, actions)))
        reachedSteps.add(step);
      const changed = before.filter((credential) => !usable(it.frank).includes(credential));
      expect(recorded(it.account).flat()).toEqual(expect.arrayContaining(changed));

      const again = await local.revoke(frank.userId, actions);
      expect(again.status).toBe('Success');
      expect(usable(it.frank)).toEqual([]);
      const isDone = [again.outputs['Decision.Outcome']].flat().includes('NothingDue');
      expect(bindings(it).length).toBeLessThanOrEqual(isDone ? 1 : 0);
      expect(new Set(recorded(it.account).flat())).toEqual(new Set([due, 'password']));

      // Without IncludeUnconfirmed, a restoration does not use the record of an unfinished run.
      const sure = await local.restore(frank.userId, { RestorePassword: 'true' });
      expect(sure.status).toBe('Success');
      const back = await local.restore(frank.userId, everything);
      expect(back.status).toBe('Success');
      const deleted = actions.AccessKeyAction === 'Delete';
      expect(usable(it.frank)).toEqual(deleted ? ['password'] : [due, 'password']);
      const statuses = frank.accessKeys.map(({ accessKeyId, status }) => [accessKeyId, status]);
      expect(statuses).toEqual([...(deleted ? [] : [[due, 'Active']]), [inactive, 'Inactive']]);
      expect(it.account.secrets.size).toBe(1);
      await closeRecords(it);
      expect(marked(it, 'restored')).toBe(it.account.parameters.size);
    },
  );
});

describe('a replacement', () => {
  it.each([...replacing, 'VerifyRevocation', 'TagUser'])(
    'stopped after %s, run again and restored, leaves one password, which is in the only secret',
    async (step) => {
      const it = await begin();
      const { local, frank, due } = it;
      const old = frank.loginProfile?.password;
      const replace = () => local.revoke(frank.userId, { PasswordAction: 'Replace' });
      expect(await stopAfter(it, step, replace)).toBe(true);
      reachedSteps.add(step);
      expect(recorded(it.account)).toEqual([[due, 'password']]);

      expect((await replace()).status).toBe('Success');
      const back = await local.restore(frank.userId, everything);
      expect(back.status).toBe('Success');
      expect(usable(it.frank)).toEqual([due, 'password']);
      const [secret, ...more] = [...it.account.secrets.values()];
      const current = secret?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
      expect(more).toEqual([]);
      expect(frank.loginProfile?.password).not.toBe(old);
      expect(JSON.parse(current?.value ?? '{}').password).toBe(frank.loginProfile?.password);
      await closeRecords(it);
      expect(marked(it, 'restored')).toBe(1);
    },
  );
});

const notDeactivatingSecond = ['DeactivateSecondAccessKey', 'DeleteSecondAccessKey'];

it('the matrix of the revocation reached every step except those of a second key, which are alike', () => {
  const all = stepsOf(revokeDocument, [...notRevoking, ...notDeactivatingSecond]);
  expect(all.filter((step) => !reachedSteps.has(step))).toEqual([]);
});

const refusing = [
  ...['FailRefused'],
  ...['FailIncomplete', 'FailUnknownAnswer', 'ReleaseUserAfterFailure'],
];
const ofSecondKey = [
  ...['ReactivateSecondAccessKey', 'MarkSecondAccessKey', 'MarkSecondAccessKeyOfRecord'],
];
// restore/retired-races.test.ts stops a restoration after these.
const ofRetirement = [
  ...['RestorePermissions', 'Permissions', 'LiftDeny', 'Deny'],
  ...['MarkPermissions', 'MarkPermissionsOfRecord', 'MarkDeny', 'MarkDenyOfRecord'],
];
// Reached if nothing is restorable, because an earlier run did everything except mark its records.
const settling = ['AreRecordsSettled', 'MarkSettled', 'MarkSettledRecord', 'EndUnchanged'];
const reachedRestoring = new Set<string>();

describe('a restoration', () => {
  it.each(stepsOf(restoreDocument, [...refusing, ...ofRetirement]))(
    'that is stopped after %s and run again restores exactly what was revoked, once',
    async (step) => {
      const it = await begin();
      const { local, frank, due, inactive } = it;
      await local.revoke(frank.userId);
      // A run that stops at its verification leaves fully restored records without the mark.
      if (settling.includes(step)) {
        await stopAfter(it, 'VerifyRestoration', () => local.restore(frank.userId, everything));
        local.now += 10 * minute;
      }
      if (await stopAfter(it, step, () => local.restore(frank.userId, everything))) {
        reachedRestoring.add(step);
      }
      expect([due, 'password']).toEqual(expect.arrayContaining(usable(it.frank)));

      const again = await local.restore(frank.userId, everything);
      expect(again.status).toBe('Success');
      expect(usable(it.frank)).toEqual([due, 'password']);
      const other = frank.accessKeys.find(({ accessKeyId }) => accessKeyId === inactive);
      expect(other?.status).toBe('Inactive');
      await closeRecords(it);
      expect(marked(it, 'restored')).toBe(1);
      const [secret] = [...it.account.secrets.values()];
      const current = secret?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
      expect(it.account.secrets.size).toBe(1);
      expect(JSON.parse(current?.value ?? '{}')).toEqual({
        userName: 'frank',
        password: frank.loginProfile?.password,
      });

      const once = structuredClone(frank);
      const more = await local.restore(frank.userId, everything);
      expect(more.outputs['Decision.Outcome']).toEqual(['NothingRestorable']);
      expect(frank).toEqual(once);
      expect(secret?.versions.filter(({ stages }) => stages.includes('AWSCURRENT'))).toHaveLength(
        1,
      );
    },
  );

  it('was stopped after every step except those of a second key and of a retirement', () => {
    const all = stepsOf(restoreDocument, [...refusing, ...ofSecondKey, ...ofRetirement]);
    expect(all.filter((step) => !reachedRestoring.has(step))).toEqual([]);
  });
});
