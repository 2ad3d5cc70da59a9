import { type Call, requireText } from '../call.ts';
import { awsError, type Input } from '../protocol.ts';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;

/** Reads a REST request for the one operation of Lambda here; undefined for any other request. */
export function parseRest(
  method: string,
  url: string,
): { operation: string; input: Input } | undefined {
  const [path = ''] = url.split('?');
  const [, name] = PATH.exec(path) ?? [];
  if (method !== 'GET' || name === undefined) return undefined;
  return {
    operation: 'GetFunctionConfiguration',
    input: { FunctionName: decodeURIComponent(name) },
  };
}

/** Describes a function. */
export function getFunctionConfiguration(call: Call): Input {
  const { account } = call;
  const FunctionName = requireText(call, 'FunctionName', 140);
  const FunctionArn = `arn:${account.partition}:lambda:us-east-1:${account.accountId}:function:${FunctionName}`;
  const known = account.functions?.get(FunctionName);
  if (known === undefined) {
    throw awsError('ResourceNotFoundException', `Function not found: ${FunctionArn}`, 404);
  }
  const { description: Description, state: State = 'Active', stateReason: StateReason } = known;
  const { lastUpdateStatus: LastUpdateStatus = 'Successful' } = known;
  return {
    ...{ FunctionName, FunctionArn, Description, State, StateReason, LastUpdateStatus },
    ...{ Runtime: 'nodejs24.x', Handler: 'index.handler', Version: '$LATEST' },
  };
}
