import { type LocalAccount, type LocalUser, userArn } from '../account.ts';
import type { Call } from '../call.ts';
import { type AwsError, awsError, commonError } from '../protocol.ts';
import { aggregatorArn } from '../services/config-aggregator.ts';
import { groupArn } from '../services/iam-permissions.ts';
import {
  evaluatePolicies,
  listStatements,
  type Policy,
  type PolicyMatch,
  type PolicyRequest,
} from './policy.ts';

type Checks = readonly PolicyRequest[];

/**
 * Checks a call against the policies of the calling role; users may do everything, and so may everyone
 * if the account has no roles. Throws the service's own error for a denial, with AWS's message. Adds the
 * statements that allowed or denied the call to `account.permissionsUsed`.
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

/** Checks that a caller may invoke a function, given by its name or ARN. */
export function authorizeInvocation(account: LocalAccount, caller: string, name: string): void {
  enforce(account, caller, invocation(account, name), denied);
}

/** Checks an action that a service takes on behalf of a role, and for which the local account has no operation. */
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
 * Every permission in the policies of roles, written as in `account.permissionsUsed`: the difference of the
 * two is what nothing has used. Throws for a policy that is not supported here.
 */
export function listPermissions(roles: ReadonlyMap<string, readonly Policy[]>): Set<string> {
  const permissions = [...roles].flatMap(([role, policies]) =>
    listStatements(policies).map((match) => describePermission(role, match)),
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

// The ARN of a session does not carry the role's path; roles have no path here.
function findRole({ roles, accountId, partition }: LocalAccount, caller: string) {
  if (roles === undefined || /^arn:[^:]+:iam::\d{12}:user\//.test(caller)) return undefined;
  const session = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;
  const [, owner = '', name = ''] = session.exec(caller) ?? [];
  if (name === '')
    throw new Error(
      `Expected the ARN of a user or of a role's session as the caller, found ${caller}`,
    );
  const policies = owner === accountId ? (roles.get(name) ?? []) : [];
  const arn = `arn:${partition}:iam::${owner}:role/${name}`;
  const context = { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': owner };
  return { name, policies, context };
}

/**
 * What AWS checks before an operation: each of these requests must be allowed. The resource is `*` if the
 * service defines none for the action, or does not say which ARN a request without a name is checked
 * against (recorders, remediations).
 *
 * Per the Service Authorization Reference, https://docs.aws.amazon.com/service-authorization/latest/reference/,
 * pages list_awsidentityandaccessmanagementiam, list_awsconfig, list_awssystemsmanager,
 * list_awssecretsmanager, list_amazonsns, list_awssecuritytokenservice, list_amazoneventbridge and list_awslambda.
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
  // For AllUsers. AWS does not document which ARN it checks.
  'iam:ListServiceSpecificCredentials': everything,
  'iam:ListSSHPublicKeys': user,
  'iam:ListAttachedUserPolicies': user,
  'iam:GetAccountPasswordPolicy': everything,
  'iam:UpdateAccessKey': user,
  'iam:DeleteAccessKey': user,
  'iam:CreateLoginProfile': user,
  'iam:DeleteLoginProfile': user,
  'iam:TagUser': user,
  'iam:UntagUser': user,
  'iam:ListGroupsForUser': user,
  'iam:GetGroup': group,
  'iam:AddUserToGroup': group,
  'iam:RemoveUserFromGroup': group,
  'iam:GetPolicy': (call) => on(call, textOf(call, 'PolicyArn')),
  'iam:GetAccountSummary': everything,
  'iam:AttachUserPolicy': attachment,
  'iam:DetachUserPolicy': attachment,
  'iam:ListUserPolicies': user,
  'iam:GetUserPolicy': user,
  'iam:PutUserPolicy': user,
  'iam:DeleteUserPolicy': user,
  'iam:ListMFADevices': user,
  'iam:DeactivateMFADevice': user,
  'iam:ListRoles': everything,
  'config:PutEvaluations': everything,
  'config:GetComplianceDetailsByConfigRule': rule,
  'config:GetComplianceDetailsByResource': everything,
  'config:GetResourceConfigHistory': everything,
  'config:DescribeConfigRules': everything,
  'config:DescribeConfigRuleEvaluationStatus': everything,
  'config:DescribeRemediationConfigurations': everything,
  'config:DescribeConfigurationRecorders': everything,
  'config:DescribeConfigurationRecorderStatus': everything,
  'config:StartRemediationExecution': everything,
  'config:DescribeConfigurationAggregators': everything,
  'config:DescribeAggregateComplianceByConfigRules': aggregator,
  'config:GetAggregateComplianceDetailsByConfigRule': aggregator,
  'config:SelectAggregateResourceConfig': aggregator,
  'ssm:StartAutomationExecution': newExecution,
  'ssm:GetAutomationExecution': execution,
  'ssm:DescribeAutomationExecutions': everything,
  'ssm:DescribeAutomationStepExecutions': execution,
  'ssm:GetDocument': document,
  'ssm:PutParameter': newParameter,
  'ssm:DeleteParameter': (call) => parameter(call, 'Name'),
  'ssm:GetParameter': (call) => parameter(call, 'Name'),
  // The resource is the path itself, not the parameters below it.
  'ssm:GetParametersByPath': (call) => parameter(call, 'Path'),
  'ssm:GetParameterHistory': (call) => parameter(call, 'Name'),
  'ssm:AddTagsToResource': (call) => parameter(call, 'ResourceId'),
  'ssm:ListTagsForResource': (call) => parameter(call, 'ResourceId'),
  'secretsmanager:CreateSecret': newSecret,
  'secretsmanager:PutResourcePolicy': secret,
  'secretsmanager:PutSecretValue': secret,
  'secretsmanager:GetSecretValue': secret,
  'secretsmanager:DeleteSecret': secret,
  'secretsmanager:DescribeSecret': secret,
  'secretsmanager:UpdateSecretVersionStage': secret,
  'secretsmanager:GetRandomPassword': everything,
  'secretsmanager:ListSecrets': everything,
  'sns:Publish': publication,
  'sns:ListSubscriptionsByTopic': topic,
  'sts:AssumeRole': (call) => on(call, textOf(call, 'RoleArn')),
  'events:PutEvents': eventBus,
  'lambda:GetFunction': lambdaFunction,
  'lambda:GetFunctionConfiguration': lambdaFunction,
};

function aggregator(call: Call): Checks {
  return on(call, aggregatorArn(call.account, textOf(call, 'ConfigurationAggregatorName')));
}

// An operation without resource-level permissions.
function everything(call: Call): Checks {
  return on(call, '*');
}

// A user, with the path; a missing user has neither a path nor tags.
function user(call: Call): Checks {
  const name = textOf(call, 'UserName');
  const known = call.account.users.find(({ userName }) => userName === name);
  const arn = known ? userArn(call.account, known) : arnOf(call.account, 'iam', `user/${name}`);
  return on(call, arn, { ...resourceTags(tagsOf(known)), ...requestTags(call) });
}

// The group alone: neither the user nor the user's tags count.
function group(call: Call): Checks {
  return on(call, groupArn(call.account, textOf(call, 'GroupName')));
}

// A user, and as a condition key the managed policy.
function attachment(call: Call): Checks {
  const policy = { 'iam:PolicyARN': textOf(call, 'PolicyArn') };
  return user(call).map((check) => ({ ...check, context: { ...check.context, ...policy } }));
}

function tagsOf(user: LocalUser | undefined) {
  return user?.authorizationTags ?? user?.tags;
}

// The owner of an access key; all users if it has no owner.
function keyOwner(call: Call): Checks {
  const id = textOf(call, 'AccessKeyId');
  const owner = call.account.users.find(({ accessKeys }) =>
    accessKeys.some(({ accessKeyId }) => accessKeyId === id),
  );
  const arn = owner ? userArn(call.account, owner) : arnOf(call.account, 'iam', 'user/*');
  return on(call, arn, resourceTags(tagsOf(owner)));
}

// A rule. In AWS, its ARN ends with an ID that AWS Config generates. Here it ends with the name.
function rule(call: Call): Checks {
  return on(call, arnOf(call.account, 'config', `config-rule/${textOf(call, 'ConfigRuleName')}`));
}

function document(call: Call): Checks {
  return on(call, arnOf(call.account, 'ssm', `document/${textOf(call, 'Name')}`));
}

/**
 * A document that is started, and the role in its parameters: the caller passes the role to Automation.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-iam.html
 */
function newExecution(call: Call): Checks {
  const { DocumentName, DocumentVersion = '$DEFAULT' } = call.input;
  const definition = `automation-definition/${DocumentName}:${DocumentVersion}`;
  const given = Object(call.input['Parameters'])['AutomationAssumeRole'];
  const context = { 'iam:PassedToService': 'ssm.amazonaws.com' };
  const pass = { action: 'iam:PassRole', resource: String(given), context };
  const start = on(call, arnOf(call.account, 'ssm', definition));
  return given === undefined ? start : [...start, pass];
}

function execution(call: Call): Checks {
  const id = textOf(call, 'AutomationExecutionId');
  return on(call, arnOf(call.account, 'ssm', `automation-execution/${id}`));
}

/**
 * The parameter or path that a member of the request names.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 */
function parameter(call: Call, member: string): Checks {
  const name = textOf(call, member);
  const tags = [...(call.account.parameters.get(name)?.tags ?? [])];
  const existing = resourceTags(tags.map(([Key, Value]) => ({ Key, Value })));
  const resource = arnOf(call.account, 'ssm', `parameter/${name.replace(/^\//, '')}`);
  return on(call, resource, { ...existing, ...requestTags(call) });
}

function newParameter(call: Call): Checks {
  const overwrite = { 'ssm:Overwrite': String(call.input['Overwrite'] === true) };
  const put = parameter(call, 'Name').map((check) => ({
    ...check,
    context: { ...check.context, ...overwrite },
  }));
  return withTagging(put, 'ssm:AddTagsToResource');
}

// An existing secret, by its full ARN; a missing one as the request names it, since AWS does not document
// the ARN that it checks then.
function secret(call: Call): Checks {
  const id = textOf(call, 'SecretId');
  const secrets = [...call.account.secrets.values()];
  const known = secrets.find(({ arn, name }) => [arn, arn.slice(0, -7), name].includes(id));
  return on(call, known?.arn ?? id, resourceTags(known?.tags));
}

// A new secret, by the ARN that it will have: one without the six characters at its end does not match,
// see https://github.com/iann0036/iam-dataset/pull/22.
function newSecret(call: Call): Checks {
  const arn = arnOf(call.account, 'secretsmanager', `secret:${textOf(call, 'Name')}-AbCdEf`);
  return withTagging(on(call, arn, requestTags(call)), 'secretsmanager:TagResource');
}

function topic(call: Call): Checks {
  return on(call, textOf(call, 'TopicArn'));
}

/**
 * A topic, and its key, which SNS uses on behalf of the publisher.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
 */
function publication(call: Call): Checks {
  const topicArn = textOf(call, 'TopicArn');
  const key = call.account.topicKeys?.get(topicArn);
  const context = { 'kms:EncryptionContext:aws:sns:topicArn': topicArn };
  const actions = key === undefined ? [] : ['kms:GenerateDataKey', 'kms:Decrypt'];
  return [...topic(call), ...actions.map((action) => ({ action, resource: String(key), context }))];
}

/**
 * The default event bus, once for each event.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
function eventBus(call: Call): Checks {
  const bus = arnOf(call.account, 'events', 'event-bus/default');
  const entries = Array.isArray(call.input['Entries']) ? call.input['Entries'] : [];
  return entries.flatMap(({ Source }: Record<string, unknown>) =>
    on(call, bus, { 'events:source': String(Source) }),
  );
}

function lambdaFunction(call: Call): Checks {
  return on(call, arnOf(call.account, 'lambda', `function:${textOf(call, 'FunctionName')}`));
}

function invocation(account: LocalAccount, name: string): Checks {
  const resource = name.startsWith('arn:') ? name : arnOf(account, 'lambda', `function:${name}`);
  return [{ action: 'lambda:InvokeFunction', resource, context: {} }];
}

function on(call: Call, resource: string, context: PolicyRequest['context'] = {}): Checks {
  return [{ action: `${call.service}:${call.operation}`, resource, context }];
}

// A request that creates something with tags needs the permission to tag as well.
function withTagging(checks: Checks, action: string): Checks {
  const tagged = checks.filter(({ context }) => 'aws:TagKeys' in context);
  return [...checks, ...tagged.map((check) => ({ ...check, action }))];
}

// The request is not validated yet.
function textOf(call: Call, member: string): string {
  return String(call.input[member] ?? '');
}

function arnOf(account: LocalAccount, service: string, resource: string): string {
  const region = service === 'iam' ? '' : 'us-east-1';
  return `arn:${account.partition}:${service}:${region}:${account.accountId}:${resource}`;
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

function resourceTags(tags: readonly Tag[] = []): PolicyRequest['context'] {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]));
}

function requestTags({ input }: Call): PolicyRequest['context'] {
  const tags = [...readForm(input), ...readJson(input['Tags'])];
  const removed = Object.entries(input).filter(([name]) => /^TagKeys\.member\.\d+$/.test(name));
  const keys = [...tags.map(({ Key }) => Key), ...removed.map(([, key]) => String(key))];
  const values = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value]);
  return keys.length === 0 ? {} : { 'aws:TagKeys': keys, ...Object.fromEntries(values) };
}

function readForm(input: Call['input']): Tag[] {
  return Object.entries(input)
    .filter(([name]) => /^Tags\.member\.\d+\.Key$/.test(name))
    .map(([name, Key]) => ({
      Key: String(Key),
      Value: String(input[name.replace(/Key$/, 'Value')]),
    }));
}

function readJson(tags: unknown): Tag[] {
  if (!Array.isArray(tags)) return [];
  return tags.map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) }));
}
