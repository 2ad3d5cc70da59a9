import { expect, it } from 'vitest';
import type { LocalExecution } from '../../../local-aws/account.ts';
import { topicArn } from '../../builders/remediation.ts';
import { mallory } from '../../remediation-docs/restoration-case.ts';
import {
  type RetiredCase,
  retired,
  retirementId,
  retireSession,
} from '../../remediation-docs/retired-case.ts';

const executionId = '99999999-2222-4333-8444-555555555555';

/** A running restoration of everything, in the step that asks. */
function running(
  { account, frank, local }: RetiredCase,
  change: Partial<LocalExecution> = {},
  parameters: Record<string, string> = {},
): void {
  frank.tags.push({ Key: 'unused-iam-credentials:restoring', Value: executionId });
  account.automation.executions.set(executionId, {
    ...{ id: executionId, documentName: 'UnusedIamCredentials-Restore', status: 'InProgress' },
    ...{ start: local.now, outputs: {}, steps: [], currentStepName: 'RestorePermissions' },
    executedBy: 'arn:aws:iam::123456789012:user/ops',
    ...change,
    parameters: {
      ...{ IAMResourceId: frank.userId, RevocationId: 'All' },
      AutomationAssumeRole: 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Restore-us-east-1',
      ...parameters,
    },
  });
}

const ask = ({ local, frank }: RetiredCase, change: Record<string, string> = {}) =>
  local.invoke('unused-iam-credentials-restore-permissions', {
    ...{ mode: 'give-back', userId: frank.userId, executionId },
    ...change,
  });

it('gives permissions back to a running restoration, the valid case of which the refusals below are variations', async () => {
  const found = await retired();
  running(found);
  await expect(ask(found)).resolves.toEqual({
    ...{ Outcome: 'GivenBack', UserId: found.frank.userId },
    GivenBack: [
      ...['group admins', 'group readers'],
      'attached policy arn:aws:iam::aws:policy/ReadOnlyAccess',
      'attached policy arn:aws:iam::123456789012:policy/team/Books',
      'inline policy own',
    ],
    NotGivenBack: [expect.stringContaining('MFA device')],
  });
  const { inlinePolicies, groups } = found.frank;
  expect({ inlinePolicies, groups }).toEqual({
    inlinePolicies: found.before.inlinePolicies,
    groups: found.before.groups,
  });
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Nothing', GivenBack: [] });
  expect(found.frank.attachedPolicies).toContain('AWSDenyAll');
  running(found, { currentStepName: 'LiftDeny' });
  await expect(ask(found, { mode: 'lift-deny' })).resolves.toMatchObject({ Outcome: 'Lifted' });
  expect(found.frank.attachedPolicies).not.toContain('AWSDenyAll');
});

const part = ({ frank }: RetiredCase, number = 1) =>
  `/unused-iam-credentials/retirements/${frank.userId}/${retirementId}/${number}`;

const versions = ({ account }: RetiredCase, name: string) =>
  account.parameters.get(name)?.versions ?? [];

/** What differs; the request may differ, too. */
type Change = (found: RetiredCase) => Record<string, string> | undefined;

