import type { Call } from './call.ts';
import type { Input, ServiceName } from './protocol.ts';
import * as config from './services/config.ts';
import * as configAggregator from './services/config-aggregator.ts';
import * as events from './services/events.ts';
import * as iam from './services/iam.ts';
import * as iamPermissions from './services/iam-permissions.ts';
import * as lambda from './services/lambda.ts';
import * as secrets from './services/secrets.ts';
import * as sns from './services/sns.ts';
import * as ssm from './services/ssm.ts';
import * as sts from './services/sts.ts';

/** An operation. Its handler returns the members of the answer, or throws an AwsError. */
interface Operation {
  service: ServiceName;
  operation: string;
  handler: (call: Call) => Input;
}

/** The operations of the local account. */
export const operations: readonly Operation[] = [
  { service: 'iam', operation: 'GenerateCredentialReport', handler: iam.generateReport },
  { service: 'iam', operation: 'GetCredentialReport', handler: iam.getReport },
  { service: 'iam', operation: 'GetAccountAuthorizationDetails', handler: iam.listUserDetails },
  { service: 'iam', operation: 'ListUsers', handler: iam.listUsers },
  { service: 'iam', operation: 'GetUser', handler: iam.getUser },
  { service: 'iam', operation: 'GetLoginProfile', handler: iam.getLoginProfile },
  { service: 'iam', operation: 'ListAccessKeys', handler: iam.listAccessKeys },
  { service: 'iam', operation: 'GetAccessKeyLastUsed', handler: iam.getAccessKeyLastUsed },
  {
    service: 'iam',
    operation: 'ListServiceSpecificCredentials',
    handler: iam.listServiceCredentials,
  },
  { service: 'iam', operation: 'ListSSHPublicKeys', handler: iam.listSshKeys },
  {
    service: 'iam',
    operation: 'ListAttachedUserPolicies',
    handler: iamPermissions.listAttachedPolicies,
  },
  { service: 'iam', operation: 'GetAccountPasswordPolicy', handler: iam.getPasswordPolicy },
  { service: 'iam', operation: 'UpdateAccessKey', handler: iam.updateAccessKey },
  { service: 'iam', operation: 'DeleteAccessKey', handler: iam.deleteAccessKey },
  { service: 'iam', operation: 'CreateLoginProfile', handler: iam.createLoginProfile },
  { service: 'iam', operation: 'DeleteLoginProfile', handler: iam.deleteLoginProfile },
  { service: 'iam', operation: 'TagUser', handler: iam.tagUser },
  { service: 'iam', operation: 'UntagUser', handler: iam.untagUser },
  { service: 'iam', operation: 'ListGroupsForUser', handler: iamPermissions.listGroupsOfUser },
  { service: 'iam', operation: 'GetGroup', handler: iamPermissions.getGroup },
  { service: 'iam', operation: 'AddUserToGroup', handler: iamPermissions.addUserToGroup },
  { service: 'iam', operation: 'RemoveUserFromGroup', handler: iamPermissions.removeUserFromGroup },
  { service: 'iam', operation: 'GetPolicy', handler: iamPermissions.getPolicy },
  { service: 'iam', operation: 'AttachUserPolicy', handler: iamPermissions.attachUserPolicy },
  { service: 'iam', operation: 'DetachUserPolicy', handler: iamPermissions.detachUserPolicy },
  { service: 'iam', operation: 'GetAccountSummary', handler: iamPermissions.getAccountSummary },
  { service: 'iam', operation: 'ListUserPolicies', handler: iamPermissions.listUserPolicies },
  { service: 'iam', operation: 'GetUserPolicy', handler: iamPermissions.getUserPolicy },
  { service: 'iam', operation: 'PutUserPolicy', handler: iamPermissions.putUserPolicy },
  { service: 'iam', operation: 'DeleteUserPolicy', handler: iamPermissions.deleteUserPolicy },
  { service: 'iam', operation: 'ListMFADevices', handler: iamPermissions.listMfaDevices },
  { service: 'iam', operation: 'DeactivateMFADevice', handler: iamPermissions.deactivateMfaDevice },
  { service: 'iam', operation: 'ListRoles', handler: iam.listRoles },
  { service: 'config', operation: 'PutEvaluations', handler: config.putEvaluations },
  { service: 'config', operation: 'GetComplianceDetailsByConfigRule', handler: config.listResults },
  {
    service: 'config',
    operation: 'GetComplianceDetailsByResource',
    handler: config.listResultsOfResource,
  },
  { service: 'config', operation: 'GetResourceConfigHistory', handler: config.listItems },
  { service: 'config', operation: 'DescribeConfigRules', handler: config.describeRules },
  {
    service: 'config',
    operation: 'DescribeConfigRuleEvaluationStatus',
    handler: config.describeEvaluations,
  },
  {
    service: 'config',
    operation: 'DescribeRemediationConfigurations',
    handler: config.describeRemediations,
  },
  {
    service: 'config',
    operation: 'DescribeConfigurationRecorders',
    handler: config.describeRecorders,
  },
  {
    service: 'config',
    operation: 'DescribeConfigurationRecorderStatus',
    handler: config.describeRecorderStatus,
  },
  {
    service: 'config',
    operation: 'StartRemediationExecution',
    handler: ssm.startRemediation,
  },
  {
    service: 'config',
    operation: 'DescribeConfigurationAggregators',
    handler: configAggregator.describeAggregators,
  },
  {
    service: 'config',
    operation: 'DescribeAggregateComplianceByConfigRules',
    handler: configAggregator.listAggregateCompliance,
  },
  {
    service: 'config',
    operation: 'GetAggregateComplianceDetailsByConfigRule',
    handler: configAggregator.listAggregateResults,
  },
  {
    service: 'config',
    operation: 'SelectAggregateResourceConfig',
    handler: configAggregator.selectResources,
  },
  { service: 'ssm', operation: 'StartAutomationExecution', handler: ssm.startAutomation },
  { service: 'ssm', operation: 'GetAutomationExecution', handler: ssm.getExecution },
  { service: 'ssm', operation: 'DescribeAutomationExecutions', handler: ssm.listExecutions },
  { service: 'ssm', operation: 'DescribeAutomationStepExecutions', handler: ssm.listSteps },
  { service: 'ssm', operation: 'GetDocument', handler: ssm.getDocument },
  { service: 'ssm', operation: 'PutParameter', handler: ssm.putParameter },
  { service: 'ssm', operation: 'DeleteParameter', handler: ssm.deleteParameter },
  { service: 'ssm', operation: 'GetParameter', handler: ssm.getParameter },
  { service: 'ssm', operation: 'GetParametersByPath', handler: ssm.getParametersByPath },
  { service: 'ssm', operation: 'GetParameterHistory', handler: ssm.getParameterHistory },
  { service: 'ssm', operation: 'AddTagsToResource', handler: ssm.addTags },
  { service: 'ssm', operation: 'ListTagsForResource', handler: ssm.listTags },
  { service: 'secretsmanager', operation: 'CreateSecret', handler: secrets.createSecret },
  { service: 'secretsmanager', operation: 'PutResourcePolicy', handler: secrets.putPolicy },
  { service: 'secretsmanager', operation: 'PutSecretValue', handler: secrets.putValue },
  { service: 'secretsmanager', operation: 'GetSecretValue', handler: secrets.getValue },
  { service: 'secretsmanager', operation: 'DeleteSecret', handler: secrets.deleteSecret },
  { service: 'secretsmanager', operation: 'DescribeSecret', handler: secrets.describeSecret },
  { service: 'secretsmanager', operation: 'UpdateSecretVersionStage', handler: secrets.moveStage },
  { service: 'secretsmanager', operation: 'GetRandomPassword', handler: secrets.makePassword },
  { service: 'secretsmanager', operation: 'ListSecrets', handler: secrets.listSecrets },
  { service: 'sns', operation: 'Publish', handler: sns.publish },
  { service: 'sns', operation: 'ListSubscriptionsByTopic', handler: sns.listSubscriptions },
  { service: 'sts', operation: 'AssumeRole', handler: sts.assumeRole },
  { service: 'events', operation: 'PutEvents', handler: events.putEvents },
  { service: 'lambda', operation: 'GetFunction', handler: lambda.getFunction },
  {
    service: 'lambda',
    operation: 'GetFunctionConfiguration',
    handler: lambda.getFunctionConfiguration,
  },
];
