import { expect, it } from 'vitest';
import type { LocalAccount, LocalUser } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { accessKey, password } from '../../builders/account.ts';
import { allReadings } from '../all-readings.ts';
import {
  everything,
  held,
  isDenied,
  mfaDevice,
  permissions,
  startCase,
  teamPolicy,
} from '../retirement-case.ts';
import {
  before,
  changes,
  denyFrom,
  ending,
  failures,
  keepInStep,
  recorded,
  recordsIn,
  takeTurns,
} from '../revocation-case.ts';

/** The changes of a retirement of everything, and how texts name what each leaves if it fails. */
const changing = [
  ['AttachUserPolicy', 'AWSDenyAll is not attached'],
  ['UpdateAccessKey', 'access key AKIA'],
  ['DeleteLoginProfile', 'password'],
  ['RemoveUserFromGroup', 'group admins, group developers'],
  ['DetachUserPolicy', `attached policy ${teamPolicy}`],
  ['DeleteUserPolicy', 'inline policy odd, inline policy s3'],
  ['DeactivateMFADevice', `MFA device ${mfaDevice}`],
] as const;

it.each(changing)(
  '%s that is denied, or that answers success and does nothing, fails the run, which names what is left; the next run completes',
  async (operation, left) => {
    // Each verification that finds something left reads for a long time, so that one of each kind is enough.
    const isIgnored = ['UpdateAccessKey', 'DetachUserPolicy'].includes(operation);
    const fault = isIgnored ? ({ operation, ignored: true } as const) : deny(operation);
    const { local, frank } = await startCase();
    local.aws.faults.push(fault);
    const done = await local.retire(frank.userId, everything);
    expect(ending(done)).toBe('Failed Retire');
    const problem = isIgnored ? 'Not confirmed yet' : 'Incomplete retirement';
    expect(done.failureMessage).toContain(problem);
    expect(done.failureMessage).toContain(left);
    expect(frank.tags.map(({ Key }) => Key)).toEqual(['team']);
    expect(isDenied(frank)).toBe(operation !== 'AttachUserPolicy');
    local.aws.faults.pop();
    expect(ending(await local.retire(frank.userId, everything))).toBe('Success Retire');
    expect([held(frank), isDenied(frank)]).toEqual([[], true]);
  },
);

/** Makes the change that an operation asks for. */
const made: Readonly<Record<string, (frank: LocalUser) => void>> = {
  AttachUserPolicy: (frank) => void frank.attachedPolicies?.push('AWSDenyAll'),
  UpdateAccessKey: ({ accessKeys }) => {
    for (const key of accessKeys) key.status = 'Inactive';
  },
  DeleteLoginProfile: (frank) => {
    frank.loginProfile = undefined;
  },
  RemoveUserFromGroup: (frank) => {
    frank.groups = [];
  },
  DetachUserPolicy: (frank) => {
    frank.attachedPolicies = ['AWSDenyAll'];
  },
  DeleteUserPolicy: (frank) => {
    frank.inlinePolicies = [];
  },
  DeactivateMFADevice: (frank) => {
    frank.mfaDevices = [];
  },
};

it.each(changing)(
  '%s that was made although its step reports a failure does not fail the run',
  async (operation) => {
    const { account, local, frank } = await startCase();
    const make = () => made[operation]?.(frank);
    const lost = { operation, code: 'ServiceFailure', status: 500 };
    local.aws.faults.push({ operation, before: make }, lost);
    const done = await local.retire(frank.userId, everything);
    // A loop goes on with the next item; another change leaves the rest to the next run.
    const isLast = ['RemoveUserFromGroup', 'DetachUserPolicy', 'DeleteUserPolicy'];
    const goesOn = [...isLast, 'DeactivateMFADevice'].includes(operation);
    expect(ending(done)).toBe(goesOn ? 'Success Retire' : 'Failed Retire');
    local.aws.faults.length = 0;
    const again = await local.retire(frank.userId, everything);
    expect(ending(again)).toBe(goesOn ? 'Success NothingDue' : 'Success Retire');
    expect([held(frank), isDenied(frank)]).toEqual([[], true]);
    expect(recordsIn(account).at(-1)?.tags).toHaveProperty('applied');
  },
);

it('nothing changes if a part or the record cannot be written or read, or is another one', async () => {
  for (const when of [1, 4]) {
    const { local, frank } = await startCase();
    let asked = 0;
    const count = () => {
      asked += 1;
      return asked === when;
    };
    local.aws.faults.push({ ...deny('PutParameter'), when: count });
    expect(ending(await local.retire(frank.userId, everything))).toBe('Failed Retire');
    expect([isDenied(frank), frank.tags.length]).toEqual([false, 1]);
  }
  const { account, local, frank } = await startCase();
  const tamper = () => {
    for (const [name, { versions }] of account.parameters) {
      if (name.endsWith('/2')) for (const version of versions) version.value = 'AAAA';
    }
  };
  local.aws.faults.push(before('TagUser', tamper));
  const done = await local.retire(frank.userId, everything);
  expect(done.failureMessage).toContain('/2: its text is not the one of the record');
  expect([isDenied(frank), frank.tags.length]).toEqual([false, 1]);
});

