import { type Tag, tagValue } from './credentials.ts';

/** The tag that names the owner of a user, unless the stack names another. */
export const defaultOwnerTag = 'owner';

/** What stands for the owner of a user without the tag: Amazon SNS accepts no empty attribute. */
export const noOwner = 'none';

/** The longest tag value in IAM (characters). */
const longestOwner = 256;

/**
 * The value of the owner tag. Anyone who can tag the user chooses it, so every character that IAM does not document
 * for tags becomes a space. Otherwise it could break a line, a message's template or a filter.
 */
export function ownerOf(tags: readonly Tag[], ownerTag: string): string {
  const value = tagValue(tags, ownerTag) ?? '';
  const clean = value.replace(/[^\p{L}\p{N}_.:/=+\-@]+/gu, ' ').trim();
  return Array.from(clean).slice(0, longestOwner).join('').trim() || noOwner;
}
