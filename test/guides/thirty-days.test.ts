import { expect, it } from 'vitest';
import { activeKeys, compare, daysAgo, rows, whatWeDo } from './guide.ts';

it('guide D (30 days): the same but for the listed differences', async () => {
  const guide = rows.flatMap((row) => {
    const isUnused = (column: string) => (daysAgo(row, column) ?? Number.POSITIVE_INFINITY) >= 30;
    const password = row['password_enabled'] === 'true' && isUnused('password_last_used');
    const keys = activeKeys(row).filter((slot) => isUnused(`access_key_${slot}_last_used_date`));
    return [
      ...(password ? [`${row['user']} password Replace`] : []),
      ...keys.map((slot) => `${row['user']} key ${slot} Deactivate`),
    ];
  });
  const { done, lost } = await whatWeDo('30-days', {
    ...{ PasswordAction: 'Replace', AccessKeyAction: 'Deactivate' },
    NeverUsedAccessKeyAction: 'Deactivate',
  });
  expect(compare(guide, done)).toEqual({
    both: [
      ...['idle key 1 Deactivate', 'idle password Replace', 'inactive-key password Replace'],
      ...['key-used password Replace', 'never-used-key key 1 Deactivate'],
      ...['never-used-password password Replace', 'used-30-days-ago password Replace'],
      ...['used-45-days-ago password Replace', 'used-90-days-ago password Replace'],
    ],
    onlyGuide: [
      ...['new-key key 1 Deactivate', 'new-password password Replace'],
      ...['reissued-password password Replace', 'rotated-key key 1 Deactivate'],
    ],
    onlyWe: [],
  });
  expect(lost).toEqual([]);
});
