import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { call, orNull, required } from './call.ts';

/** A function as Lambda shows it. */
export interface DeployedFunction {
  readonly arn: string;
  readonly description: string;
  readonly state: string;
  readonly stateReason: string | null;
  readonly lastUpdateStatus: string;
  readonly lastUpdateReason: string | null;
}

/** Null if the function does not exist. */
export function readFunction(
  lambda: LambdaClient,
  functionName: string,
): Promise<DeployedFunction | null> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
  const answer = call(lambda, command, (found) => ({
    arn: required(found.FunctionArn, 'FunctionArn'),
    // Lambda leaves out an empty description.
    description: found.Description ?? '',
    state: required(found.State, 'State'),
    stateReason: found.StateReason ?? null,
    lastUpdateStatus: required(found.LastUpdateStatus, 'LastUpdateStatus'),
    lastUpdateReason: found.LastUpdateStatusReason ?? null,
  }));
  return orNull(answer, 'ResourceNotFoundException');
}
