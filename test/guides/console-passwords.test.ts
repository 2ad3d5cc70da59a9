import { expect, it } from 'vitest';
import { compare, daysAgo, rows, whatWeDo } from './guide.ts';

it('guide E (console passwords, 90 and 45 days): the same but for the listed differences', async () => {
  const guide = rows.flatMap((row) => {
    const used = daysAgo(row, 'password_last_used') ?? Number.POSITIVE_INFINITY;
    const isOld = (daysAgo(row, 'user_creation_time') ?? 0) > 90;
    const usesKey = [1, 2].some((slot) => {
      return (daysAgo(row, `access_key_${slot}_last_used_date`) ?? 46) <= 45;
    });
    const isDue = row['password_enabled'] === 'true' && isOld && used > 90 && !usesKey;
    return isDue ? [`${row['user']} password Delete`] : [];
  });
  const { done, lost } = await whatWeDo('console-passwords', {
    ...{ PasswordAction: 'Delete', AccessKeyAction: 'Keep', NeverUsedAccessKeyAction: 'Keep' },
  });
  expect(compare(guide, done)).toEqual({
    both: [
      ...['idle password Delete', 'inactive-key password Delete'],
      'never-used-password password Delete',
    ],
    onlyGuide: ['new-password password Delete', 'reissued-password password Delete'],
    onlyWe: ['used-90-days-ago password Delete'],
  });
  expect(lost).toEqual([]);
});
