import { expect, it } from 'vitest';
import { requireRoomForTags } from '../../../rule/core/room-for-tags.ts';
import { coreUser } from '../../builders/core-user.ts';

const [revoking, revoked] = ['unused-iam-credentials:revoking', 'unused-iam-credentials:revoked'];

/** A user with these tags, and others, so that there are `count`. */
function userWith(count: number, keys: readonly string[] = []) {
  const others = Array.from({ length: count - keys.length }, (_, index) => `team-${index}`);
  return coreUser({ tags: [...keys, ...others].map((key) => ({ key, value: 'x' })) });
}

it.each([
  ['48 others', userWith(48)],
  ['the tag of an earlier revocation among 49', userWith(49, [revoked])],
  ['both tags among 50', userWith(50, [revoking, revoked])],
])('a user can be tagged with %s', (_, user) => {
  expect(() => requireRoomForTags(user)).not.toThrow();
});

it.each([
  ['49 others', userWith(49), 49, `tags ${revoking} and ${revoked}`],
  ['the tag of an earlier revocation among 50', userWith(50, [revoked]), 50, `tags ${revoking}`],
])('a user with %s is not changed, and the error says what to do', (_, user, count, which) => {
  expect(() => requireRoomForTags(user)).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message:
        `User someone has ${count} tags. IAM allows 50, so there is no room for the ${which}. ` +
        'A restoration also needs two tags. Nothing was revoked. Remove tags of the user, then run the document again',
    }),
  );
});
