import { describe, expect, it } from 'vitest';
import { type EarlierResult, findNewlyNonCompliant } from '../../../rule/formats/evaluation.ts';
import { ago } from '../../builders/account.ts';

const [lastRun, change] = [ago(1), ago(0.5)];

type Row = readonly [
  compliance: EarlierResult['compliance'],
  orderedAt: EarlierResult['orderedAt'],
];
const unused = (orderedAt: EarlierResult['orderedAt']): Row => ['NON_COMPLIANT', orderedAt];
const used = (orderedAt: EarlierResult['orderedAt']): Row => ['COMPLIANT', orderedAt];

/** Who is new, where everyone of `now` is NON_COMPLIANT unless it says. */
function newOnes(
  earlier: Readonly<Record<string, Row>>,
  now: Readonly<Record<string, 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE'>>,
): string[] {
  const users = Object.entries(now).map(([userId, compliance]) => ({ userId, compliance }));
  const results = Object.entries(earlier).map(([userId, [compliance, orderedAt]]) => {
    return [userId, { compliance, orderedAt }] as const;
  });
  return findNewlyNonCompliant(users, new Map(results)).map(({ userId }) => userId);
}

const [a, b, c] = [{ a: 'NON_COMPLIANT' }, { b: 'NON_COMPLIANT' }, { c: 'NON_COMPLIANT' }] as const;

describe('newly NON_COMPLIANT', () => {
  it('is every NON_COMPLIANT user if there are no earlier results', () => {
    expect(newOnes({}, { ...a, ...b, c: 'COMPLIANT', d: 'NOT_APPLICABLE' })).toEqual(['a', 'b']);
  });

  it('is who was COMPLIANT, by a scheduled run or by a change', () => {
    const earlier = { a: used(lastRun), b: used(lastRun), c: used(change) };
    expect(newOnes(earlier, { ...a, ...b, ...c })).toEqual(['a', 'b', 'c']);
  });

  it('is who was COMPLIANT and has the only earlier result', () => {
    expect(newOnes({ a: used(lastRun) }, a)).toEqual(['a']);
  });

  it('is who had no earlier result beside others who had', () => {
    expect(newOnes({ a: unused(lastRun), b: unused(lastRun) }, { ...a, ...b, ...c })).toEqual([
      'c',
    ]);
  });

  it('excludes users who are not NON_COMPLIANT now, whatever they were before', () => {
    const earlier = { a: unused(change), b: used(lastRun) };
    expect(newOnes(earlier, { a: 'COMPLIANT', b: 'NOT_APPLICABLE' })).toEqual([]);
  });

  it('excludes users that the last scheduled run found, even if others share its instant', () => {
    const earlier = { a: unused(lastRun), b: unused(lastRun), c: used(lastRun) };
    expect(newOnes(earlier, { ...a, ...b })).toEqual([]);
    expect(newOnes({ a: unused(lastRun), c: used(lastRun) }, a)).toEqual([]);
  });

  it('is who shares an instant with half of the others or fewer, as captures of one moment may', () => {
    const earlier = { a: unused(change), b: unused(change), c: used(lastRun), d: used(lastRun) };
    expect(newOnes(earlier, { ...a, ...b })).toEqual(['a', 'b']);
    const most = { a: unused(lastRun), b: unused(lastRun), c: used(lastRun), d: used(change) };
    expect(newOnes(most, { ...a, ...b })).toEqual([]);
  });

  it('is who was made so by a change since, to the millisecond', () => {
    const earlier = { a: unused(lastRun + 1), b: unused(lastRun), c: used(lastRun) };
    expect(newOnes(earlier, { ...a, ...b })).toEqual(['a']);
  });

  it('includes every user who became so only by a change, each at its own instant', () => {
    const earlier = { a: unused(change), b: unused(change + 1), c: unused(change + 2) };
    expect(newOnes(earlier, { ...a, ...b, ...c })).toEqual(['a', 'b', 'c']);
  });

  it('is not the only user there is, who was so before, by whatever run', () => {
    expect(newOnes({ a: unused(lastRun) }, a)).toEqual([]);
  });

  it('is who was so at an instant that AWS Config did not say, even if it is silent on several', () => {
    expect(newOnes({ a: unused(null), b: unused(null) }, { ...a, ...b })).toEqual(['a', 'b']);
  });

  it('keeps the order and the whole of the verdicts', () => {
    const users = [
      { userId: 'b', compliance: 'NON_COMPLIANT', annotation: 'y' },
      { userId: 'a', compliance: 'NON_COMPLIANT', annotation: 'x' },
    ] as const;
    expect(findNewlyNonCompliant(users, new Map())).toEqual(users);
  });
});
