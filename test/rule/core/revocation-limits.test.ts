import { describe, expect, it } from 'vitest';
import { applyLimits, type RevocationLimits } from '../../../rule/core/revocation-limits.ts';
import { now } from '../../builders/account.ts';
import { options } from '../../builders/revocation.ts';

const day = 86_400_000;
const limitsWith = (rest: Parameters<typeof options>[0] = {}): RevocationLimits => {
  const { dryRun, ...limited } = options(rest);
  return { ruleName: 'unused-iam-credentials', options: limited };
};

describe('of a parameter and its limit', () => {
  it.each([
    ['passwordAction', 'Delete', 'Keep', 'Keep'],
    ['passwordAction', 'Keep', 'Delete', 'Keep'],
    ['accessKeyAction', 'Delete', 'Deactivate', 'Deactivate'],
    ['accessKeyAction', 'Keep', 'Deactivate', 'Keep'],
    ['accessKeyAction', 'Deactivate', 'Delete', 'Deactivate'],
    ['neverUsedAccessKeyAction', 'Delete', 'Keep', 'Keep'],
    ['neverUsedAccessKeyAction', 'Deactivate', 'Deactivate', 'Deactivate'],
    ['minimumIdleDays', 1, 30, 30],
    ['minimumIdleDays', 90, 30, 90],
    ['maxRevocationsPerDay', 9_999, 20, 20],
    ['maxRevocationsPerDay', 5, 20, 5],
    ['maxRevocationsPerDay', 0, 20, 20],
    ['maxRevocationsPerDay', 5, 0, 5],
    ['maxRevocationsPerDay', 0, 0, 0],
    ['enforceFrom', now - day, now, now],
    ['enforceFrom', now + day, now, now + day],
  ] as const)('the stricter counts: %s %s, limit %s: %s', (name, given, limit, counts) => {
    const limited = applyLimits(options({ [name]: given }), limitsWith({ [name]: limit }));
    expect(limited.options[name]).toBe(counts);
    expect(limited.held.length).toBe(counts === given ? 0 : 1);
  });
});

it('a text names each limit that replaced what was given', () => {
  const given = options({ accessKeyAction: 'Delete', minimumIdleDays: 1, maxRevocationsPerDay: 0 });
  expect(applyLimits(given, limitsWith({ enforceFrom: Date.UTC(2027, 0, 31) })).held).toEqual([
    'the deployment limits AccessKeyAction to Deactivate (given: Delete)',
    'the deployment limits MinimumIdleDays to 30 (given: 1)',
    'the deployment limits MaxRevocationsPerDay to 20 (given: 0)',
    'the deployment limits EnforceFrom to 2027-01-31 (given: 2000-01-01)',
  ]);
});

it('a dry run stays one', () => {
  expect(applyLimits(options({ dryRun: true }), limitsWith()).options.dryRun).toBe(true);
});
