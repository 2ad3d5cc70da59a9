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

/** The bundle that `npm run build` wrote. Throws if it is missing. */
export function readBundle(functionName: string): string {
  const name = functionName.replace(`${prefix}-`, '');
  const file = new URL(`../../dist/lambda/${name}/index.js`, import.meta.url);
  if (!existsSync(file)) {
    throw new Error(
      `The code of ${functionName} is missing: there is no dist/lambda/${name}/index.js. Run: npm run build`,
    );
  }
  return readFileSync(file, 'utf8');
}

interface LambdaFunctionProps {
  readonly functionName: string;
  readonly description: string;
  /** The bundle: one CommonJS file, which becomes index.js. */
  readonly code: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Reserved concurrency; empty for none. */
  readonly concurrency?: CfnParameter;
  readonly logRetention: CfnParameter;
  readonly role: Pick<RoleProps, 'name' | 'statements' | 'managedPolicyArns'>;
}

/** A function and its log group. */
export interface LambdaFunction {
  readonly fn: lambda.CfnFunction;
  readonly logGroup: logs.CfnLogGroup;
}

/**
 * The function has a role of its own. Its log group stays after the stack is deleted, since it shows what was
 * revoked and why; its name is generated, so that a new stack does not collide with it.
 */
function createFunction(scope: Construct, id: string, props: LambdaFunctionProps): LambdaFunction {
  const { functionName, description, code, environment = {}, concurrency, role: own } = props;
  const logGroup = new logs.CfnLogGroup(scope, `${id}Log`, {
    retentionInDays: Token.asNumber(props.logRetention.value),
  });
  logGroup.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  const role = createRole(scope, `${id}Role`, {
    ...own,
    description: `Execution role of ${functionName}`,
    service: 'lambda.amazonaws.com',
    statements: [
      allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.attrArn),
      ...own.statements,
    ],
  });
  const fn = new lambda.CfnFunction(scope, id, {
    functionName,
    // The command `doctor` compares the hash with that of a build.
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

interface FunctionsProps {
  readonly logRetention: CfnParameter;
  readonly passwordReaderRole: CfnParameter;
  readonly topic: NotificationTopic;
  readonly publication: Publication;
  readonly concurrentEvaluations: CfnParameter;
}

/** Seconds. Automation does not wait longer for a function. */
const automationWaits = 300;

/** Memory is at least twice what the largest account used (`npm run bench`), since CPU power grows with it. */
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
      description: 'Evaluates for AWS Config whether IAM users have unused credentials',
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
      description: 'Decides which credentials of a user to revoke; changes nothing',
      ...{ memoryMegabytes: 512, timeoutSeconds: automationWaits },
      role: { name: 'PlanRevocation', statements: permissions.planRevocationPermissions },
    }),
    planRestoration: create('planRestoration', {
      id: 'PlanRestoration',
      description: 'Decides which credentials of a user to restore; changes nothing',
      ...{ memoryMegabytes: 256, timeoutSeconds: automationWaits },
      role: { name: 'PlanRestoration', statements: permissions.planRestorationPermissions },
    }),
    issuePassword: create('issuePassword', {
      id: 'IssuePassword',
      description: 'Issues a new password in place of a revoked one and stores it in a secret',
      ...{ memoryMegabytes: 256, timeoutSeconds: automationWaits },
      environment: { PASSWORD_READER_ROLE_ARN: passwordReaderRole.valueAsString },
      role: { name: 'IssuePassword', statements: permissions.issuePasswordPermissions },
    }),
  };
}
