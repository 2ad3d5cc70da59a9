import fc from 'fast-check';
import type { User } from '../../rule/core/credentials.ts';
import { ago, day } from './account.ts';
import { coreKey, coreUser } from './core-user.ts';

/** A threshold (days). The dates of many arbitrary users lie just before or after it. */
export const likelyLimit = 45;

// Half the dates lie within a millisecond of the limit, where results differ.
const date = fc.oneof(
  fc.integer({ min: -1, max: 1 }).map((milliseconds) => ago(likelyLimit) + milliseconds),
  fc.integer({ min: 0, max: 200 * day }).map((milliseconds) => ago(0) - milliseconds),
);
const dates = fc.record({
  used: fc.option(date, { nil: undefined }),
  created: fc.option(date, { nil: undefined }),
  changed: date,
});
const key = fc
  .record({
    dates,
    slot: fc.constantFrom(1 as const, 2 as const),
    status: fc.constantFrom('Active' as const, 'Inactive' as const, 'Expired' as const),
  })
  .map(({ dates: known, ...rest }) => coreKey({ ...known, ...rest }));

/** Any user of rule/core without an exemption, whose dates are not after `now`. */
export const arbitraryUser: fc.Arbitrary<User> = fc
  .record({ password: fc.option(dates), accessKeys: fc.array(key, { maxLength: 3 }) })
  .map((rest) => coreUser(rest));

const surrogates = { first: 0xd800, count: 0x800 };

/**
 * Up to 256 characters of all of Unicode but surrogates. That is a string of fast-check's unit `binary`, which first
 * makes a map of all characters.
 */
export const arbitraryText: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 0, max: 0x10ffff - surrogates.count }), { maxLength: 256 })
  .map((codes) =>
    String.fromCodePoint(
      ...codes.map((code) => (code < surrogates.first ? code : code + surrogates.count)),
    ),
  );
