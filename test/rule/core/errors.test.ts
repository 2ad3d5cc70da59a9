import { describe, expect, it } from 'vitest';
import { isUsable, tagValue } from '../../../rule/core/credentials.ts';
import { ExpectedError, messageOf, withoutPeriod } from '../../../rule/core/errors.ts';
import { formatDate, formatInstant } from '../../../rule/core/instant.ts';

describe('messageOf', () => {
  it.each([
    [new ExpectedError('UserError', 'what\n  was  wrong '), 'what was wrong'],
    [new Error('plain'), 'plain'],
    ['text', 'text'],
    [undefined, 'undefined'],
  ])('gives one line of %j', (thrown, line) => {
    expect(messageOf(thrown)).toBe(line);
  });
});

describe('withoutPeriod', () => {
  it.each([
    ['It failed.', 'It failed'],
    ['see 1.2', 'see 1.2'],
    ['wait...', 'wait..'],
  ])('removes only the last period of %j', (text, expected) => {
    expect(withoutPeriod(text)).toBe(expected);
  });
});

describe('an expected error', () => {
  it('carries its kind as its name, and its cause', () => {
    const cause = new Error('cause');
    const error = new ExpectedError('AwsError', 'message', { cause });
    expect(error).toMatchObject({ name: 'AwsError', message: 'message', cause });
  });
});

describe('dates', () => {
  it.each([
    ['2026-11-21T23:59:59.999Z', '2026-11-21', '2026-11-21T23:59:59.999Z'],
    ['2026-11-21T00:00:00.000Z', '2026-11-21', '2026-11-21T00:00:00Z'],
    ['+010000-01-01T00:00:00.000Z', '+010000-01-01', '+010000-01-01T00:00:00Z'],
  ])('are written in UTC, without a fraction of zero: %s', (text, date, instant) => {
    expect(formatDate(Date.parse(text))).toBe(date);
    expect(formatInstant(Date.parse(text))).toBe(instant);
  });
});

describe('tags and keys', () => {
  it('match tag keys without case, and give the first value', () => {
    const tags = [
      { key: 'A', value: '1' },
      { key: 'b', value: '2' },
    ];
    expect([tagValue(tags, 'a'), tagValue(tags, 'B'), tagValue(tags, 'c')]).toEqual([
      '1',
      '2',
      undefined,
    ]);
  });

  it('can be used only when Active', () => {
    expect([isUsable('Active'), isUsable('Inactive'), isUsable('Expired')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