const refusals: [string, RegExp, Change][] = [
  ['by a made-up execution', /is not a running UnusedIamCredentials-Restore/, () => undefined],
  [
    'by an execution of another document',
    /is not a running UnusedIamCredentials-Restore/,
    (found) => void running(found, { documentName: 'UnusedIamCredentials-Revoke' }),
  ],
  [
    'by an execution that has ended',
    /is not a running/,
    (found) => void running(found, { status: 'Success' }),
  ],
  [
    'by an execution under another role',
    /has another role/,
    (found) => void running(found, {}, { AutomationAssumeRole: 'arn:aws:iam::1:role/Other' }),
  ],
  [
    'for another user',
    /is for another user/,
    (found) => void running(found, {}, { IAMResourceId: 'AIDAANOTHERUSER00001' }),
  ],
  [
    'in the step that detaches AWSDenyAll',
    /is not in the step RestorePermissions/,
    (found) => void running(found, { currentStepName: 'LiftDeny' }),
  ],
  [
    'to detach AWSDenyAll in the step that gives back',
    /is not in the step LiftDeny/,
    (found) => {
      running(found);
      return { mode: 'lift-deny' };
    },
  ],
  [
    'by an execution that AWS Config started',
    /only a person may start a restoration/,
    (found) => {
      const role = 'assumed-role/AWSServiceRoleForConfigRemediation/x';
      running(found, { executedBy: `arn:aws:sts::123456789012:${role}` });
      return undefined;
    },
  ],
  [
    'by an execution of a person who is no operator',
    /is not one of the stack's RestoreOperatorArns/,
    (found) => {
      found.local.settings = {
        ...found.local.settings,
        operatorArns: ['arn:aws:iam::{account}:role/OnCall'],
      };
      running(found);
      return undefined;
    },
  ],
  [
    'for a quarantined user',
    /is quarantined by policy AWSCompromisedKeyQuarantineV2/,
    (found) => {
      found.frank.attachedPolicies?.push('AWSCompromisedKeyQuarantineV2');
      running(found);
      return undefined;
    },
  ],
  [
    'by a record of another writer',
    /is not genuine: it was not written by role/,
    (found) => {
      running(found);
      for (const version of versions(found, found.recordName)) version.user = mallory;
      return undefined;
    },
  ],
  [
    'by a record of a retirement that the role that revokes wrote',
    /is not genuine: only role UnusedIamCredentials-Retire-us-east-1 writes such a record/,
    (found) => {
      running(found);
      for (const version of versions(found, found.recordName)) {
        version.user = retireSession.replace('Retire', 'Revoke');
      }
      return undefined;
    },
  ],
  [
    'of a user whom no record names',
    /no outstanding record says that user \S+ was retired/,
    (found) => {
      running(found);
      found.account.parameters.clear();
      return undefined;
    },
  ],
];

it.each(refusals)('refuses a request %s, and alerts', async (_, why, change) => {
  const found = await retired();
  const request = change(found);
  const state = structuredClone(found.frank);
  await expect(ask(found, request ?? {})).rejects.toThrow(why);
  expect(found.frank).toEqual(state);
  expect(found.account.published).toEqual([
    expect.objectContaining({
      ...{ topicArn, subject: `Permissions refused: ${found.frank.userId}` },
      attributes: {
        ...{ event: 'revocation-refused', account: '123456789012' },
        ...{ userName: 'frank', owner: 'none' },
      },
    }),
  ]);
});

const damages: [string, (found: RetiredCase) => unknown][] = [
  [
    'of another writer',
    (found) => {
      for (const version of versions(found, part(found))) version.user = mallory;
    },
  ],
  [
    'that was changed',
    (found) => {
      const other = {
        groups: ['owners'],
        attachedPolicies: [],
        inlinePolicies: [],
        mfaDevices: [],
      };
      const [first] = versions(found, part(found));
      if (first === undefined) throw new Error('There is no part');
      first.value = Buffer.from(JSON.stringify(other)).toString('base64url');
    },
  ],
  [
    'that was overwritten',
    (found) => {
      const [first] = versions(found, part(found));
      if (first !== undefined) versions(found, part(found)).push({ ...first, version: 2 });
    },
  ],
  ['that is missing', (found) => found.account.parameters.delete(part(found))],
];

it.each(damages)('uses nothing from a part %s, and leaves AWSDenyAll', async (_, damage) => {
  const found = await retired();
  damage(found);
  running(found);
  const state = structuredClone(found.frank);
  await expect(ask(found)).resolves.toMatchObject({ Outcome: 'Nothing', GivenBack: [] });
  running(found, { currentStepName: 'LiftDeny' });
  await expect(ask(found, { mode: 'lift-deny' })).resolves.toMatchObject({ Outcome: 'Nothing' });
  expect({ ...found.frank, tags: state.tags }).toEqual(state);
});

it('gives nothing to a protected user, and detaches nothing while a permission is missing', async () => {
  const found = await retired();
  running(found, { currentStepName: 'LiftDeny' });
  const state = structuredClone(found.frank);
  await expect(ask(found, { mode: 'lift-deny' })).rejects.toThrow(
    /AWSDenyAll stays attached to user frank .*, because these permissions are not restored yet: group admins/u,
  );
  expect(found.frank).toEqual(state);
  found.frank.tags.push({ Key: 'unused-iam-credentials:PROTECTED', Value: 'yes' });
  running(found);
  await expect(ask(found)).rejects.toThrow(/has the tag unused-iam-credentials:protected/u);
  expect(found.frank.groups).toEqual([]);
});
