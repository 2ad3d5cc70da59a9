import { type LocalAccount, userArn } from '../account.ts';
import { type AwsError, awsError, type Call, commonError } from '../protocol.ts';
import { requestTags, resourceTags } from './context.ts';
import {
  evaluatePolicies,
  listMatches,
  type Policy,
  type PolicyMatch,
  type PolicyRequest,
  readPolicies,
} from './policy.ts';

type Checks = readonly PolicyRequest[];

/** Of an operation without resource-level permissions. */
export function everything(call: Call): Checks {
  return on(call, '*');
}

/** Of the user that a request names, path included; what does not exist has no path and no tags. */
export function user(call: Call): Checks {
  const name = textOf(call, 'UserName');
  const known = call.account.users.find(({ userName }) => userName === name);
  const arn = known ? userArn(call.account, known) : arnOf(call.account, 'iam', `user/${name}`);
  return on(call, arn, { ...resourceTags(known?.tags), ...requestTags(call) });
}

/** Of the user whose access key a request names; of all users where nobody has it. */
export function keyOwner(call: Call): Checks {
  const id = textOf(call, 'AccessKeyId');
  const owner = call.account.users.find(({ accessKeys }) =>
    accessKeys.some(({ accessKeyId }) => accessKeyId === id),
  );
  const arn = owner ? userArn(call.account, owner) : arnOf(call.account, 'iam', 'user/*');
  return on(call, arn, resourceTags(owner?.tags));
}

/** Of a rule. Its ARN has its name here, and an ID that AWS Config makes there. */
export function rule(call: Call): Checks {
  return on(call, arnOf(call.account, 'config', `config-rule/${textOf(call, 'ConfigRuleName')}`));
}

/** Of a document. */
export function document(call: Call): Checks {
  return on(call, arnOf(call.account, 'ssm', `document/${textOf(call, 'Name')}`));
}

/**
 * Of a document that is started, with the role that it is given: whoever starts it passes that to Automation.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html
 */
export function newExecution(call: Call): Checks {
  const { DocumentName, DocumentVersion = '$DEFAULT' } = call.input;
  const definition = `automation-definition/${DocumentName}:${DocumentVersion}`;
  const given = Object(call.input['Parameters'])['AutomationAssumeRole'];
  const context = { 'iam:PassedToService': 'ssm.amazonaws.com' };
  const pass = { action: 'iam:PassRole', resource: String(given), context };
  const start = on(call, arnOf(call.account, 'ssm', definition));
  return given === undefined ? start : [...start, pass];
}

/** Of an Automation execution. */
export function execution(call: Call): Checks {
  const id = textOf(call, 'AutomationExecutionId');
  return on(call, arnOf(call.account, 'ssm', `automation-execution/${id}`));
}

/**
 * Of the parameter, or path, that a member of the request names.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 */
export function parameter(call: Call, member: string): Checks {
  const name = textOf(call, member);
  const tags = [...(call.account.parameters.get(name)?.tags ?? [])];
  const existing = resourceTags(tags.map(([Key, Value]) => ({ Key, Value })));
  const resource = arnOf(call.account, 'ssm', `parameter/${name.replace(/^\//, '')}`);
  return on(call, resource, { ...existing, ...requestTags(call) });
}

/** Of a parameter that is written. */
export function newParameter(call: Call): Checks {
  const overwrite = { 'ssm:Overwrite': String(call.input['Overwrite'] === true) };
  const put = parameter(call, 'Name').map((check) => ({
    ...check,
    context: { ...check.context, ...overwrite },
  }));
  return withTagging(put, 'ssm:AddTagsToResource');
}

/**
 * Of an existing secret, whose ARN ends with six characters; of a missing one as it was asked for, since what
 * AWS makes of a mere name is not known, and a role may not rely on it.
 */
export function secret(call: Call): Checks {
  const id = textOf(call, 'SecretId');
  const secrets = [...call.account.secrets.values()];
  const known = secrets.find(({ arn, name }) => [arn, arn.slice(0, -7), name].includes(id));
  return on(call, known?.arn ?? id, resourceTags(known?.tags));
}

