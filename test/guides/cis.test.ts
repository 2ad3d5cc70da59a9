import { expect, it } from 'vitest';
import { activeKeys, compare, daysAgo, rows, whatWeDo } from './guide.ts';

it('guide A (45 days): the same but for the listed differences', async () => {
  const guide = rows.flatMap((row) => {
    const password = row['password_enabled'] === 'true' ? daysAgo(row, 'password_last_used') : 0;
    return [
      ...(password !== undefined && password > 45 ? [`${row['user']} password Delete`] : []),
      ...activeKeys(row).flatMap((slot) => {
        const used = daysAgo(row, `access_key_${slot}_last_used_date`);
        if (used === undefined) return [`${row['user']} key ${slot} Delete`];
        return used > 45 ? [`${row['user']} key ${slot} Deactivate`] : [];
      }),
    ];
  });
  const { done, lost } = await whatWeDo('cis', {
    ...{ PasswordAction: 'Delete', AccessKeyAction: 'Deactivate' },
    NeverUsedAccessKeyAction: 'Delete',
  });
  expect(compare(guide, done)).toEqual({
    both: [
      ...['idle key 1 Deactivate', 'idle password Delete', 'inactive-key password Delete'],
      ...['key-used password Delete', 'never-used-key key 1 Delete'],
      'used-90-days-ago password Delete',
    ],
    onlyGuide: [
      ...['new-key key 1 Delete', 'reissued-password password Delete'],
      'rotated-key key 1 Deactivate',
    ],
    onlyWe: ['never-used-password password Delete', 'used-45-days-ago password Delete'],
  });
  expect(lost).toEqual(['never-used-key key 1']);
});
