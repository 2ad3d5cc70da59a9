import type { HttpRequest } from '@smithy/types';
import type { LocalAws } from '../../local-aws/server.ts';

/**
 * The requestHandler of an SDK client that gives its HTTP requests to a local account without a
 * connection, which takes half of the time of a test. A request that gets no answer never ends, so tests
 * of timeouts need a connection.
 */
export function withoutConnection({ respond }: LocalAws) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async ({ method, path, headers, body }: HttpRequest) => {
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
      const answer = respond({ method, url: path, headers, body: text });
      if (answer === undefined) return new Promise<never>(() => undefined);
      return {
        response: {
          statusCode: answer.status,
          headers: answer.headers,
          body: Buffer.from(answer.body),
        },
      };
    },
  };
}
