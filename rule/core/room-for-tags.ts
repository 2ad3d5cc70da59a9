import { tagValue, type User } from './credentials.ts';
import { ExpectedError } from './errors.ts';
import { revokedTag, revokingTag } from './names.ts';

/** IAM's quota of tags for each user. */
const mostTags = 50;

/** The document changes only users whom it, and the restoration after it, can tag. Throws UserError. */
export function requireRoomForTags({ userName, tags }: User): void {
  const added = [revokingTag, revokedTag].filter((tag) => tagValue(tags, tag) === undefined);
  if (tags.length + added.length <= mostTags) return;
  throw new ExpectedError(
    'UserError',
    `User ${userName} has ${tags.length} tags. IAM allows ${mostTags}, so the tags ${added.join(' and ')} cannot be added. ` +
      'A restoration also needs two tags. Nothing was revoked. Remove tags of the user, then run the document again',
  );
}
