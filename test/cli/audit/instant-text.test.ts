import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFormatter } from '../../../cli/audit/instant-text.ts';
import { formatInstant } from '../../../rule/core/instant.ts';

const end = Date.parse('9999-12-31T23:59:59Z');
const wholeSeconds = fc
  .integer({ min: -62_167_219_200, max: end / 1000 + 86_400 * 10_000 })
  .map((seconds) => seconds * 1000);
const ofOneDay = fc.tuple(wholeSeconds, fc.integer({ min: 0, max: 86_399_999 }));

describe('the text of instants in the result of an audit', () => {
  it('is that of formatInstant, for a day that was formatted before as for a new one', () => {
    const format = instantFormatter();
    fc.assert(
      fc.property(ofOneDay, ([instant, later]) => {
        for (const each of [instant, instant + later, instant + Math.floor(later / 1000) * 1000]) {
          expect(format(each)).toBe(formatInstant(each));
        }
      }),
      { numRuns: 2000, seed: 20261130 },
    );
  });
});
