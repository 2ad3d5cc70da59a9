import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noPermissions, type RetiredPermissions } from '../../../rule/core/retired-permissions.ts';
import type { RetirementPart } from '../../../rule/core/revocation-record.ts';
import {
  checkParts,
  type EncodedPermissions,
  encodePermissions,
} from '../../../rule/formats/retired-permissions.ts';

const filled = fc.string({ minLength: 1, unit: 'binary' });
const id = fc.option(filled);
const permissions: fc.Arbitrary<RetiredPermissions> = fc.record({
  groups: fc.array(fc.record({ name: filled, id })),
  attachedPolicies: fc.array(fc.record({ arn: filled, id })),
  inlinePolicies: fc.array(fc.record({ name: filled, document: filled })),
  mfaDevices: fc.array(filled),
});

const place = { partition: 'aws', accountId: '123456789012', region: 'us-east-1' };
const owner = { ...place, userId: 'AIDA' };
const writer = 'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Retire-us-east-1/x';
const someone = 'arn:aws:iam::123456789012:user/mallory';

const store = ({ texts }: EncodedPermissions) =>
  texts.map((value, index) => ({
    name: `/${index + 1}`,
    versions: [{ version: 1, value, writer }],
  }));
const check = (stored: ReturnType<typeof store>, { parts }: EncodedPermissions) =>
  checkParts(stored, { denyAttached: true, parts }, owner);

it('what was removed is read from its parts as it was written', () => {
  fc.assert(
    fc.property(permissions, (removed) => {
      const encoded = encodePermissions(removed);
      const read = check(store(encoded), encoded);
      expect(read).toEqual({ permissions: removed, damaged: [] });
    }),
  );
});

const spaced = (name: string) => {
  const document = `{"Statement": "{{ odd }}${' '.repeat(5_000)}"}`;
  return { name, document };
};

it('10 KB of policies are cut into parameters of at most 4,000 characters that an Automation step cannot misread', () => {
  const removed = { ...noPermissions, inlinePolicies: [spaced('one'), spaced('two')] };
  const encoded = encodePermissions(removed);
  expect(encoded.parts.map(({ parameters }) => parameters)).toEqual([2, 2]);
  expect(encoded.texts).toHaveLength(4);
  for (const text of encoded.texts) expect(text).toMatch(/^[\w-]{1,4000}$/u);
  expect(check(store(encoded), encoded).permissions).toEqual(removed);
});

const several: RetiredPermissions = {
  ...noPermissions,
  groups: [{ name: 'admins', id: 'AGPA1' }],
  inlinePolicies: [spaced('one'), spaced('two')],
  mfaDevices: ['mfa-1'],
};

it.each<[string, string, string, (stored: ReturnType<typeof store>) => unknown]>([
  ['deleted', 'it is missing', 'unknown', (stored) => stored[2]?.versions.splice(0)],
  [
    'overwritten',
    'it was overwritten',
    `${writer} and ${someone}`,
    (stored) => stored[2]?.versions.push({ version: 2, value: 'AAAA', writer: someone }),
  ],
  [
    'overwritten, its first version being gone',
    'it was overwritten',
    writer,
    (stored) => Object.assign(stored[2]?.versions[0] ?? {}, { version: 2 }),
  ],
  [
    'deleted and written by somebody else, even with the same text',
    'it was not written by the role that retires',
    someone,
    (stored) => Object.assign(stored[2]?.versions[0] ?? {}, { writer: someone }),
  ],
  [
    'of another text',
    'its text is not the one of the record',
    'the role that retires',
    (stored) => Object.assign(stored[2]?.versions[0] ?? {}, { value: 'AAAA' }),
  ],
])('a parameter that was %s damages only the part that it holds', (_, why, by, damage) => {
  const encoded = encodePermissions(several);
  const stored = store(encoded);
  damage(stored);
  const { permissions: left, damaged } = check(stored, encoded);
  const isHash = why.startsWith('its text');
  const part = { holds: [{ kind: 'inline policy', id: 'one' }], more: 0 };
  expect(damaged).toEqual([{ ...part, name: isHash ? '/2' : '/3', why, writer: by }]);
  expect(left).toEqual({
    ...noPermissions,
    groups: [{ name: 'admins', id: 'AGPA1' }],
    inlinePolicies: [spaced('two')],
    mfaDevices: ['mfa-1'],
  });
});

