import { ExpectedError } from '../core/errors.ts';
import { callAws } from './call-aws.ts';

/** What an IAM answer says of further pages. */
interface Page {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/**
 * Takes the pages of an SDK paginator over an IAM operation, its action, and what to take of a page.
 * Gives back all items. Throws AwsError, also when a page lacks its items or says that there are more
 * without saying where: half a listing must not pass for a whole one.
 */
export function readPages<Answer extends Page, Item>(
  action: string,
  pages: AsyncIterable<Answer>,
  itemsOf: (page: Answer) => readonly Item[],
): Promise<Item[]> {
  return callAws(action, async () => {
    const items: Item[] = [];
    for await (const page of pages) {
      items.push(...itemsOf(page));
      if (page.IsTruncated === true && !page.Marker) {
        const message = `${action} answered that there are more, without a Marker; expected one`;
        throw new ExpectedError('AwsError', message);
      }
    }
    return items;
  });
}
