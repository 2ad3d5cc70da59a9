import { existsSync, readFileSync } from 'node:fs';
import {
  type CfnParameter,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  Token,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { contentHash } from '../../remediation-docs/documents.ts';
import { functionNames, prefix } from '../../rule/core/names.ts';
import { choose, isGiven } from '../shared/conditions.ts';
import { allow, createRole, type RoleProps } from '../shared/roles.ts';
import type { NotificationTopic, Publication } from './messages.ts';
import * as permissions from './permissions.ts';

/** Takes a function's name. Gives back its bundle's text, as `npm run build` wrote it. Throws where it is missing. */
export function readBundle(functionName: string): string {
  const name = functionName.replace(`${prefix}-`, '');
  const file = new URL(`../../dist/lambda/${name}/index.js`, import.meta.url);
  if (!existsSync(file)) {
    throw new Error(
      `The code of ${functionName} is not built: dist/lambda/${name}/index.js is missing. Run: npm run build`,
    );
  }
  return readFileSync(file, 'utf8');
}

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

/** The functions of an account. */
export type Functions = Readonly<Record<keyof typeof functionNames, LambdaFunction>>;

/** What the functions are told by the stack's parameters. */
export interface FunctionsProps {
  readonly logRetention: CfnParameter;
  readonly passwordReaderRole: CfnParameter;
  readonly topic: NotificationTopic;
  readonly publication: Publication;
  readonly concurrentEvaluations: CfnParameter;
}

/** Automation waits no longer for a function (seconds). */
const automationWaits = 300;

/**
 * Takes a stack and what the functions are told. Makes all four. Memory (megabytes) is at least twice what the largest
 * account took, since processors come with it: see npm run bench.
 */
export function createFunctions(scope: Construct, props: FunctionsProps): Functions {
  const { logRetention, passwordReaderRole, topic, publication, concurrentEvaluations } = props;
  const create = (
    name: keyof typeof functionNames,
    {
      id,
      description,
      ...rest
    }: Omit<Parameters<typeof createFunction>[2], 'functionName' | 'code' | 'logRetention'> & {
      id: string;
    },
  ) => {
    const functionName = functionNames[name];
    const code = readBundle(functionName);
    return createFunction(scope, id, { functionName, code, description, logRetention, ...rest });
  };
  return {
    evaluate: create('evaluate', {
      id: 'Evaluate',
      description: 'Judges IAM users for AWS Config by whether their credentials are unused',
      ...{ memoryMegabytes: 512, timeoutSeconds: 900, concurrency: concurrentEvaluations },
      environment: { NOTIFICATION_TOPIC_ARN: topic.arn.toString() },
      role: {
        ...publication,
        name: 'Evaluate',
        statements: [...permissions.evaluatePermissions, ...publication.statements],
      },
    }),
    planRevocation: create('planRevocation', {
      id: 'PlanRevocation',
      description: 'Decides what of a user is to be revoked; changes nothing',
      ...{ memoryMegabytes: 512, timeoutSeconds: automationWaits },
      role: { name: 'PlanRevocation', statements: permissions.planRevocationPermissions },
    }),
    planRestoration: create('planRestoration', {
      id: 'PlanRestoration',
      description: 'Decides what of a user is to be restored; changes nothing',
      ...{ memoryMegabytes: 256, timeoutSeconds: automationWaits },
      role: { name: 'PlanRestoration', statements: permissions.planRestorationPermissions },
    }),
    issuePassword: create('issuePassword', {
      id: 'IssuePassword',
      description: 'Issues a password in place of one that was revoked, and keeps it in a secret',
      ...{ memoryMegabytes: 256, timeoutSeconds: automationWaits },
      environment: { PASSWORD_READER_ROLE_ARN: passwordReaderRole.valueAsString },
      role: { name: 'IssuePassword', statements: permissions.issuePasswordPermissions },
    }),
  };
}
