import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { AwsError, call, orNull, required } from './call.ts';

/** A function as Lambda shows it. */
export interface DeployedFunction {
  readonly arn: string;
  readonly description: string;
  readonly state: string;
  readonly stateReason: string | null;
  readonly lastUpdateStatus: string;
  readonly lastUpdateReason: string | null;
  readonly roleArn: string;
  readonly handler: string;
  readonly layerArns: readonly string[];
  /** The environment variables. */
  readonly variables: ReadonlyMap<string, string>;
  /** Where its deployment package can be read for ten minutes. */
  readonly codeUrl: string;
}

/** Reads a function with its configuration and code location; resolves to null if it does not exist. */
export function readFunction(
  lambda: LambdaClient,
  functionName: string,
): Promise<DeployedFunction | null> {
  const command = new GetFunctionCommand({ FunctionName: functionName });
  const answer = call(lambda, command, ({ Configuration, Code }) => {
    const found = required(Configuration, 'Configuration');
    return {
      arn: required(found.FunctionArn, 'FunctionArn'),
      // Lambda leaves out what is empty.
      description: found.Description ?? '',
      state: required(found.State, 'State'),
      stateReason: found.StateReason ?? null,
      lastUpdateStatus: required(found.LastUpdateStatus, 'LastUpdateStatus'),
      lastUpdateReason: found.LastUpdateStatusReason ?? null,
      roleArn: required(found.Role, 'Role'),
      handler: found.Handler ?? '',
      layerArns: (found.Layers ?? []).map(({ Arn = 'without ARN' }) => Arn),
      variables: new Map(Object.entries(found.Environment?.Variables ?? {})),
      codeUrl: required(Code?.Location, 'Code.Location'),
    };
  });
  return orNull(answer, 'ResourceNotFoundException');
}

/** The function's deployment package, a zip. */
export async function downloadCode({ codeUrl }: DeployedFunction): Promise<Uint8Array> {
  const answer = await fetch(codeUrl);
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  throw new AwsError("The download of a function's code failed", `: HTTP ${answer.status}`);
}

/** Whether the function exists; needs less permission than readFunction. */
export async function functionExists(lambda: LambdaClient, functionName: string): Promise<boolean> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
  return (await orNull(call(lambda, command), 'ResourceNotFoundException')) !== null;
}
