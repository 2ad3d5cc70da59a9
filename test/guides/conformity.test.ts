import { expect, it } from 'vitest';
import { activeKeys, compare, daysAgo, rows, whatWeDo } from './guide.ts';

it('guide B (90 days): the same but for the listed differences', async () => {
  const guide = rows.flatMap((row) => {
    const idle = (used: string, changed: string) =>
      daysAgo(row, used) ?? daysAgo(row, changed) ?? 0;
    const password = idle('password_last_used', 'password_last_changed');
    const keys = activeKeys(row).filter((slot) => {
      const key = `access_key_${slot}`;
      return idle(`${key}_last_used_date`, `${key}_last_rotated`) >= 90;
    });
    return [
      ...(row['password_enabled'] === 'true' && password >= 90
        ? [`${row['user']} password Delete`]
        : []),
      ...keys.map((slot) => `${row['user']} key ${slot} Delete`),
    ];
  });
  const { done, lost } = await whatWeDo('conformity', {
    ...{ PasswordAction: 'Delete', AccessKeyAction: 'Delete', NeverUsedAccessKeyAction: 'Delete' },
  });
  expect(compare(guide, done)).toEqual({
    both: [
      ...['idle key 1 Delete', 'idle password Delete', 'inactive-key password Delete'],
      ...['key-used password Delete', 'never-used-key key 1 Delete'],
      ...['never-used-password password Delete', 'used-90-days-ago password Delete'],
    ],
    onlyGuide: ['reissued-password password Delete', 'rotated-key key 1 Delete'],
    onlyWe: [],
  });
  expect(lost).toEqual(['idle key 1', 'never-used-key key 1']);
});
