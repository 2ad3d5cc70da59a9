import type { MiddlewareStack } from '@smithy/types';

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
