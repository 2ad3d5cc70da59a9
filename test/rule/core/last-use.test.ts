import { describe, expect, it } from 'vitest';
import { describeLastUse, describePlace, sendsMail } from '../../../rule/core/last-use.ts';
import { ago } from '../../builders/account.ts';

it('the last use is described as far as it is known', () => {
  const place = { lastUsedService: 's3', lastUsedRegion: 'eu-west-1' };
  expect(describeLastUse({ used: ago(500), ...place })).toBe(
    'last used 2025-07-09 by s3 in eu-west-1',
  );
  expect(describeLastUse({ used: ago(500) })).toBe('last used 2025-07-09');
  expect(describeLastUse({ ...place })).toBe('never used');
  expect(describePlace({ lastUsedRegion: 'eu-west-1' })).toBe('in eu-west-1');
  expect(describePlace({})).toBeNull();
});

describe('a user sends mail', () => {
  const s3 = { lastUsedService: 's3' };

  it.each([
    ['if a key was last used by ses-smtp', 'mail', [s3, { lastUsedService: 'ses-smtp' }], true],
    ['if the SES console made them', 'ses-smtp-user.20230604-140541', [{}], true],
    ['if the name begins like those', 'SES-SMTP-user.payments', [s3], true],
    ['not by another name', 'my-ses-smtp-user.1', [s3], false],
    ['not without an access key', 'ses-smtp-user.20230604-140541', [], false],
  ])('%s', (_, userName, keys, expected) => {
    expect(sendsMail(userName, keys)).toBe(expected);
  });
});
