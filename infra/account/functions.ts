import { existsSync, readFileSync } from 'node:fs';
import {
  type CfnCondition,
  type CfnParameter,
  Fn,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  Stack,
  Token,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { contentHash, describeFunction } from '../../remediation-docs/content-hash.ts';
import { functionNames, prefix, shortName } from '../../rule/core/names.ts';
import {
  type AccountParameterName,
  forwardedParameters,
  ruleParameters,
} from '../parameters/account.ts';
import { choose, isGiven, isTrue } from '../shared/conditions.ts';
import { allow, createRole, type Statement } from '../shared/roles.ts';
import type { NotificationTopic, Publication } from './messages.ts';
import { operatorRoleArn } from './operator-role.ts';
import * as permissions from './permissions.ts';

/** A function and its log group. */
export interface LambdaFunction {
  readonly fn: lambda.CfnFunction;
  readonly logGroup: logs.CfnLogGroup;
}

type FunctionKey = keyof typeof functionNames;

/** The functions of an account. */
export type Functions = Readonly<Record<FunctionKey, LambdaFunction>>;

interface FunctionsProps {
  readonly parameters: Readonly<Record<AccountParameterName, CfnParameter>>;
  readonly topic: NotificationTopic;
  readonly publication: Publication;
}

/** How long Automation waits for a function (seconds). */
const automationWaits = 300;

/** Memory is at least twice what the largest account used (`npm run bench`), since CPU power grows with it. */
export function createFunctions(
  scope: Construct,
  { parameters, topic, publication }: FunctionsProps,
): Functions {
  const create = (name: FunctionKey, props: Omit<LambdaFunctionProps, 'logRetention'>) =>
    createFunction(scope, name, { ...props, logRetention: parameters.LogRetentionDays });
  const PASSWORDS = howPasswordsComeBack(parameters);
  const RULE_PARAMETERS = ruleParametersOf(scope, parameters);
  const NOTIFICATION_TOPIC_ARN = topic.arn.toString();
  const OWNER_TAG = parameters.OwnerTag.valueAsString;
  const publishing = (statements: readonly Statement[]) => ({
    ...publication,
    statements: [...statements, ...publication.statements, permissions.putEvents],
  });
  return {
    evaluate: create('evaluate', {
      description: 'Evaluates for AWS Config whether IAM users have unused credentials',
      ...{ memoryMegabytes: 512, timeoutSeconds: 900 },
      concurrency: parameters.ConcurrentEvaluations,
      environment: {
        CONFIG_RULE_NAME: prefix,
        NOTIFICATION_TOPIC_ARN,
        RULE_PARAMETERS,
        REPORT_UNCHANGED: parameters.ReportUnchanged.valueAsString,
        AUTOMATIC_REMEDIATION: parameters.AutomaticRemediation.valueAsString,
        OWNER_TAG,
        DIGEST_PER_OWNER: parameters.DigestPerOwner.valueAsString,
        WARNING_DAYS: parameters.WarningDays.valueAsString,
      },
      ...publishing(permissions.evaluatePermissions),
    }),
    planRevocation: create('planRevocation', {
      description: 'Decides which credentials of a user to revoke; changes nothing',
      ...{ memoryMegabytes: 512, timeoutSeconds: automationWaits },
      environment: {
        ...{ NOTIFICATION_TOPIC_ARN, OWNER_TAG, PASSWORDS, RULE_PARAMETERS },
        REVOCATION_LIMITS: revocationLimits(scope, parameters, topic),
      },
      ...publishing(permissions.planRevocationPermissions),
    }),
    planRetirement: create('planRetirement', {
      description: 'Decides what to change of an inactive user to retire; changes nothing',
      ...{ memoryMegabytes: 512, timeoutSeconds: automationWaits },
      environment: {
        ...{ NOTIFICATION_TOPIC_ARN, OWNER_TAG, PASSWORDS, RULE_PARAMETERS },
        REVOCATION_LIMITS: revocationLimits(scope, parameters, topic),
      },
      ...publishing(permissions.planRetirementPermissions),
    }),
    planRestoration: create('planRestoration', {
      description: 'Decides which credentials of a user to restore; changes nothing',
      ...{ memoryMegabytes: 256, timeoutSeconds: automationWaits },
      environment: {
        ...{ CONFIG_RULE_NAME: prefix, NOTIFICATION_TOPIC_ARN, OWNER_TAG },
        ...{ PASSWORDS, RULE_PARAMETERS },
        RESTORE_OPERATOR_ARNS: restoreOperators(parameters),
      },
      ...publishing(permissions.planRestorationPermissions),
    }),
    planPurge: create('planPurge', {
      description:
        'Decides which deactivated access keys to delete, and announces them; changes nothing',
      ...{ memoryMegabytes: 512, timeoutSeconds: automationWaits },
      environment: {
        ...{ NOTIFICATION_TOPIC_ARN, OWNER_TAG, RULE_PARAMETERS },
        DIGEST_PER_OWNER: parameters.DigestPerOwner.valueAsString,
        PURGE_LIMITS: purgeLimits(scope, parameters),
      },
      ...publishing(permissions.planPurgePermissions),
    }),
    issuePassword: create('issuePassword', {
      description: 'Issues a new password in place of a revoked one and stores it in a secret',
      ...{ memoryMegabytes: 256, timeoutSeconds: automationWaits },
      environment: {
        ...{ NOTIFICATION_TOPIC_ARN, OWNER_TAG },
        PASSWORD_READER_ROLE_ARN: parameters.PasswordReaderRoleArn.valueAsString,
      },
      ...publishing(permissions.issuePasswordPermissions),
      condition: isGiven(parameters.PasswordReaderRoleArn),
    }),
    restorePermissions: create('restorePermissions', {
      description: 'Gives a user back the groups and policies that a retirement removed',
      ...{ memoryMegabytes: 256, timeoutSeconds: automationWaits },
      environment: {
        ...{ NOTIFICATION_TOPIC_ARN, OWNER_TAG },
        RESTORE_OPERATOR_ARNS: restoreOperators(parameters),
      },
      ...publishing(permissions.restorePermissionsPermissions),
    }),
  };
}

type Parameters = FunctionsProps['parameters'];

/** JSON of the limits of every revocation, by the document's parameters, regardless of who starts it. */
function revocationLimits(
  scope: Construct,
  parameters: Parameters,
  topic: NotificationTopic,
): string {
  const names = Object.keys(forwardedParameters) as (keyof typeof forwardedParameters)[];
  return Stack.of(scope).toJsonString({
    ConfigRuleName: prefix,
    ...Object.fromEntries(names.map((name) => [name, parameters[name].valueAsString])),
    NotificationTopicArn: topic.arn,
  });
}

/** JSON of the limits of every purge, regardless of who starts it. */
function purgeLimits(scope: Construct, parameters: Parameters): string {
  return Stack.of(scope).toJsonString({
    ConfigRuleName: prefix,
    DeleteAfterDays: parameters.DeleteAfterDays.valueAsString,
    MaxRevocationsPerDay: parameters.MaxRevocationsPerDay.valueAsString,
    EnforceFrom: parameters.EnforceFrom.valueAsString,
  });
}

/** How a deleted password can be replaced: issued by a restoration, created by an administrator, or not at all. */
function howPasswordsComeBack({
  PasswordReaderRoleArn,
  PasswordsComeBackByHand,
}: Parameters): string {
  const otherwise = choose(isTrue(PasswordsComeBackByHand), 'ByHand', 'None');
  return choose(isGiven(PasswordReaderRoleArn), 'Issued', otherwise).toString();
}

/**
 * The principals that may start a restoration, including the stack's operators' role. Empty if every principal may.
 */
function restoreOperators({ RestoreOperatorArns, OperatorPrincipalArn }: Parameters): string {
  const given = RestoreOperatorArns.valueAsString;
  const both = Fn.join(',', [given, operatorRoleArn]);
  const withRole = choose(isGiven(OperatorPrincipalArn), both, given);
  return choose(isGiven(RestoreOperatorArns), withRole, '').toString();
}

/**
 * JSON of the rule's parameters; an empty value means that a parameter is not set. Revocations and `doctor` compare
 * them with those of the rule.
 */
function ruleParametersOf(scope: Construct, parameters: FunctionsProps['parameters']): string {
  const names = Object.keys(ruleParameters) as (keyof typeof ruleParameters)[];
  const entries = names.map((name) => [
    `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    parameters[name].valueAsString,
  ]);
  return Stack.of(scope).toJsonString(Object.fromEntries(entries));
}

interface LambdaFunctionProps {
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Reserved concurrency; an empty value means none. */
  readonly concurrency?: CfnParameter;
  readonly logRetention: CfnParameter;
  /** What its role allows besides writing its log. */
  readonly statements: readonly Statement[];
  readonly managedPolicyArns?: readonly string[];
  /** Function, role and log group exist only under this condition. */
  readonly condition?: CfnCondition;
}

/**
 * The function has a role of its own. Its log group stays after the stack is deleted, since it shows what was
 * revoked and why; its name is generated, so that a new stack does not collide with it.
 */
function createFunction(
  scope: Construct,
  name: FunctionKey,
  props: LambdaFunctionProps,
): LambdaFunction {
  const functionName = functionNames[name];
  const id = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const code = readBundle(functionName);
  const { environment, concurrency, managedPolicyArns, condition } = props;
  const logGroup = new logs.CfnLogGroup(scope, `${id}Log`, {
    retentionInDays: Token.asNumber(props.logRetention.value),
  });
  logGroup.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  const role = createRole(scope, `${id}Role`, {
    name: id,
    description: `Execution role of ${functionName}`,
    principal: { Service: 'lambda.amazonaws.com' },
    statements: [
      allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.attrArn),
      ...props.statements,
    ],
    ...(managedPolicyArns === undefined ? {} : { managedPolicyArns }),
    ...(condition === undefined ? {} : { condition }),
  });
  const fn = new lambda.CfnFunction(scope, id, {
    functionName,
    description: describeFunction(props.description, contentHash(code)),
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
    ...(environment === undefined ? {} : { environment: { variables: environment } }),
  });
  if (condition !== undefined) {
    for (const each of [logGroup, fn]) each.cfnOptions.condition = condition;
  }
  return { fn, logGroup };
}

/** The bundle that `npm run build` wrote: one CommonJS file. Throws if it is missing. */
export function readBundle(functionName: string): string {
  const name = shortName(functionName);
  const file = new URL(`../../dist/lambda/${name}/index.js`, import.meta.url);
  if (!existsSync(file)) {
    throw new Error(
      `The code of ${functionName} is missing: there is no dist/lambda/${name}/index.js. Run: npm run build`,
    );
  }
  return readFileSync(file, 'utf8');
}
