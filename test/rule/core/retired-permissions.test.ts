import { describe, expect, it } from 'vitest';
import {
  isDenied,
  labelsOf,
  noPermissions,
  presentOf,
  type RetiredPermissions,
  removableOf,
} from '../../../rule/core/retired-permissions.ts';

const recorded: RetiredPermissions = {
  groups: [{ name: 'admins', id: 'AGPA1' }],
  attachedPolicies: [{ arn: 'arn:aws:iam::123456789012:policy/Deploy', id: 'ANPA1' }],
  inlinePolicies: [{ name: 'own', document: '{}' }],
  mfaDevices: ['arn:aws:iam::123456789012:mfa/frank'],
};

describe('what a user still has of what a retirement recorded', () => {
  const [group, policy] = [recorded.groups[0], recorded.attachedPolicies[0]];
  const twice: RetiredPermissions = {
    groups: [{ name: 'others', id: 'AGPA9' }, ...recorded.groups],
    attachedPolicies: [{ arn: 'arn:other', id: null }, ...recorded.attachedPolicies],
    inlinePolicies: [{ name: 'other', document: '{}' }, ...recorded.inlinePolicies],
    mfaDevices: ['mfa/other', ...recorded.mfaDevices],
  };

  it('is what exists with the same name, ID and document, in the order of the record', () => {
    expect(presentOf(recorded, twice)).toEqual(recorded);
    expect(presentOf(twice, recorded)).toEqual(recorded);
    expect(presentOf(recorded, noPermissions)).toEqual(noPermissions);
  });

  it.each<[string, Partial<RetiredPermissions>]>([
    ['a group of another name', { groups: [{ name: 'a', id: 'AGPA1' }] }],
    ['a group that was made again', { groups: [{ name: 'admins', id: 'AGPA2' }] }],
    ['another policy', { attachedPolicies: [{ arn: 'arn:other', id: 'ANPA1' }] }],
    ['a policy that was made again', { attachedPolicies: [{ arn: policy?.arn ?? '', id: 'X' }] }],
    ['an inline policy of another name', { inlinePolicies: [{ name: 'x', document: '{}' }] }],
    ['an inline policy of other text', { inlinePolicies: [{ name: 'own', document: '{ }' }] }],
    ['another MFA device', { mfaDevices: ['mfa/other'] }],
  ])('is not %s', (_, now) => {
    expect(presentOf(recorded, { ...noPermissions, ...now })).toEqual(noPermissions);
  });

  it('is a group or policy whose ID is not known on one side', () => {
    const unknown: RetiredPermissions = {
      ...noPermissions,
      groups: [{ name: group?.name ?? '', id: null }],
      attachedPolicies: [{ arn: policy?.arn ?? '', id: null }],
    };
    const known = { ...noPermissions, groups: recorded.groups };
    const { attachedPolicies } = recorded;
    expect(presentOf({ ...known, attachedPolicies }, unknown)).toEqual({
      ...{ ...known, attachedPolicies },
    });
    expect(presentOf(unknown, recorded)).toEqual(unknown);
  });
});

it.each([
  ['arn:aws:iam::aws:policy/AWSDenyAll', false],
  ['arn:aws:iam::123456789012:policy/path/AWSDenyAll', false],
  ['arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3', false],
  ['arn:aws:iam::123456789012:policy/AWSDenyAllButS3', true],
  ['arn:aws:iam::123456789012:policy/MyAWSCompromisedKeyQuarantine', true],
  ['arn:aws:iam::aws:policy/ReadOnlyAccess', true],
])('a retirement may detach policy %s: %s', (arn, mayDetach) => {
  const found = { ...recorded, attachedPolicies: [{ arn, id: null }] };
  const removable = mayDetach ? found : { ...found, attachedPolicies: [] };
  expect(removableOf(found)).toEqual(removable);
});

it('texts name each permission by its kind and its name', () => {
  expect(labelsOf(recorded)).toEqual([
    'group admins',
    'attached policy arn:aws:iam::123456789012:policy/Deploy',
    'inline policy own',
    'MFA device arn:aws:iam::123456789012:mfa/frank',
  ]);
});

it('a user with AWSDenyAll of the partition beside other policies is denied everything', () => {
  const policy = (arn: string) => ({ arn, id: null });
  const own = policy('arn:aws:iam::123456789012:policy/AWSDenyAll');
  const attachedPolicies = [own, policy('arn:aws:iam::aws:policy/AWSDenyAll')];
  expect(isDenied({ attachedPolicies }, 'aws')).toBe(true);
  expect(isDenied({ attachedPolicies }, 'aws-cn')).toBe(false);
  expect(isDenied({ attachedPolicies: [own] }, 'aws')).toBe(false);
  expect(isDenied({ attachedPolicies: [] }, 'aws')).toBe(false);
});