/**
 * Of a secret that is made, under the ARN that it will have: an ARN without the six characters does not do,
 * as tried at https://github.com/iann0036/iam-dataset/pull/22.
 */
export function newSecret(call: Call): Checks {
  const arn = arnOf(call.account, 'secretsmanager', `secret:${textOf(call, 'Name')}-AbCdEf`);
  return withTagging(on(call, arn, requestTags(call)), 'secretsmanager:TagResource');
}

/** Of a topic. */
export function topic(call: Call): Checks {
  return on(call, textOf(call, 'TopicArn'));
}

/**
 * Of a topic, and of its key, which SNS uses in the publisher's name.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
 */
export function publication(call: Call): Checks {
  const topicArn = textOf(call, 'TopicArn');
  const key = call.account.topicKeys?.get(topicArn);
  const context = { 'kms:EncryptionContext:aws:sns:topicArn': topicArn };
  const actions = key === undefined ? [] : ['kms:GenerateDataKey', 'kms:Decrypt'];
  return [...topic(call), ...actions.map((action) => ({ action, resource: String(key), context }))];
}

/** Of a function. */
export function lambdaFunction(call: Call): Checks {
  return on(call, arnOf(call.account, 'lambda', `function:${textOf(call, 'FunctionName')}`));
}

/** Of a function that Automation invokes by its ARN, or by its name in the account. */
export function invocation(account: LocalAccount, name: string): Checks {
  const resource = name.startsWith('arn:') ? name : arnOf(account, 'lambda', `function:${name}`);
  return [{ action: 'lambda:InvokeFunction', resource, context: {} }];
}

function on(call: Call, resource: string, context: PolicyRequest['context'] = {}): Checks {
  return [{ action: `${call.service}:${call.operation}`, resource, context }];
}

// Tags in the request that makes something need the permission to tag as well.
function withTagging(checks: Checks, action: string): Checks {
  const tagged = checks.filter(({ context }) => 'aws:TagKeys' in context);
  return [...checks, ...tagged.map((check) => ({ ...check, action }))];
}

// Nothing has validated the request yet.
function textOf(call: Call, member: string): string {
  return String(call.input[member] ?? '');
}

function arnOf(account: LocalAccount, service: string, resource: string): string {
  const region = service === 'iam' ? '' : 'us-east-1';
  return `arn:${account.partition}:${service}:${region}:${account.accountId}:${resource}`;
}

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
  'iam:GenerateCredentialReport': everything,
  'iam:GetCredentialReport': everything,
  'iam:GetAccountAuthorizationDetails': everything,
  'iam:ListUsers': everything,
  'iam:GetUser': user,
  'iam:GetLoginProfile': user,
  'iam:ListAccessKeys': user,
  'iam:GetAccessKeyLastUsed': keyOwner,
  'iam:ListAttachedUserPolicies': user,
  'iam:GetAccountPasswordPolicy': everything,
  'iam:UpdateAccessKey': user,
  'iam:DeleteAccessKey': user,
  'iam:CreateLoginProfile': user,
  'iam:DeleteLoginProfile': user,
  'iam:TagUser': user,
  'iam:UntagUser': user,
  'config:PutEvaluations': everything,
  'config:GetComplianceDetailsByConfigRule': rule,
  'config:GetResourceConfigHistory': everything,
  'config:DescribeConfigRules': everything,
  'config:DescribeConfigRuleEvaluationStatus': everything,
  'config:DescribeRemediationConfigurations': everything,
  'config:DescribeConfigurationRecorders': everything,
  'config:DescribeConfigurationRecorderStatus': everything,
  'config:StartRemediationExecution': everything,
  'ssm:StartAutomationExecution': newExecution,
  'ssm:GetAutomationExecution': execution,
  'ssm:DescribeAutomationStepExecutions': execution,
  'ssm:GetDocument': document,
  'ssm:PutParameter': newParameter,
  'ssm:GetParameter': (call) => parameter(call, 'Name'),
  // The path itself is the resource, and not what is below it.
  'ssm:GetParametersByPath': (call) => parameter(call, 'Path'),
  'ssm:GetParameterHistory': (call) => parameter(call, 'Name'),
  'ssm:DescribeParameters': everything,
  'ssm:AddTagsToResource': (call) => parameter(call, 'ResourceId'),
  'ssm:ListTagsForResource': (call) => parameter(call, 'ResourceId'),
  'secretsmanager:CreateSecret': newSecret,
  'secretsmanager:PutResourcePolicy': secret,
  'secretsmanager:PutSecretValue': secret,
  'secretsmanager:DescribeSecret': secret,
  'secretsmanager:UpdateSecretVersionStage': secret,
  'secretsmanager:GetRandomPassword': everything,
  'secretsmanager:ListSecrets': everything,
  'sns:Publish': publication,
  'sns:ListSubscriptionsByTopic': topic,
  'lambda:GetFunctionConfiguration': lambdaFunction,
};

