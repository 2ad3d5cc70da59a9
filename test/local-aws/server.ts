import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { LocalAccount } from './account.ts';
import type { Call, Input, ServiceName } from './call.ts';
import { type AwsError, awsError, commonError, isAwsError } from './errors.ts';
import { createFaultJudge, type Fault, neverAnswers } from './faults.ts';
import { operations } from './operations.ts';
import { parseQuery, renderQuery } from './query-protocol.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';

/** A running local AWS account. Its account and its faults may be changed at any time. */
export interface LocalAws {
  endpoint: string;
  account: LocalAccount;
  requests: RequestLog;
  faults: Fault[];
  close(): Promise<void>;
}

type Message = Pick<Call, 'service' | 'operation' | 'input'>;

const JSON_SERVICES = new Map<string, ServiceName>([['StarlingDoveService', 'config']]);

/** Serves an account on a free port of loopback; `clock` gives epoch ms, by default the system's. */
export async function startLocalAws(
  account: LocalAccount,
  { clock = Date.now }: { clock?: () => number } = {},
): Promise<LocalAws> {
  const faults: Fault[] = [];
  const requests = createRequestLog();
  const judge = createFaultJudge(faults);

  function answer(message: Message): Input | AwsError | typeof neverAnswers {
    const now = clock();
    try {
      const failsEvaluation = judge({ ...message, now });
      return perform({ ...message, account, now, failsEvaluation });
    } catch (error) {
      if (error === neverAnswers) return neverAnswers;
      return isAwsError(error) ? error : awsError('InternalFailure', String(error), 500);
    }
  }

  // A pause in a test must not close the connections that clients keep.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const sent = await text(request).catch(() => undefined);
    // The client gave up in the middle of its request.
    if (sent === undefined) return;
    const message = parse(request.headers['x-amz-target'], sent);
    const { service, operation } = message;
    const result = answer(message);
    if (result === neverAnswers) {
      requests.entries.push({ service, operation, error: 'no answer' });
      return;
    }
    const error = isAwsError(result) ? result : undefined;
    requests.entries.push({ service, operation, ...(error && { error: error.code }) });
    const id = randomUUID();
    const body = service === 'iam' ? renderQuery(operation, result, id) : renderJson(result);
    const contentType = service === 'iam' ? 'text/xml' : 'application/x-amz-json-1.1';
    const headers = { 'content-type': contentType, 'x-amzn-requestid': id };
    response.writeHead(error?.status ?? 200, headers).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port');

  async function close() {
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
  }
  return { endpoint: `http://127.0.0.1:${address.port}`, account, requests, faults, close };
}

function parse(target: string | string[] | undefined, body: string): Message {
  if (typeof target !== 'string') return { service: 'iam', ...parseQuery(body) };
  const [prefix = '', operation = ''] = target.split('.');
  const service = JSON_SERVICES.get(prefix);
  const input: Input = JSON.parse(body);
  return service ? { service, operation, input } : { service: 'config', operation: target, input };
}

function perform(call: Call): Input {
  const { service, operation } = call;
  const known = operations.find((row) => row.service === service && row.operation === operation);
  if (known !== undefined) return known.handler(call);
  throw commonError(service, 'UnknownOperation', `Could not find operation ${operation}`);
}

function renderJson(result: Input | AwsError): string {
  if (!isAwsError(result)) return JSON.stringify(result);
  return JSON.stringify({ __type: result.code, message: result.message });
}
