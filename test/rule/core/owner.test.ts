import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defaultOwnerTag, ownerOf } from '../../../rule/core/owner.ts';

const owned = (value: string, key = 'owner') => ownerOf([{ key, value }], 'Owner');

it.each([
  ['team-a', 'team-a'],
  ['ops@example.com, on call', 'ops@example.com on call'],
  ['Équipe 数据/+=._:-@', 'Équipe 数据/+=._:-@'],
  [' padded ', 'padded'],
  ['', 'none'],
  [' \u202e\u0000\n', 'none'],
  ['"},{"event":"x"}\\', 'event : x'],
  ['{{ global:ACCOUNT_ID }}', 'global:ACCOUNT_ID'],
  ['x'.repeat(300), 'x'.repeat(256)],
  ['𝒜'.repeat(300), '𝒜'.repeat(256)],
  [` ${'x'.repeat(300)}`, 'x'.repeat(256)],
  [`${'x'.repeat(255)} y`, 'x'.repeat(255)],
])('the owner of a user whose tag is %j is %j', (value, owner) => {
  expect(owned(value)).toBe(owner);
});

it('compares the key without case, as IAM does, and is none without the tag', () => {
  expect(owned('a', 'OWNER')).toBe('a');
  expect(owned('a', 'owners')).toBe('none');
  expect(ownerOf([{ key: 'owner', value: 'a' }], defaultOwnerTag)).toBe('a');
});

it('is never empty, longer than 256 characters, or anything but what IAM documents for tags', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (value) => {
      const owner = owned(value);
      expect(owner).toMatch(/^[\p{L}\p{N}_.:/=+\-@](?:[\p{L}\p{N} _.:/=+\-@]*)$/u);
      expect(Array.from(owner).length).toBeLessThanOrEqual(256);
    }),
  );
});