/**
 * Checks a call, where the account has roles and a role calls; users may do everything. No policies count but
 * the role's own. Throws the service's error for a denial, with AWS's message, and adds to
 * `account.permissionsUsed` what allowed the call, or denied it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function authorize(call: Call): void {
  const { account, caller, service, operation } = call;
  if (account.roles === undefined) return;
  const checksOf = authorizations[`${service}:${operation}`];
  if (checksOf === undefined) {
    throw commonError(service, 'UnknownOperation', `Could not find operation ${operation}`);
  }
  enforce(account, caller, checksOf(call), ({ action }, message) =>
    action.startsWith('kms:')
      ? awsError('KMSAccessDenied', message)
      : commonError(service, 'AccessDenied', message),
  );
}

/** Checks, in the same way, that a caller may run a function of that name or ARN. */
export function authorizeInvocation(account: LocalAccount, caller: string, name: string): void {
  enforce(account, caller, invocation(account, name), denied);
}

/** Checks, in the same way, what a service does on a role's behalf, of which no operation is spoken here. */
export function authorizeAction(
  account: LocalAccount,
  caller: string,
  request: PolicyRequest,
): void {
  enforce(account, caller, [request], denied);
}

const denied = (_: PolicyRequest, message: string) =>
  awsError('AccessDeniedException', message, 403);

/**
 * Lists all that the policies of roles say, as `account.permissionsUsed` would have it: what is in here and
 * not in there, nothing has used. Throws where a policy is not understood.
 */
export function listPermissions(roles: ReadonlyMap<string, readonly Policy[]>): Set<string> {
  const permissions = [...roles].flatMap(([role, policies]) =>
    readPolicies(policies)
      .flatMap(listMatches)
      .map((match) => describePermission(role, match)),
  );
  return new Set(permissions);
}

function describePermission(role: string, match: PolicyMatch): string {
  const { action, resource, effect, statement } = match;
  return `${role} ${action} ${resource} (${effect}, ${statement})`;
}

function enforce(
  account: LocalAccount,
  caller: string,
  checks: readonly PolicyRequest[],
  refuse: (check: PolicyRequest, message: string) => AwsError,
): void {
  const role = findRole(account, caller);
  if (role === undefined) return;
  const decisions = checks.map((check) => {
    const context = { ...check.context, ...role.context };
    return { check, ...evaluatePolicies(role.policies, { ...check, context }) };
  });
  const denied = decisions.find(({ allowed }) => !allowed);
  for (const { by } of denied ? [denied] : decisions) {
    for (const match of by) account.permissionsUsed.add(describePermission(role.name, match));
  }
  if (denied === undefined) return;
  const { action, resource } = denied.check;
  const reason =
    denied.by.length > 0
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const wish = `is not authorized to perform: ${action} on resource: ${resource}`;
  throw refuse(denied.check, `User: ${caller} ${wish} ${reason}`);
}

// A role's path is not in the ARN of its sessions; here it has none.
function findRole({ roles, accountId, partition }: LocalAccount, caller: string) {
  if (roles === undefined || /^arn:[^:]+:iam::\d{12}:user\//.test(caller)) return undefined;
  const session = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;
  const [, owner = '', name = ''] = session.exec(caller) ?? [];
  if (name === '') throw new Error(`The caller is neither a user nor a role's session: ${caller}`);
  const policies = owner === accountId ? (roles.get(name) ?? []) : [];
  const arn = `arn:${partition}:iam::${owner}:role/${name}`;
  const context = { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': owner };
  return { name, policies, context };
}
