/** They change the records of revocations, which are parameters. */
export const recordActions = [
  'ssm:PutParameter',
  'ssm:DeleteParameter',
  'ssm:DeleteParameters',
  'ssm:AddTagsToResource',
  'ssm:RemoveTagsFromResource',
  'ssm:LabelParameterVersion',
  'ssm:UnlabelParameterVersion',
] as const;

/** They read a parameter. */
export const readingActions = [
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'ssm:GetParameterHistory',
] as const;

/** They change the secrets that hold issued passwords, or who can read them. The reader can delete a secret. */
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

/** They run a function. */
export const invocationActions = ['lambda:InvokeFunction', 'lambda:InvokeAsync'] as const;

/** They change what a function does, or who can run it. Wildcards, since Lambda has many of them. */
export const functionActions = [
  'lambda:Create*',
  'lambda:Update*',
  'lambda:Delete*',
  'lambda:Put*',
  'lambda:PublishVersion',
  'lambda:AddPermission',
  'lambda:RemovePermission',
] as const;

/** They change what a document does, or who can use it. */
export const documentActions = [
  'ssm:CreateDocument',
  'ssm:DeleteDocument',
  'ssm:UpdateDocument',
  'ssm:UpdateDocumentDefaultVersion',
  'ssm:ModifyDocumentPermission',
] as const;

/** They change what a role can do, or who can assume it. */
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
  // Passing a role to one's own document or function gives its permissions.
  'iam:PassRole',
] as const;

/** They change a managed policy. */
export const policyActions = [
  'iam:CreatePolicy',
  'iam:CreatePolicyVersion',
  'iam:DeletePolicy',
  'iam:DeletePolicyVersion',
  'iam:SetDefaultPolicyVersion',
] as const;

/** They keep an event rule from sending what happens. */
export const eventActions = [
  'events:PutRule',
  'events:DeleteRule',
  'events:DisableRule',
  'events:PutTargets',
  'events:RemoveTargets',
] as const;

/** They keep an alarm from going off, or set it off. */
export const alarmActions = [
  'cloudwatch:PutMetricAlarm',
  'cloudwatch:DeleteAlarms',
  'cloudwatch:DisableAlarmActions',
  'cloudwatch:SetAlarmState',
] as const;

/** They delete a log, or the metrics that are made from it. */
export const logActions = [
  'logs:DeleteLog*',
  'logs:PutRetentionPolicy',
  'logs:PutMetricFilter',
  'logs:DeleteMetricFilter',
] as const;

/** They change a stack. CloudFormation does so with the role that created it, no matter who asks. */
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
