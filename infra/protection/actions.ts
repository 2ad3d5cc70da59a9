/** Actions that change the records of revocations, which are parameters. */
export const recordActions = [
  'ssm:PutParameter',
  'ssm:DeleteParameter',
  'ssm:DeleteParameters',
  'ssm:AddTagsToResource',
  'ssm:RemoveTagsFromResource',
  'ssm:LabelParameterVersion',
  'ssm:UnlabelParameterVersion',
] as const;

/** Actions that read a parameter. */
export const readingActions = [
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'ssm:GetParameterHistory',
] as const;

/**
 * Actions that change the secrets of issued passwords, or who can read them. DeleteSecret is not included, because
 * the reader deletes the secret after use.
 */
export const secretActions = [
  'secretsmanager:CreateSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecret',
  'secretsmanager:UpdateSecretVersionStage',
  'secretsmanager:PutResourcePolicy',
  'secretsmanager:DeleteResourcePolicy',
  'secretsmanager:ReplicateSecretToRegions',
  'secretsmanager:RotateSecret',
] as const;

/** Actions that invoke a function. */
export const invocationActions = ['lambda:InvokeFunction', 'lambda:InvokeAsync'] as const;

/**
 * Actions that change what a function does, or who can invoke it. With wildcards, because Lambda has many such
 * actions.
 */
export const functionActions = [
  'lambda:Create*',
  'lambda:Update*',
  'lambda:Delete*',
  'lambda:Put*',
  'lambda:PublishVersion',
  'lambda:AddPermission',
  'lambda:RemovePermission',
] as const;

/** Actions that change what a document does, or who can use it. */
export const documentActions = [
  'ssm:CreateDocument',
  'ssm:DeleteDocument',
  'ssm:UpdateDocument',
  'ssm:UpdateDocumentDefaultVersion',
  'ssm:ModifyDocumentPermission',
] as const;

/** Actions that change what a role can do, or who can assume it. */
export const roleActions = [
  'iam:CreateRole',
  'iam:DeleteRole*',
  'iam:UpdateRole*',
  'iam:UpdateAssumeRolePolicy',
  'iam:PutRole*',
  'iam:AttachRolePolicy',
  'iam:DetachRolePolicy',
  'iam:TagRole',
  'iam:UntagRole',
  // A principal that passes a role to its own document or function gets the role's permissions.
  'iam:PassRole',
] as const;

/** Actions that change a managed policy. */
export const policyActions = [
  'iam:CreatePolicy',
  'iam:CreatePolicyVersion',
  'iam:DeletePolicy',
  'iam:DeletePolicyVersion',
  'iam:SetDefaultPolicyVersion',
] as const;

/** Actions that stop an event rule from sending events. */
export const eventActions = [
  'events:PutRule',
  'events:DeleteRule',
  'events:DisableRule',
  'events:PutTargets',
  'events:RemoveTargets',
] as const;

/** Actions that suppress or trigger an alarm. */
export const alarmActions = [
  'cloudwatch:PutMetricAlarm',
  'cloudwatch:DeleteAlarms',
  'cloudwatch:DisableAlarmActions',
  'cloudwatch:SetAlarmState',
] as const;

/** Actions that delete a log, or the metrics that are made from it. */
export const logActions = [
  'logs:DeleteLog*',
  'logs:PutRetentionPolicy',
  'logs:PutMetricFilter',
  'logs:DeleteMetricFilter',
] as const;

/**
 * Actions that change a stack. CloudFormation uses the role that created the stack, no matter who sends the
 * request.
 */
export const stackActions = [
  'cloudformation:UpdateStack',
  'cloudformation:DeleteStack',
  'cloudformation:ExecuteChangeSet',
  'cloudformation:ExecuteStackRefactor',
  'cloudformation:RollbackStack',
  'cloudformation:ContinueUpdateRollback',
  'cloudformation:CancelUpdateStack',
  'cloudformation:SetStackPolicy',
  'cloudformation:UpdateTerminationProtection',
] as const;
