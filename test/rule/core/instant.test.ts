import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import {
  formatDate,
  formatInstant,
  parseEndOfDate,
  parseInstant,
} from '../../../rule/core/instant.ts';

const runs = { numRuns: 500, seed: 20261121 };
const instants = fc.integer({
  min: Date.parse('0001-01-01T00:00:00Z'),
  max: Date.parse('9999-12-31T23:59:59.999Z'),
});

describe('an instant', () => {
  it('reads back as the same after it was written', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
      runs,
    );
  });

  it('lies before the end of its date, and less than a day before it', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const left = (parseEndOfDate(formatDate(instant)) ?? 0) - instant;
        expect(left).toBeGreaterThan(0);
        expect(left).toBeLessThanOrEqual(86_400_000);
      }),
      runs,
    );
  });

  it.each([
    ['2027-01-31T12:00:00+14:00', '2027-01-30T22:00:00Z'],
    ['2027-01-31T12:00:00-12:00', '2027-02-01T00:00:00Z'],
    ['2027-01-31T12:00:00+05:45', '2027-01-31T06:15:00Z'],
    ['2027-03-28T02:30:00+01:00', '2027-03-28T01:30:00Z'],
    ['2027-01-31T12:00:00.999999999Z', '2027-01-31T12:00:00.999Z'],
  ])('%s is %s, whatever zone the machine is in', (text, expected) => {
    expect(parseInstant(text)).toBe(Date.parse(expected));
  });

  it.each([
    ['+24:00', 'an offset of a whole day'],
    ['+99:99', 'an offset that no clock shows'],
    ['+02:60', 'an offset of sixty minutes'],
    ['-30:00', 'an offset of more than a day'],
  ])('with %s is invalid: %s', (offset) => {
    expect(parseInstant(`2027-01-31T12:00:00${offset}`)).toBeUndefined();
  });

  it.each([
    ...['2027-02-29T12:00:00Z', '2027-01-31T12:60:00Z', '2027-01-31T12:00:60Z'],
    ...['2027-01-31T25:00:00Z', '2027-01-31t12:00:00z', '2027-01-31 12:00:00Z'],
    ...['2027-01-31T12:00:00 Z', '2027-01-31T12:00:00Z\n', '2027-01-31T12:00:00Zx'],
    ...['x2027-01-31T12:00:00Z', '2027-01-31T12:00:00', '2027-01-31T12Z'],
    ...['+002027-01-31T12:00:00Z', '٢٠٢٧-01-31T12:00:00Z', '2027-01-31', ''],
  ])('is not %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

const number = (digits: number, max: number) =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(digits, '0'));
const dates = fc
  .tuple(number(4, 9999), number(2, 13), number(2, 32))
  .map((parts) => parts.join('-'));
const times = fc
  .tuple(number(2, 25), number(2, 61), number(2, 61), fc.constantFrom('', '.5', '.123456789'))
  .map(([hour, minute, second, fraction]) => `${hour}:${minute}:${second}${fraction}`)
  // 24:00 is the start of the next day in ISO 8601. AWS writes no such instant.
  .filter((time) => !time.startsWith('24'));
const offsets = fc.oneof(
  fc.constant('Z'),
  fc
    .tuple(fc.constantFrom('+', '-'), number(2, 14), number(2, 59))
    .map(([sign, hour, minute]) => `${sign}${hour}:${minute}`),
);

describe('a date that may not exist', () => {
  it('with a time is read as luxon reads it', () => {
    fc.assert(
      fc.property(dates, times, offsets, (date, time, offset) => {
        const text = `${date}T${time}${offset}`;
        const parsed = DateTime.fromISO(text);
        expect(parseInstant(text)).toBe(parsed.isValid ? parsed.toMillis() : undefined);
      }),
      { ...runs, numRuns: 5_000 },
    );
  });

  it('ends when luxon says so', () => {
    fc.assert(
      fc.property(dates, (text) => {
        const parsed = DateTime.fromISO(text, { zone: 'utc' });
        const end = parsed.isValid ? parsed.plus({ days: 1 }).toMillis() : undefined;
        expect(parseEndOfDate(text)).toBe(end);
      }),
      { ...runs, numRuns: 5_000 },
    );
  });
});

describe('the end of a date', () => {
  it.each([
    ['2026-12-31', '2027-01-01T00:00:00Z'],
    ['2028-02-28', '2028-02-29T00:00:00Z'],
    ['2027-02-28', '2027-03-01T00:00:00Z'],
    ['2027-03-28', '2027-03-29T00:00:00Z'],
  ])('of %s is %s', (date, end) => {
    expect(parseEndOfDate(date)).toBe(Date.parse(end));
  });

  it.each([
    ...['2027-02-29', '2026-00-10', '2026-13-01', '2026-11-31', '2026-1-1', '2026-11-21\n', ''],
    ...['2026-325', '2026-W49', '2026-12', '20261201', '01/12/2026', 'x2026-12-01', '2026-12-01x'],
    // Years beyond 9999 have a sign and six digits.
    ...['+012027-01', '+012027-01-31'],
  ])('is none of %j', (text) => {
    expect(parseEndOfDate(text)).toBeUndefined();
  });
});
