import * as automation from './automation/operations.ts';
import type { Call, Input, ServiceName } from './call.ts';
import * as config from './config.ts';
import * as settings from './config-settings.ts';
import { getDocument } from './documents.ts';
import { getFunctionConfiguration } from './functions.ts';
import * as iam from './iam.ts';
import * as writes from './iam-writes.ts';
import * as ssm from './parameters.ts';
import * as passwords from './passwords.ts';
import { listSecrets } from './secret-list.ts';
import * as secrets from './secrets.ts';
import { listSubscriptions, publish } from './topics.ts';

/** An operation; its handler gives the members of the answer, or throws an AwsError. */
export interface Operation {
  service: ServiceName;
  operation: string;
  handler: (call: Call) => Input;
}

/** Every operation this account speaks, and no other. */
export const operations: readonly Operation[] = [
  { service: 'iam', operation: 'GenerateCredentialReport', handler: iam.generateReport },
  { service: 'iam', operation: 'GetCredentialReport', handler: iam.getReport },
  { service: 'iam', operation: 'GetAccountAuthorizationDetails', handler: iam.listUserDetails },
  { service: 'iam', operation: 'ListUsers', handler: iam.listUsers },
  { service: 'iam', operation: 'GetUser', handler: iam.getUser },
  { service: 'iam', operation: 'GetLoginProfile', handler: passwords.getLoginProfile },
  { service: 'iam', operation: 'ListAccessKeys', handler: iam.listAccessKeys },
  { service: 'iam', operation: 'GetAccessKeyLastUsed', handler: iam.getAccessKeyLastUsed },
  { service: 'iam', operation: 'ListAttachedUserPolicies', handler: iam.listAttachedPolicies },
  { service: 'iam', operation: 'GetAccountPasswordPolicy', handler: passwords.getPasswordPolicy },
  { service: 'iam', operation: 'UpdateAccessKey', handler: writes.updateAccessKey },
  { service: 'iam', operation: 'DeleteAccessKey', handler: writes.deleteAccessKey },
  { service: 'iam', operation: 'CreateLoginProfile', handler: passwords.createLoginProfile },
  { service: 'iam', operation: 'DeleteLoginProfile', handler: passwords.deleteLoginProfile },
  { service: 'iam', operation: 'TagUser', handler: writes.tagUser },
  { service: 'iam', operation: 'UntagUser', handler: writes.untagUser },
  { service: 'config', operation: 'PutEvaluations', handler: config.putEvaluations },
  { service: 'config', operation: 'GetComplianceDetailsByConfigRule', handler: config.listResults },
  { service: 'config', operation: 'GetResourceConfigHistory', handler: config.listItems },
  { service: 'config', operation: 'DescribeConfigRules', handler: config.describeRules },
  {
    service: 'config',
    operation: 'DescribeConfigRuleEvaluationStatus',
    handler: settings.describeEvaluations,
  },
  {
    service: 'config',
    operation: 'DescribeRemediationConfigurations',
    handler: settings.describeRemediations,
  },
  {
    service: 'config',
    operation: 'DescribeConfigurationRecorders',
    handler: settings.describeRecorders,
  },
  {
    service: 'config',
    operation: 'DescribeConfigurationRecorderStatus',
    handler: settings.describeRecorderStatus,
  },
  {
    service: 'config',
    operation: 'StartRemediationExecution',
    handler: automation.startRemediation,
  },
  { service: 'ssm', operation: 'StartAutomationExecution', handler: automation.startAutomation },
  { service: 'ssm', operation: 'GetAutomationExecution', handler: automation.getExecution },
  { service: 'ssm', operation: 'DescribeAutomationStepExecutions', handler: automation.listSteps },
  { service: 'ssm', operation: 'GetDocument', handler: getDocument },
  { service: 'ssm', operation: 'PutParameter', handler: ssm.putParameter },
  { service: 'ssm', operation: 'GetParameter', handler: ssm.getParameter },
  { service: 'ssm', operation: 'GetParametersByPath', handler: ssm.getParametersByPath },
  { service: 'ssm', operation: 'GetParameterHistory', handler: ssm.getParameterHistory },
  { service: 'ssm', operation: 'DescribeParameters', handler: ssm.describeParameters },
  { service: 'ssm', operation: 'AddTagsToResource', handler: ssm.addTags },
  { service: 'ssm', operation: 'ListTagsForResource', handler: ssm.listTags },
  { service: 'secretsmanager', operation: 'CreateSecret', handler: secrets.createSecret },
  { service: 'secretsmanager', operation: 'PutResourcePolicy', handler: secrets.putPolicy },
  { service: 'secretsmanager', operation: 'PutSecretValue', handler: secrets.putValue },
  { service: 'secretsmanager', operation: 'DescribeSecret', handler: secrets.describeSecret },
  { service: 'secretsmanager', operation: 'UpdateSecretVersionStage', handler: secrets.moveStage },
  { service: 'secretsmanager', operation: 'ListSecrets', handler: listSecrets },
  { service: 'sns', operation: 'Publish', handler: publish },
  { service: 'sns', operation: 'ListSubscriptionsByTopic', handler: listSubscriptions },
  { service: 'lambda', operation: 'GetFunctionConfiguration', handler: getFunctionConfiguration },
];
