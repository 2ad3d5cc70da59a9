import { expect, it } from 'vitest';
import type { LocalUser } from '../../local-aws/account.ts';
import { accessKey, ago, password, user } from '../builders/account.ts';
import {
  everything,
  inlinePolicies,
  isDenied,
  startCase,
} from '../remediation-docs/retirement-case.ts';
import { ending } from '../remediation-docs/revocation-case.ts';

const limit = 90;

/** The guide's script looks at the creation of the login profile alone. */
function guideRetires({ loginProfile }: LocalUser): boolean {
  return loginProfile !== undefined && loginProfile.createDate <= ago(limit);
}

/** What a user has after the guide's commands: keys, password, groups, policies and MFA devices are gone. */
function afterGuide(someone: LocalUser): LocalUser {
  const { loginProfile: _, ...rest } = structuredClone(someone);
  return {
    ...rest,
    ...{ accessKeys: [], groups: [], attachedPolicies: [], inlinePolicies: [], mfaDevices: [] },
  };
}

it('guide C (inactive users): the same but for the listed differences', async () => {
  const { account, local, frank } = await startCase();
  const inUse = user(account, 'in-use', { ...password(400, 3), accessKeys: [accessKey(300, 2)] });
  const before = structuredClone(inUse);
  const expected = afterGuide(frank);
  // The guide would retire both, because it does not look at any use.
  expect([frank, inUse].map(guideRetires)).toEqual([true, true]);

  const [retired, left] = [
    await local.retire(frank.userId, everything),
    await local.retire(inUse.userId, everything),
  ];
  expect([ending(retired), ending(left)]).toEqual(['Success Retire', 'Success NotInactive']);
  expect(inUse).toEqual(before);

  // Difference: keys are deactivated instead of deleted, AWSDenyAll is attached, and a tag names the retirement.
  expect(frank.accessKeys.map(({ status }) => status)).toEqual(['Inactive']);
  expect(isDenied(frank)).toBe(true);
  const { accessKeys, attachedPolicies, tags, ...rest } = frank;
  const { accessKeys: _, attachedPolicies: __, tags: own, ...others } = expected;
  expect(JSON.parse(JSON.stringify(rest))).toEqual(JSON.parse(JSON.stringify(others)));
  expect(attachedPolicies).toEqual(['AWSDenyAll']);
  expect(tags.filter(({ Key }) => Key !== 'unused-iam-credentials:revoked')).toEqual(own);
});

it('guide C has no way back; a restoration gives back all but the MFA devices and the old password', async () => {
  const { local, frank } = await startCase({ inlinePolicies: inlinePolicies.slice(1) });
  expect(frank.inlinePolicies).toHaveLength(1);
  const before = structuredClone(frank);
  await local.retire(frank.userId, everything);
  local.now += 20 * 60_000;
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(done.status).toBe('Success');
  expect(frank.accessKeys).toEqual(before.accessKeys);
  expect(new Set(frank.groups)).toEqual(new Set(before.groups));
  expect(new Set(frank.attachedPolicies)).toEqual(new Set(before.attachedPolicies));
  expect(frank.loginProfile?.password).not.toBe(before.loginProfile?.password);
  expect(frank.inlinePolicies).toEqual(before.inlinePolicies);
  expect([before.mfaDevices?.length, frank.mfaDevices]).toEqual([1, []]);
});