const replaceable: [string, string, (frank: LocalUser, account: LocalAccount) => void][] = [
  ['a group', 'group admins', (frank) => void frank.groups?.shift()],
  [
    'an inline policy',
    'inline policy odd',
    (frank) => Object.assign(frank.inlinePolicies?.[0] ?? {}, { document: '{}' }),
  ],
  ['a password', 'password', (frank) => void Object.assign(frank, password(0))],
  [
    'a group by another one of its name',
    'group admins',
    (_, { groups }) => void groups?.set('admins', { path: '/', createDate: 1 }),
  ],
  [
    'a policy by another one of its ARN',
    `attached policy ${teamPolicy}`,
    (_, { customerPolicies }) => void customerPolicies?.set(teamPolicy, { createDate: 1 }),
  ],
  ['the deny', 'policy AWSDenyAll', (frank) => void frank.attachedPolicies?.push('AWSDenyAll')],
];
it.each<[string, string, (frank: LocalUser, createDate: number) => void]>([
  [
    'a new access key',
    'access key AKIA',
    (frank, createDate) => void frank.accessKeys.push(accessKey(0, undefined, { createDate })),
  ],
  [
    'a first password',
    'password',
    (frank, createDate) => {
      frank.loginProfile = { createDate, lastChanged: createDate, passwordResetRequired: true };
    },
  ],
])('if someone issues %s after the plan, the user is not retired', async (_, label, issue) => {
  const { local, frank } = await startCase({ loginProfile: undefined });
  const { length } = held(frank);
  local.aws.faults.push(before('TagUser', () => issue(frank, local.now)));
  const done = await local.retire(frank.userId, everything);
  expect(ending(done)).toBe('Failed Retire');
  expect(done.failureMessage).toContain('Changed by someone since the plan for user frank');
  expect(done.failureMessage).toContain(`new ${label}`);
  expect([isDenied(frank), held(frank).length]).toEqual([false, length + 1]);
});

it.each(replaceable)(
  'if someone changes %s after the plan, nothing is changed',
  async (_, label, change) => {
    const { account, local, frank } = await startCase();
    local.aws.faults.push(before('TagUser', () => change(frank, account)));
    const done = await local.retire(frank.userId, everything);
    expect(ending(done)).toBe('Failed Retire');
    expect(done.failureMessage).toContain('Changed by someone since the plan for user frank');
    expect(done.failureMessage).toContain(label);
    const parameters = Array.from({ length: 5 }, () => 'PutParameter');
    expect(changes(local)).toEqual([...parameters, 'TagUser', 'UntagUser']);
  },
);

it('never removes another user who took over the name from a group', async () => {
  const { account, local, frank } = await startCase();
  const other = { ...structuredClone(frank), userId: 'AIDAANOTHERUSER00001' };
  const passOn = () => {
    frank.userName = 'franklin';
    account.users.push(other);
  };
  // Everything before it is bound to the user by the tag.
  local.aws.faults.push({ operation: 'DeleteLoginProfile', before: passOn, times: 1 });
  const done = await local.retire(frank.userId, everything);
  expect(done.status).toBe('Failed');
  expect(failures(done)).toHaveProperty(
    'ConfirmMember',
    expect.stringContaining(`Expected $.User.UserId to be ${frank.userId}`),
  );
  expect([other.groups, frank.groups]).toEqual([permissions.groups, permissions.groups]);
});

it.each(['in step', 'in turns'])('two runs of one user, %s, end in the same state', async (how) => {
  const { account, local, frank, key } = await startCase();
  if (how === 'in step') keepInStep(local, 2);
  else takeTurns(local);
  const begin = () =>
    local.ended(local.start('retire', { IAMResourceId: frank.userId, ...everything }));
  const ends = await Promise.all([begin(), begin()]);
  expect(ends.map(({ status }) => status)).toContain('Success');
  expect([held(frank), isDenied(frank)]).toEqual([[], true]);
  const both = [key.accessKeyId, 'password'];
  expect(recorded(account)).toEqual([both, both]);
});

it('a retirement and a revocation of one user at the same time end in the same state', async () => {
  const { local, frank } = await startCase();
  // The one that ends first removes the tag that both need.
  takeTurns(local);
  const parameters = { IAMResourceId: frank.userId };
  const ends = await Promise.all([
    local.ended(local.start('retire', { ...parameters, ...everything })),
    local.ended(local.start('revoke', parameters)),
  ]);
  expect(ends.map(({ status }) => status)).toContain('Success');
  await local.retire(frank.userId, everything);
  expect([held(frank), isDenied(frank)]).toEqual([[], true]);
});

it.each(allReadings)(
  'a retirement, and one whose verification fails, under %o',
  async (readings) => {
    const { account, local, frank } = await startCase();
    account.automation.readings = readings;
    denyFrom(local, 'DeactivateMFADevice', 'ListGroupsForUser', 2);
    const failed = await local.retire(frank.userId, everything);
    expect(ending(failed)).toBe('Failed Retire');
    expect(failed.failureMessage).toContain('iam:ListGroupsForUser failed: AccessDenied');
    expect(Object.keys(failures(failed))).not.toContain('AttachDenyAll');
    expect(recordsIn(account)[0]?.tags).toEqual({});
    local.aws.faults.length = 0;
    frank.groups = ['admins'];
    expect(ending(await local.retire(frank.userId, everything))).toBe('Success Retire');
    expect([held(frank), account.published.length]).toEqual([[], 1]);
  },
);

it('waits until IAM shows what was changed', async () => {
  const { account, local, frank } = await startCase();
  account.iamReadLagMs = 10_000;
  const done = await local.retire(frank.userId, everything);
  expect([ending(done), held(frank)]).toEqual(['Success Retire', []]);
});
