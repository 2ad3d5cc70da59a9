import { expect, it } from 'vitest';
import {
  GROUPS_PER_USER,
  INLINE_CHARACTERS_PER_USER,
  type LocalUser,
} from '../../local-aws/account.ts';
import { everything, held, startCase } from './retirement-case.ts';
import { ending } from './revocation-case.ts';

/** A name of the greatest length of a group or a policy. */
const name = (index: number) => `${index}`.padStart(2, '0').padEnd(128, '+=,.@-_aZ');
const numbered = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));
const document = '{"Version":"2012-10-17","Statement":[]}';
/** A path has at most 512 characters. */
const path = `/${'p'.repeat(510)}/`;

const largest = {
  groups: numbered(GROUPS_PER_USER, name),
  // AWSDenyAll is the tenth.
  attachedPolicies: numbered(9, (index) => `arn:aws:iam::123456789012:policy${path}${name(index)}`),
  inlinePolicies: numbered(Math.floor(INLINE_CHARACTERS_PER_USER / document.length), (index) => ({
    ...{ name: name(index), document },
  })),
  mfaDevices: numbered(8, (index) => ({
    ...{
      serialNumber: `arn:aws:iam::123456789012:mfa/${name(index)}`.padEnd(256, 'x'),
      enableDate: 0,
    },
  })),
} satisfies Partial<LocalUser>;

it('a user with as many permissions, and as long names, as IAM allows by default is retired and restored', async () => {
  const started = await startCase();
  const { account, local, frank } = started;
  account.groups = new Map(largest.groups.map((each) => [each, { path: '/', createDate: 0 }]));
  account.customerPolicies = new Map(
    largest.attachedPolicies.map((arn) => [arn, { createDate: 0 }]),
  );
  Object.assign(frank, structuredClone(largest));
  const before = new Set(held({ ...frank, mfaDevices: [] }));
  expect(ending(await local.retire(frank.userId, everything))).toBe('Success Retire');
  expect(held(frank)).toEqual([]);
  local.now += 11 * 60_000;
  const done = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect([done.status, done.failureMessage]).toEqual(['Success', undefined]);
  expect(new Set(held(frank))).toEqual(before);
});
