import type { CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { functionNames } from '../rule/core/names.ts';
import { readBundle } from './bundle.ts';
import * as permissions from './function-permissions.ts';
import { createFunction, type LambdaFunction } from './lambda-function.ts';
import type { NotificationTopic } from './notification-topic.ts';
import type { Publication } from './publication.ts';

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
