import { type LocalAccount, userArn } from '../account.ts';
import type { Call } from '../call.ts';
import type { PolicyRequest } from './evaluate-policy.ts';
import { requestTags, resourceTags } from './request-tags.ts';

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
