import type { MiddlewareStack } from '@smithy/types';
import { ExpectedError, messageOf } from '../core/errors.ts';

/**
 * Takes an IAM action (`iam:GetUser`) and a function that makes the request. Gives back its answer.
 * Throws AwsError that names the action, AWS's error code and message, and what to do; the cause is
 * the SDK's error.
 */
export async function callAws<Answer>(
  action: string,
  send: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const code = error instanceof Error ? error.name : 'unknown error';
    throw new ExpectedError(
      'AwsError',
      `${action} failed: ${code}: ${messageOf(error)}${advise(code, action)}`,
      { cause: error },
    );
  }
}

function advise(code: string, action: string): string {
  if (/AccessDenied|UnauthorizedOperation|AuthorizationError/u.test(code)) {
    return `. Allow ${action} in the role’s policy, and see that no SCP or boundary denies it`;
  }
  if (/Throttl|TooManyRequests|RequestLimitExceeded/u.test(code)) {
    return '. AWS kept throttling; another tool may be using up the account’s rate. Evaluate again later';
  }
  if (/CredentialsProvider|ExpiredToken|InvalidClientTokenId/u.test(code)) {
    return '. Sign in to the account again';
  }
  return '';
}

/** Takes anything thrown by callAws and SDK error names; tells whether AWS answered one of those. */
export function hasAwsCode(error: unknown, ...names: readonly string[]): boolean {
  const cause = error instanceof ExpectedError ? error.cause : error;
  return cause instanceof Error && names.includes(cause.name);
}

/**
 * Takes a field of an AWS answer that AWS always sends, its name, and the action that answered.
 * Gives it back. Throws AwsError when it is missing: nothing is judged by half an answer.
 */
export function present<Value>(value: Value | undefined, field: string, action: string): Value {
  if (value !== undefined) return value;
  throw new ExpectedError('AwsError', `${action} answered without ${field}; expected it always`);
}

/** HTTP requests sent so far by operation, retries included. */
export type RequestCounts = Map<string, number>;

/**
 * Takes an SDK client and the counts to add to. From then on every request that the client sends,
 * retries included, is counted under its operation's name, `GetUser`.
 */
export function countRequests<Input extends object, Output extends object>(
  client: { readonly middlewareStack: MiddlewareStack<Input, Output> },
  counts: RequestCounts,
): void {
  client.middlewareStack.add(
    (next, context) => (input) => {
      const operation = (context.commandName ?? 'unknown').replace(/Command$/u, '');
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      return next(input);
    },
    // The deserialize step lies inside the retries, so that it runs once a request.
    { step: 'deserialize', name: 'countRequests' },
  );
}

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
