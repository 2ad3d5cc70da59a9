import type { Call } from '../call.ts';
import * as on from './checks.ts';
import type { PolicyRequest } from './evaluate-policy.ts';

/**
 * What AWS checks before it does an operation, by service and operation: each of these requests must be
 * allowed. `*` stands where the service defines no resource for the action, and where it does not say which
 * ARN a request has that names none (recorders, remediations): a policy must then name `*`, which always does.
 *
 * Per the Service Authorization Reference, https://docs.aws.amazon.com/service-authorization/latest/reference/,
 * pages list_awsidentityandaccessmanagementiam, list_awsconfig, list_awssystemsmanager,
 * list_awssecretsmanager, list_amazonsns and list_awslambda.
 */
export const authorizations: Readonly<Record<string, (call: Call) => readonly PolicyRequest[]>> = {
  'iam:GenerateCredentialReport': on.everything,
  'iam:GetCredentialReport': on.everything,
  'iam:GetAccountAuthorizationDetails': on.everything,
  'iam:ListUsers': on.everything,
  'iam:GetUser': on.user,
  'iam:GetLoginProfile': on.user,
  'iam:ListAccessKeys': on.user,
  'iam:GetAccessKeyLastUsed': on.keyOwner,
  'iam:ListAttachedUserPolicies': on.user,
  'iam:GetAccountPasswordPolicy': on.everything,
  'iam:UpdateAccessKey': on.user,
  'iam:DeleteAccessKey': on.user,
  'iam:CreateLoginProfile': on.user,
  'iam:DeleteLoginProfile': on.user,
  'iam:TagUser': on.user,
  'iam:UntagUser': on.user,
  'config:PutEvaluations': on.everything,
  'config:GetComplianceDetailsByConfigRule': on.rule,
  'config:GetResourceConfigHistory': on.everything,
  'config:DescribeConfigRules': on.everything,
  'config:DescribeConfigRuleEvaluationStatus': on.everything,
  'config:DescribeRemediationConfigurations': on.everything,
  'config:DescribeConfigurationRecorders': on.everything,
  'config:DescribeConfigurationRecorderStatus': on.everything,
  'config:StartRemediationExecution': on.everything,
  'ssm:StartAutomationExecution': on.newExecution,
  'ssm:GetAutomationExecution': on.execution,
  'ssm:DescribeAutomationStepExecutions': on.execution,
  'ssm:GetDocument': on.document,
  'ssm:PutParameter': on.newParameter,
  'ssm:GetParameter': (call) => on.parameter(call, 'Name'),
  // The path itself is the resource, and not what is below it.
  'ssm:GetParametersByPath': (call) => on.parameter(call, 'Path'),
  'ssm:GetParameterHistory': (call) => on.parameter(call, 'Name'),
  'ssm:DescribeParameters': on.everything,
  'ssm:AddTagsToResource': (call) => on.parameter(call, 'ResourceId'),
  'ssm:ListTagsForResource': (call) => on.parameter(call, 'ResourceId'),
  'secretsmanager:CreateSecret': on.newSecret,
  'secretsmanager:PutResourcePolicy': on.secret,
  'secretsmanager:PutSecretValue': on.secret,
  'secretsmanager:DescribeSecret': on.secret,
  'secretsmanager:UpdateSecretVersionStage': on.secret,
  'secretsmanager:ListSecrets': on.everything,
  'sns:Publish': on.publication,
  'sns:ListSubscriptionsByTopic': on.topic,
  'lambda:GetFunctionConfiguration': on.lambdaFunction,
};
