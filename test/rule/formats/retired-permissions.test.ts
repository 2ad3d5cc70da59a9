import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noPermissions, type RetiredPermissions } from '../../../rule/core/retired-permissions.ts';
import { decodePermissions, encodePermissions } from '../../../rule/formats/retired-permissions.ts';

const filled = fc.string({ minLength: 1, unit: 'binary' });
const permissions: fc.Arbitrary<RetiredPermissions> = fc.record({
  groups: fc.array(filled),
  attachedPolicies: fc.array(filled),
  inlinePolicies: fc.array(fc.record({ name: filled, document: filled })),
  mfaDevices: fc.array(filled),
});

it('what was removed is read from its parts as it was written', () => {
  fc.assert(
    fc.property(permissions, (removed) => {
      const { texts, ...retirement } = encodePermissions(removed);
      expect(decodePermissions(texts, retirement)).toEqual(removed);
    }),
  );
});

it('10 KB of policies are cut into parts of at most 4,000 characters that an Automation step cannot misread', () => {
  const document = `{"Statement": "{{ odd }}${' '.repeat(10_000)}"}`;
  const removed = { ...noPermissions, inlinePolicies: [{ name: 'spaced', document }] };
  const { texts, parts, sha256 } = encodePermissions(removed);
  expect(parts).toBe(4);
  expect(texts).toHaveLength(4);
  for (const text of texts) expect(text).toMatch(/^[\w-]{1,4000}$/u);
  expect(decodePermissions(texts, { parts, sha256 })).toEqual(removed);
});

it('parts that the record does not mean are refused, without a quotation', () => {
  const removed = { ...noPermissions, groups: ['x'.repeat(4_000)] };
  const { texts, parts, sha256 } = encodePermissions(removed);
  const why = (given: readonly string[], said = { parts, sha256 }) => {
    try {
      return decodePermissions(given, said);
    } catch (error) {
      return error;
    }
  };
  const refusal = (what: string) =>
    expect.objectContaining({ name: 'RecordError', message: expect.stringMatching(`${what}$`) });
  const other = refusal('their text is not the one of the record');
  expect(why(texts.slice(1))).toEqual(refusal('there are 1 parts, but the record says 2'));
  expect(why(texts.toReversed())).toEqual(other);
  expect(why([...texts.slice(1), 'AAAA'])).toEqual(other);
  const odd = encodePermissions({ ...removed, groups: [''] });
  expect(why(odd.texts, odd)).toEqual(
    expect.objectContaining({ message: expect.stringContaining('groups.0: ') }),
  );
});

it('nothing removed needs no part', () => {
  const { texts, ...retirement } = encodePermissions(noPermissions);
  expect(texts).toEqual([]);
  expect(decodePermissions([], retirement)).toEqual(noPermissions);
});
