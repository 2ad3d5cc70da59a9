import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import type { MiddlewareStack } from '@smithy/types';
import type { LocalAccount } from '../../local-aws/account.ts';
import { operations } from '../../local-aws/operations.ts';
import {
  flattenQuery,
  type Input,
  isAwsError,
  isMap,
  type ServiceName,
} from '../../local-aws/protocol.ts';
import { countRequests } from '../../rule/aws/call.ts';
import type { Clients } from '../../rule/aws/clients.ts';

const handlers = new Map(
  operations.map(({ service, operation, handler }) => [`${service}:${operation}`, handler]),
);

/** Performs one operation of the local account at an instant (epoch ms). Throws the service's AwsError. */
export function perform(
  account: LocalAccount,
  service: ServiceName,
  operation: string,
  input: Input,
  now: number,
): Input {
  const handler = handlers.get(`${service}:${operation}`);
  if (handler === undefined) throw new Error(`The local account has no ${service}:${operation}`);
  return handler({
    ...{ service, operation, account, now },
    input: service === 'iam' ? flattenQuery(input) : input,
    caller: `arn:aws:iam::${account.accountId}:role/evaluate`,
    perform: () => {
      throw new Error(`${operation} must not call other operations here`);
    },
    commit: (change) => change(),
    failsEvaluation: () => false,
  });
}

type Stack = MiddlewareStack<object, object>;

/** The part of an SDK command that sending needs. */
interface SentCommand {
  readonly middlewareStack: Stack;
  readonly input: object;
  readonly constructor: { readonly name: string };
}

/**
 * Clients whose requests the local account answers within the process. Answers have the SDK's shapes and pages, and
 * requests are counted as in Lambda, but nothing is serialized. Only the operations that the rule uses work.
 */
export function connectInProcess(
  account: LocalAccount,
  now: () => number,
): Clients<'iam' | 'config'> {
  const requests = new Map<string, number>();
  const sendTo = (service: 'iam' | 'config', clientName: string) => {
    // Every command begins with an empty stack. A client's own would also sign and serialize.
    const command = new GetUserCommand({ UserName: '-' });
    const middlewareStack = command.middlewareStack as unknown as Stack;
    countRequests({ middlewareStack }, requests);
    return async (sent: SentCommand) => {
      const commandName = sent.constructor.name;
      const operation = commandName.replace(/Command$/u, '');
      const answer = async ({ input }: { input: object }) => {
        const output = answerOf(account, service, operation, input, now());
        return { output: { ...output, $metadata: {} }, response: {} };
      };
      const send = middlewareStack
        .concat(sent.middlewareStack)
        .resolve(answer, { clientName, commandName });
      return (await send({ input: sent.input })).output;
    };
  };
  // Paginators take only instances of the SDK's clients.
  const iam: IAMClient = Object.create(IAMClient.prototype, {
    send: { value: sendTo('iam', 'IAMClient') },
  });
  const config: ConfigServiceClient = Object.create(ConfigServiceClient.prototype, {
    send: { value: sendTo('config', 'ConfigServiceClient') },
  });
  return { iam, config, requests };
}

/** The names that the SDK gives to IAM's error codes. */
const errorNames: Readonly<Record<string, string>> = {
  NoSuchEntity: 'NoSuchEntityException',
  ReportNotPresent: 'CredentialReportNotPresentException',
  ReportExpired: 'CredentialReportExpiredException',
  ReportInProgress: 'CredentialReportNotReadyException',
};

function answerOf(
  account: LocalAccount,
  service: ServiceName,
  operation: string,
  input: object,
  now: number,
): object {
  try {
    const members = withoutDates(input);
    return withDates(perform(account, service, operation, isMap(members) ? members : {}, now));
  } catch (error) {
    if (!isAwsError(error)) throw error;
    throw Object.assign(error, { name: errorNames[error.code] ?? error.code });
  }
}

/** A request as the local account reads it: instants in seconds. */
function withoutDates(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withoutDates);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, withoutDates(it)]));
}

const dates = new Set([
  ...['CreateDate', 'PasswordLastUsed', 'LastUsedDate', 'GeneratedTime'],
  ...['OrderingTimestamp', 'ResultRecordedTime'],
]);

/** An answer in the SDK's shape. */
function withDates(answer: Input): object {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [name, memberWithDates(name, value)]),
  );
}

function memberWithDates(name: string, value: unknown): unknown {
  if (typeof value === 'number' && dates.has(name)) return new Date(Math.round(value * 1000));
  if (typeof value === 'string') {
    if (dates.has(name)) return new Date(value);
    return name === 'Content' ? Buffer.from(value, 'base64') : value;
  }
  if (Array.isArray(value)) return value.map((item) => (isMap(item) ? withDates(item) : item));
  return isMap(value) ? withDates(value) : value;
}
