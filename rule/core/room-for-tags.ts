import { tagValue, type User } from './credentials.ts';
import { ExpectedError } from './errors.ts';
import { revokedTag, revokingTag } from './names.ts';

/** IAM's quota of tags for each user. */
const mostTags = 50;

/** Throws UserError unless IAM's quota leaves room for the tags of a revocation, and so for the two tags of its restoration. */
export function requireRoomForTags({ userName, tags }: User): void {
  const added = [revokingTag, revokedTag].filter((tag) => tagValue(tags, tag) === undefined);
  if (tags.length + added.length <= mostTags) return;
  throw new ExpectedError(
    'UserError',
    `User ${userName} has ${tags.length} tags. IAM allows ${mostTags}, so there is no room for the tags ${added.join(' and ')}. ` +
      'A restoration also needs two tags. Nothing was revoked. Remove tags of the user, then run the document again',
  );
}
