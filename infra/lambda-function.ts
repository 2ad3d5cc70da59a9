import {
  type CfnParameter,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  Token,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { contentHash } from '../remediation-docs/content-hash.ts';
import { choose, isGiven } from './conditions.ts';
import type { RoleProps } from './role.ts';
import { createRole } from './role.ts';
import { allow } from './statement.ts';

/** What one function is made of. */
export interface LambdaFunctionProps {
  readonly functionName: string;
  readonly description: string;
  /** The bundle's text: one CommonJS file, which becomes index.js. */
  readonly code: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** How often it may run at a time; empty for no limit of its own. */
  readonly concurrency?: CfnParameter;
  readonly logRetention: CfnParameter;
  readonly role: Pick<RoleProps, 'name' | 'statements' | 'managedPolicyArns'>;
}

/** A function and where its log lines go. */
export interface LambdaFunction {
  readonly fn: lambda.CfnFunction;
  readonly logGroup: logs.CfnLogGroup;
}

/**
 * Takes a stack, an ID and what the function is made of. Makes it, with a role of its own and a log group
 * under a generated name, which stays when the stack goes: it tells what was revoked, and why.
 */
export function createFunction(
  scope: Construct,
  id: string,
  props: LambdaFunctionProps,
): LambdaFunction {
  const { functionName, description, code, environment = {}, concurrency, role: own } = props;
  const logGroup = new logs.CfnLogGroup(scope, `${id}Log`, {
    retentionInDays: Token.asNumber(props.logRetention.value),
  });
  logGroup.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  const role = createRole(scope, `${id}Role`, {
    ...own,
    description: `Under which ${functionName} runs`,
    service: 'lambda.amazonaws.com',
    statements: [
      allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.attrArn),
      ...own.statements,
    ],
  });
  const fn = new lambda.CfnFunction(scope, id, {
    functionName,
    // The command doctor tells by the end of it whether the function is what a build would deploy.
    description: `${description} (content ${contentHash(code)})`,
    runtime: 'nodejs24.x',
    architectures: ['arm64'],
    handler: 'index.handler',
    code: { zipFile: code },
    role: role.attrArn,
    memorySize: props.memoryMegabytes,
    timeout: props.timeoutSeconds,
    ...(concurrency === undefined
      ? {}
      : {
          reservedConcurrentExecutions: Token.asNumber(
            choose(isGiven(concurrency), concurrency.valueAsString),
          ),
        }),
    loggingConfig: { logGroup: logGroup.ref },
    ...(Object.keys(environment).length === 0 ? {} : { environment: { variables: environment } }),
  });
  return { fn, logGroup };
}
