import { describe, expect, it } from 'vitest';
import { costOfAccount, dollars, finely, priceOfEvaluations } from '../../scripts/readme/cost.ts';

describe('the cost', () => {
  it.each([
    [0, '$0.00'],
    [300, '$0.30'],
    [100_000, '$100.00'],
    [100_001, '$100.01'],
    [150_000, '$140.00'],
    [500_000, '$420.00'],
    [500_002, '$420.01'],
    [600_000, '$470.00'],
  ])('of %i evaluations a month is %s: each tier at its own price', (count, expected) => {
    expect(dollars(priceOfEvaluations(count))).toBe(expected);
  });

  it('of an account is that of its evaluations, runs, alarm and metric', () => {
    const cost = costOfAccount(5000, 200_000);
    // 30 runs × 200 s × 0.5 GB × 13,334 billionths, and 30 invocations × 200.
    expect(cost.lambda).toBe(30n * (100n * 13_334n + 200n));
    expect(cost.cloudWatch).toBe(1n * 100_000_000n + 30n * 416_667n);
    expect(cost.total).toBe(cost.evaluations + cost.lambda + cost.cloudWatch);
  });

  it('counts fewer users in proportion, by whole milliseconds', () => {
    expect(costOfAccount(1, 5001).lambda).toBe(costOfAccount(1, 10_000).lambda);
    expect(costOfAccount(500, 200_000).lambda).toBe(30n * (10n * 13_334n + 200n));
  });

  it('is rounded up, never down', () => {
    expect([dollars(1n), dollars(10_000_000n), dollars(10_000_001n)]).toEqual([
      '$0.01',
      '$0.01',
      '$0.02',
    ]);
    expect(dollars(1_234_560_000_000n)).toBe('$1,234.56');
    expect([finely(42_000_000n), finely(1n)]).toEqual(['$0.042', '$0.001']);
  });
});
