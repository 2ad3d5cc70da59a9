import type { Client, Command, MetadataBearer, MiddlewareStack } from '@smithy/types';
import { ExpectedError, messageOf, withoutPeriod } from '../core/errors.ts';

/** An AWS call that failed. Its cause is the SDK's error. */
export class AwsError extends ExpectedError {
  /** The action and what went wrong, without AWS's own message, because it may quote the request. */
  readonly summary: string;

  constructor(summary: string, detail: string, options?: ErrorOptions) {
    super('AwsError', `${summary}${detail}`, options);
    this.summary = summary;
  }
}

/** A field that AWS documents as always present is missing. */
class MissingField extends Error {}

/** The action of each class of commands that was sent, for example `iam:GetUser`. */
const actions = new WeakMap<object, string>();

/**
 * Sends one command and reads its answer; `read` may use `required`.
 * Errors are AwsErrors that name the action (`iam:GetUser`) and keep the SDK's error as their cause.
 */
export async function call<
  ClientInput extends object,
  Input extends ClientInput,
  ClientOutput extends MetadataBearer,
  Output extends ClientOutput,
  Configuration,
  Result = Output,
>(
  client: Client<ClientInput, ClientOutput, Configuration>,
  command: Command<ClientInput, Input, ClientOutput, Output, Configuration>,
  read: (answer: Output) => Result = (answer) => answer as unknown as Result,
): Promise<Result> {
  const kind = command.constructor;
  if (!actions.has(kind)) {
    // The SDK's context has both names as text, so they survive minification.
    command.middlewareStack.add(
      (next, { clientName = '', commandName = '' }) => {
        const name = clientName.replace(/(?:Service)?Client$/u, '').toLowerCase();
        const service = name === 'eventbridge' ? 'events' : name;
        actions.set(kind, `${service}:${commandName.replace(/Command$/u, '')}`);
        return next;
      },
      { step: 'initialize', name: 'nameAction' },
    );
  }
  try {
    return read(await client.send(command));
  } catch (error) {
    const action = actions.get(kind) ?? 'AWS';
    if (error instanceof MissingField) {
      const summary = `${action} answered without ${error.message}`;
      throw new AwsError(summary, '; AWS documents it as always present');
    }
    if (error instanceof ExpectedError) throw error;
    const code = error instanceof Error ? error.name : 'unknown error';
    const detail = `: ${withoutPeriod(messageOf(error))}${advise(code, action)}`;
    throw new AwsError(`${action} failed: ${code}`, detail, { cause: error });
  }
}

function advise(code: string, action: string): string {
  if (/AccessDenied|UnauthorizedOperation|AuthorizationError/u.test(code)) {
    return `. Allow ${action} in the caller's policy, and check that no SCP or permissions boundary denies it`;
  }
  if (/Throttl|TooManyRequests|RequestLimitExceeded/u.test(code)) {
    return ". AWS kept throttling requests; another tool may use up the account's request rate. Try again later";
  }
  if (/CredentialsProvider|ExpiredToken|InvalidClientTokenId/u.test(code)) {
    return '. Sign in to the account again';
  }
  return '';
}

/** Fails the call whose answer lacks a field that AWS always sends: half an answer is not evaluated. */
export function required<Value>(value: Value | undefined, field: string): Value {
  if (value !== undefined) return value;
  throw new MissingField(field);
}

/**
 * Resolves to null if the call fails with one of these AWS error codes, which mean that the resource does not
 * exist.
 */
export async function orNull<Result>(
  answer: Promise<Result>,
  ...codes: readonly string[]
): Promise<Result | null> {
  try {
    return await answer;
  } catch (error) {
    if (hasAwsCode(error, ...codes)) return null;
    throw error;
  }
}

/** Whether AWS answered with one of these error codes. */
export function hasAwsCode(error: unknown, ...codes: readonly string[]): boolean {
  const cause = error instanceof ExpectedError ? error.cause : error;
  return cause instanceof Error && codes.includes(cause.name);
}

/** The paging members of IAM's answers. */
interface IamPage {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/**
 * Yields the items of all pages of an SDK paginator, which sends each request by `call`.
 * IAM's answer that there are more items, without saying where, is an AwsError.
 */
export async function* eachItem<
  SdkClient extends { readonly send: (...args: never) => unknown },
  Input,
  Page extends MetadataBearer & IamPage,
  Item,
>(
  client: SdkClient,
  paginate: (config: { client: SdkClient }, input: Input) => AsyncIterable<Page>,
  input: Input,
  itemsOf: (page: Page) => readonly Item[],
): AsyncGenerator<Item> {
  let items: readonly Item[] = [];
  const send = (command: Parameters<typeof call<object, object, Page, Page, unknown>>[1]) =>
    call(client as unknown as Client<object, Page, unknown>, command, (page) => {
      items = itemsOf(page);
      if (page.IsTruncated === true)
        required(page.Marker || undefined, 'the Marker of the next page');
      return page;
    });
  const calling: SdkClient = Object.create(client, { send: { value: send } });
  for await (const _ of paginate({ client: calling }, input)) yield* items;
}

/** Reads a listing to its end. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** HTTP requests sent so far by operation, retries included. */
export type RequestCounts = Map<string, number>;

/** Counts every request that the client sends, retries included, by operation (`GetUser`). */
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
    // The deserialize step lies inside the retries, so it runs once per request.
    { step: 'deserialize', name: 'countRequests' },
  );
}
