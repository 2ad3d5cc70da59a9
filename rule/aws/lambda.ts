import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { callAws, hasAwsCode, present } from './call.ts';

/** What readFunction calls. */
export const readFunctionActions = ['lambda:GetFunctionConfiguration'] as const;

/** A function as Lambda shows it. */
export interface DeployedFunction {
  readonly arn: string;
  readonly description: string;
  readonly state: string;
  readonly stateReason: string | null;
  readonly lastUpdateStatus: string;
  readonly lastUpdateReason: string | null;
}

/** Takes a Lambda client and a function's name. Gives back the function, or null where there is none. Throws AwsError. */
export async function readFunction(
  lambda: LambdaClient,
  functionName: string,
): Promise<DeployedFunction | null> {
  const [action] = readFunctionActions;
  try {
    const answer = await callAws(action, () =>
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName })),
    );
    return {
      arn: present(answer.FunctionArn, 'FunctionArn', action),
      // Lambda leaves out an empty description.
      description: answer.Description ?? '',
      state: present(answer.State, 'State', action),
      stateReason: answer.StateReason ?? null,
      lastUpdateStatus: present(answer.LastUpdateStatus, 'LastUpdateStatus', action),
      lastUpdateReason: answer.LastUpdateStatusReason ?? null,
    };
  } catch (error) {
    if (hasAwsCode(error, 'ResourceNotFoundException')) return null;
    throw error;
  }
}