it('permissions whose text is just 4,000 characters are one parameter, and one character more are two', () => {
  const parametersOf = (length: number) => {
    const groups = ['a', 'b'.repeat(length)].map((name) => ({ name, id: null }));
    const { parts, texts } = encodePermissions({ ...noPermissions, groups });
    return [texts[0]?.length, parts.length, texts.length];
  };
  const empty = { ...noPermissions, groups: ['a', ''].map((name) => ({ name, id: null })) };
  // In base64, 4 characters stand for 3 bytes.
  const rest = 3_000 - JSON.stringify(empty).length;
  expect(parametersOf(rest)).toEqual([4_000, 1, 1]);
  expect(parametersOf(rest + 1).slice(1)).toEqual([2, 2]);
});

it('the record has names up to just 1,200 characters', () => {
  // As JSON text, `group ` and 112 letters are 120 characters.
  const groups = Array.from({ length: 11 }, () => ({ name: 'x'.repeat(112), id: null }));
  const [part] = encodePermissions({ ...noPermissions, groups }).parts;
  expect([part?.holds?.length, part?.more]).toEqual([10, 1]);
});

it('the record has names of what each part holds as far as it has room, and counts the rest', () => {
  const groups = Array.from({ length: 20 }, (_, index) => ({
    name: `${index}`.padEnd(128, 'x'),
    id: null,
  }));
  const { parts } = encodePermissions({ ...noPermissions, groups });
  const counts = parts.map(({ holds, more }) => [holds?.length, more]);
  expect(counts).toEqual([
    [8, 11],
    [0, 1],
  ]);
  expect(JSON.stringify(parts).length).toBeLessThan(1_500);
});

/** Reads a text that is the one of the record. */
const readText = (text: string) => {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const part: RetirementPart = { parameters: 1, sha256, holds: null, more: 0 };
  return check(store({ texts: [text], parts: [] }), { texts: [], parts: [part] });
};
const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

it.each([
  ['no JSON', 'AAAA', 'the whole value: it does not contain JSON'],
  ['JSON of something else', written(7), 'the whole value: '],
  ['a name that is empty', written({ ...noPermissions, mfaDevices: [''] }), 'mfaDevices.0: '],
  ['a field too many', written({ ...noPermissions, roles: [] }), 'roles: '],
  ['a group of a field too many', written({ ...noPermissions, groups: [{ x: 1 }] }), 'groups.0'],
  [
    'a policy without an ID',
    written({ ...noPermissions, attachedPolicies: [{ arn: 'a' }] }),
    'att',
  ],
  [
    'an inline policy of a field too many',
    written({ ...noPermissions, inlinePolicies: [{ name: 'a', document: '{}', id: 1 }] }),
    'inlinePolicies.0.id: ',
  ],
])('a text of the role that retires is damaged if it is %s', (_, text, place) => {
  const { permissions: left, damaged } = readText(text);
  expect(left).toEqual(noPermissions);
  expect(damaged).toMatchObject([{ name: '/1', writer: 'the role that retires', holds: null }]);
  expect(damaged[0]?.why.slice(0, place.length)).toBe(place);
});

it('a part of which no parameter is known is damaged', () => {
  const { damaged } = check([], encodePermissions({ ...noPermissions, mfaDevices: ['mfa-1'] }));
  const why = 'its text is not the one of the record';
  expect(damaged).toMatchObject([
    { name: 'the record', why, holds: [{ kind: 'MFA device', id: 'mfa-1' }] },
  ]);
});

it('names and ARNs of an earlier version are read as groups and policies without IDs', () => {
  const earlier = { ...noPermissions, groups: ['admins'], attachedPolicies: ['arn:1'] };
  expect(readText(written(earlier)).permissions).toEqual({
    ...noPermissions,
    groups: [{ name: 'admins', id: null }],
    attachedPolicies: [{ arn: 'arn:1', id: null }],
  });
});

it('nothing removed needs no part', () => {
  const encoded = encodePermissions(noPermissions);
  expect(encoded).toEqual({ texts: [], parts: [] });
  expect(check([], encoded)).toEqual({ permissions: noPermissions, damaged: [] });
});
