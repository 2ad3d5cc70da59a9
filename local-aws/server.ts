import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { LocalAccount } from './account.ts';
import type { Call } from './call.ts';
import { createFaults, doesNothing, type Fault, neverAnswers } from './faults.ts';
import { operations } from './operations.ts';
import { authorize } from './policy/authorize.ts';
import {
  type AwsError,
  awsError,
  commonError,
  flattenQuery,
  type Input,
  isAwsError,
  isQueryService,
  type Perform,
  parseQuery,
  queryServiceOf,
  renderQuery,
  type ServiceName,
} from './protocol.ts';
import { parseRest } from './services/lambda.ts';

/** A request that was answered; `error` is the error's code, if the answer was an error. */
interface LoggedRequest {
  service: ServiceName;
  operation: string;
  error?: string;
}

/** The requests so far: in order, and counted by operation, failures included. */
interface RequestLog {
  readonly entries: LoggedRequest[];
  readonly counts: Record<string, number>;
  reset(): void;
}

/** An HTTP request; its headers are in lower case, its URL begins with the path. */
interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: string;
}

interface WireAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A running local AWS account. Its account and its faults may be changed at any time. */
export interface LocalAws {
  endpoint: string;
  account: LocalAccount;
  requests: RequestLog;
  faults: Fault[];
  perform: Perform;
  /** Answers a request without a connection; undefined is no answer. */
  respond: (request: WireRequest) => WireAnswer | undefined;
  close(): Promise<void>;
}

interface LocalAwsOptions {
  /** Returns epoch ms; by default the system's clock. */
  clock?: () => number;
  /** Returns the ARN of the caller who owns an access key; by default, the user `operator`. */
  callerOf?: (accessKeyId: string) => string | undefined;
}

type Message = Pick<Call, 'service' | 'operation' | 'input'>;

const JSON_SERVICES = new Map<string, ServiceName>([
  ['StarlingDoveService', 'config'],
  ['AmazonSSM', 'ssm'],
  ['secretsmanager', 'secretsmanager'],
  ['AWSEvents', 'events'],
]);

/** Publishes the client's port for each request that gets no answer. */
export const unanswered = channel('local-aws.unanswered');

/** Serves an account on a free port of loopback. */
export async function startLocalAws(
  account: LocalAccount,
  { clock = Date.now, callerOf = () => undefined }: LocalAwsOptions = {},
): Promise<LocalAws> {
  const faults: Fault[] = [];
  let pending: { at: number; change: () => void }[] = [];
  const requests = createRequestLog();
  const applyFaults = createFaults(faults);

  function attempt(
    message: Message,
    caller: string,
    callee = account,
  ): Input | AwsError | typeof neverAnswers {
    const now = clock();
    const due = pending.filter(({ at }) => at <= now);
    pending = pending.filter(({ at }) => at > now);
    for (const { change } of due) change();
    const commit = (change: () => void, lag = account.iamReadLagMs) => {
      if (lag > 0) pending.push({ at: now + lag, change });
      else change();
    };
    try {
      const failsEvaluation = () => false;
      const context = { caller, account: callee, now, failsEvaluation, perform, commit };
      const call = { ...message, ...context };
      authorize(call);
      const afterFaults = { ...call, failsEvaluation: applyFaults({ ...message, now }) };
      // A fault may have changed what the request acts on.
      authorize(afterFaults);
      return handle(afterFaults);
    } catch (error) {
      if (error === neverAnswers) return neverAnswers;
      if (error === doesNothing) return {};
      return isAwsError(error) ? error : awsError('InternalFailure', String(error), 500);
    }
  }

  function answer(message: Message, caller: string, callee?: LocalAccount) {
    const { service, operation } = message;
    const result = attempt(message, caller, callee);
    const error = isAwsError(result) ? result.code : 'no answer';
    const failed = result === neverAnswers || isAwsError(result);
    requests.entries.push({ service, operation, ...(failed && { error }) });
    return result;
  }

  function perform({ service: name, operation, input, caller }: Parameters<Perform>[0]): Input {
    const service = operations.find((known) => known.service === name)?.service;
    if (service === undefined) throw awsError('UnknownService', `There is no service ${name} here`);
    const result = answer(
      { service, operation, input: isQueryService(service) ? flattenQuery(input) : input },
      caller,
    );
    if (result === neverAnswers) throw awsError('InternalFailure', 'There was no answer', 500);
    if (isAwsError(result)) throw result;
    return result;
  }

  /** The caller, and the account that answers: the assumed role's, or the server's own. */
  function readCaller({ authorization = '' }: IncomingHttpHeaders) {
    const [, accessKeyId = ''] = /Credential=([^/,]+)/.exec(authorization) ?? [];
    const session = account.sessions.get(accessKeyId);
    if (session !== undefined) return { caller: session.arn, callee: session.account };
    const operator = `arn:${account.partition}:iam::${account.accountId}:user/operator`;
    return { caller: callerOf(accessKeyId) ?? operator };
  }

  function respond(request: WireRequest): WireAnswer | undefined {
    const message = parse(request);
    const { service, operation } = message;
    const { caller, callee } = readCaller(request.headers);
    const result = answer(message, caller, callee);
    if (result === neverAnswers) return undefined;
    const status = isAwsError(result) ? result.status : 200;
    const id = randomUUID();
    const isQuery = isQueryService(service);
    const body = isQuery ? renderQuery(service, operation, result, id) : renderJson(result);
    const contentType = isQuery ? 'text/xml' : 'application/x-amz-json-1.1';
    const headers = {
      ...{ 'content-type': contentType, 'x-amzn-requestid': id },
      ...(service === 'lambda' && isAwsError(result) && { 'x-amzn-errortype': result.code }),
    };
    return { status, headers, body };
  }

  // A pause in a test must not close the connections that clients keep open.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const body = await text(request).catch(() => undefined);
    // The client gave up in the middle of its request.
    if (body === undefined) return;
    const { method = '', url = '', headers } = request;
    const answered = respond({ method, url, headers, body });
    if (answered === undefined) return unanswered.publish(request.socket.remotePort);
    response.writeHead(answered.status, answered.headers).end(answered.body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port');

  async function close() {
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
  }
  const endpoint = `http://127.0.0.1:${address.port}`;
  return { endpoint, account, requests, faults, perform, respond, close };
}

function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  return {
    entries,
    get counts() {
      const counts: Record<string, number> = {};
      for (const { operation } of entries) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    reset: () => void entries.splice(0),
  };
}

function parse({ method, url, headers, body }: WireRequest): Message {
  const rest = parseRest(method, url);
  if (rest !== undefined) return { service: 'lambda', ...rest };
  const target = headers['x-amz-target'];
  if (typeof target !== 'string') {
    return { service: queryServiceOf(headers.authorization), ...parseQuery(body) };
  }
  const [prefix = '', operation = ''] = target.split('.');
  const service = JSON_SERVICES.get(prefix);
  const input: Input = JSON.parse(body);
  return service ? { service, operation, input } : { service: 'config', operation: target, input };
}

function handle(call: Call): Input {
  const { service, operation } = call;
  const known = operations.find((row) => row.service === service && row.operation === operation);
  if (known !== undefined) return known.handler(call);
  throw commonError(service, 'UnknownOperation', `Could not find operation ${operation}`);
}

function renderJson(result: Input | AwsError): string {
  if (!isAwsError(result)) return JSON.stringify(result);
  return JSON.stringify({ __type: result.code, message: result.message });
}
