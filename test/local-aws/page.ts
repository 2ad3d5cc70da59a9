import { type Call, readText } from './call.ts';
import { commonError } from './errors.ts';

/**
 * Gives the page of `items`, in the order of their keys, that follows the token in the member
 * `tokenName`, and the next token, if any. A token holds the last key given and no position: what
 * is deleted between two pages shifts nothing. A token of another origin is an error.
 */
export function takePage<T>(
  call: Call,
  items: readonly T[],
  keyOf: (item: T) => string,
  { tokenName, limit }: { tokenName: string; limit: number },
): { items: T[]; next: string | undefined } {
  const encode = (key: string) => Buffer.from(`${call.operation} ${key}`).toString('base64url');
  const token = readText(call, tokenName);
  const decoded = Buffer.from(token ?? '', 'base64url').toString();
  const after = decoded.slice(call.operation.length + 1);
  if (token !== undefined && encode(after) !== token) {
    throw commonError(call.service, 'InvalidNextToken', `${tokenName} is not valid`);
  }
  const rest = items
    .map((item) => ({ key: keyOf(item), item }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = rest.slice(0, Math.min(limit, call.account.pageSize ?? limit));
  const last = page.length < rest.length ? page.at(-1) : undefined;
  return { items: page.map(({ item }) => item), next: last && encode(last.key) };
}
