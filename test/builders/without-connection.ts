import type { HttpRequest } from '@smithy/types';
import type { LocalAws } from '../../local-aws/server.ts';
import type { Clients } from '../../rule/aws/clients.ts';

/**
 * The configuration of SDK clients that give their HTTP requests to a local account without a connection
 * and without a signature. A request that gets no answer never ends, so tests of timeouts need a connection.
 */
export function withoutConnection({ endpoint, respond }: LocalAws, accessKeyId = 'AKIALOCAL') {
  return {
    ...{ endpoint, region: 'us-east-1' },
    credentials: { accessKeyId, secretAccessKey: 'local' },
    requestHandler: {
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
    },
    signerConstructor: unsigned(accessKeyId),
  };
}

/** The caller and the service: the only parts of a signature that the local account reads. */
function unsigned(accessKeyId: string) {
  return class Unsigned {
    readonly #service: string;
    constructor({ service }: { readonly service: string }) {
      this.#service = service;
    }
    sign({ headers, ...request }: HttpRequest): Promise<HttpRequest> {
      const scope = `${accessKeyId}/20261121/us-east-1/${this.#service}/aws4_request`;
      const authorization = `AWS4-HMAC-SHA256 Credential=${scope}`;
      return Promise.resolve({ ...request, headers: { ...headers, authorization } });
    }
  };
}

/** What the SDK adds to each request and the local account does not read. */
const unread = [
  ...['getUserAgentMiddleware', 'hostHeaderMiddleware', 'recursionDetectionMiddleware'],
  ...['contentLengthMiddleware', 'loggerMiddleware'],
];

/** The part of a client and of its commands that sending takes. */
interface Sender {
  readonly config: unknown;
  readonly middlewareStack: object;
  send: (command: SentCommand, ...options: readonly unknown[]) => Promise<unknown>;
}

interface SentCommand {
  readonly constructor: object;
  readonly middlewareStack: { readonly identify: () => readonly string[] };
  readonly resolveMiddleware: (stack: object, config: unknown) => Send;
}

type Send = (command: SentCommand) => Promise<{ readonly output: unknown }>;

/**
 * Takes from a client what a request without a connection does not need, and orders its middleware once for each
 * class of commands, not for each command. With the signature, this is most of the time of a request.
 */
export function leanClient(client: {
  readonly middlewareStack: { readonly remove: (name: string) => boolean };
}): void {
  for (const name of unread) client.middlewareStack.remove(name);
  resolveOnce(client as unknown as Sender);
}

/** The same for all clients. */
export function lean<Connected extends Partial<Clients>>(clients: Connected): Connected {
  const { iam, config, ssm, secrets, sns, lambda }: Partial<Clients> = clients;
  for (const client of [iam, config, ssm, secrets, sns, lambda]) {
    if (client !== undefined) leanClient(client);
  }
  return clients;
}

/** The SDK's own setting for this, `cacheMiddleware`, would also repeat the middleware that one command has added. */
function resolveOnce(client: Sender): void {
  const resolved = new Map<object, Send>();
  const sendAlone = client.send.bind(client);
  client.send = async (command, ...options) => {
    const isPlain = options.length === 0 && command.middlewareStack.identify().length === 0;
    if (!isPlain) return sendAlone(command, ...options);
    const send =
      resolved.get(command.constructor) ??
      command.resolveMiddleware(client.middlewareStack, client.config);
    resolved.set(command.constructor, send);
    return (await send(command)).output;
  };
}
