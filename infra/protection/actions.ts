/** What changes the records of revocations, which are parameters. */
export const recordActions = [
  'ssm:PutParameter',
  'ssm:DeleteParameter',
  'ssm:DeleteParameters',
  'ssm:AddTagsToResource',
  'ssm:RemoveTagsFromResource',
  'ssm:LabelParameterVersion',
  'ssm:UnlabelParameterVersion',
] as const;

/** What changes the secrets that hold issued passwords, or who may read them; whoever has read one may delete it. */
export const secretActions = [
  'secretsmanager:CreateSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecret',
  'secretsmanager:UpdateSecretVersionStage',
  'secretsmanager:PutResourcePolicy',
  'secretsmanager:DeleteResourcePolicy',
] as const;

/** What runs a function. */
export const invocationActions = ['lambda:InvokeFunction', 'lambda:InvokeAsync'] as const;

/** What changes what a function does, or who may run it. */
export const functionActions = [
  'lambda:CreateFunction',
  'lambda:DeleteFunction',
  'lambda:UpdateFunctionCode',
  'lambda:UpdateFunctionConfiguration',
  'lambda:PublishVersion',
  'lambda:CreateAlias',
  'lambda:UpdateAlias',
  'lambda:DeleteAlias',
  'lambda:AddPermission',
  'lambda:RemovePermission',
  'lambda:PutFunctionConcurrency',
  'lambda:DeleteFunctionConcurrency',
  'lambda:PutProvisionedConcurrencyConfig',
  'lambda:PutFunctionEventInvokeConfig',
  'lambda:UpdateFunctionEventInvokeConfig',
  'lambda:DeleteFunctionEventInvokeConfig',
  'lambda:CreateFunctionUrlConfig',
  'lambda:UpdateFunctionUrlConfig',
  'lambda:DeleteFunctionUrlConfig',
  'lambda:PutFunctionCodeSigningConfig',
  'lambda:PutFunctionRecursionConfig',
  'lambda:PutFunctionScalingConfig',
  'lambda:PutRuntimeManagementConfig',
] as const;

/** What changes what a document does, or who may use it. */
export const documentActions = [
  'ssm:CreateDocument',
  'ssm:DeleteDocument',
  'ssm:UpdateDocument',
  'ssm:UpdateDocumentDefaultVersion',
  'ssm:ModifyDocumentPermission',
] as const;

/** What changes what a role may do, or who may act under it. */
export const roleActions = [
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:UpdateRole',
  'iam:UpdateRoleDescription',
  'iam:UpdateAssumeRolePolicy',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:AttachRolePolicy',
  'iam:DetachRolePolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:DeleteRolePermissionsBoundary',
  'iam:TagRole',
  'iam:UntagRole',
  // Whoever passes a role to a document or function of his own acts under it.
  'iam:PassRole',
] as const;

/** What changes a stack, for which CloudFormation uses the role that made it, whoever asks. */
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
