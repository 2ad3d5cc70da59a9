import { describe, expect, it } from 'vitest';
import { evaluatePolicies } from '../../../local-aws/policy/policy.ts';
import { functionNames, pauseParameter } from '../../../rule/core/names.ts';
import {
  accountId,
  central,
  inOrganization,
  ofType,
  propertiesOf,
  resources,
} from '../resolved.ts';
import { allowedActions, inOrder, type Role, roleNamed, rolesOf } from '../roles.ts';

const functionRoles = [
  ...['Evaluate', 'PlanRevocation', 'PlanRetirement', 'PlanRestoration', 'PlanPurge'],
  ...['IssuePassword', 'RestorePermissions'],
];
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${accountId}:${resource}`;
const users = `arn:aws:iam::${accountId}:user/*`;
/** Those of a single account, and those of an account in an organization. */
const [roles, centralRoles] = [rolesOf(resources), rolesOf(inOrganization)];

/** The names of the roles that are allowed any of these actions. */
const allowed = (...actions: readonly string[]) =>
  centralRoles
    .filter((role) => allowedActions(role).some((action) => actions.includes(action)))
    .map(({ name }) => name);

describe('least privilege', () => {
  it('gives each function and each document its own role, and has one role that forwards events in an organization', () => {
    const documentRoles = ['Revoke', 'Retire', 'Restore', 'Purge'];
    expect(roles.map(({ name }) => name)).toEqual([...functionRoles, ...documentRoles]);
    expect(centralRoles.map(({ name }) => name)).toEqual([
      ...functionRoles,
      ...documentRoles,
      'Forward',
    ]);
    const used = [...ofType(resources, 'AWS::Lambda::Function').values()].map(({ Role }) => Role);
    expect(used).toEqual(
      functionRoles.map(
        (name) => `arn:aws:iam::${accountId}:role/UnusedIamCredentials-${name}-us-east-1`,
      ),
    );
  });

  it('lets deciding functions only read, except for evaluations and messages, and lets only the others act for a document', () => {
    const reading = /:(Get|List|Describe)[A-Z]\w*$/u;
    const others = functionRoles.map((name) => {
      const actions = allowedActions(roleNamed(roles, name));
      return [
        name,
        actions.filter((action) => !reading.test(action) && !action.startsWith('logs:')),
      ];
    });
    expect(Object.fromEntries(others)).toEqual({
      // Generating a report changes nothing. It is part of reading one.
      Evaluate: [
        ...['config:PutEvaluations', 'events:PutEvents', 'iam:GenerateCredentialReport'],
        'sns:Publish',
      ],
      PlanRevocation: ['events:PutEvents', 'iam:GenerateCredentialReport', 'sns:Publish'],
      PlanRetirement: ['events:PutEvents', 'iam:GenerateCredentialReport', 'sns:Publish'],
      PlanRestoration: ['events:PutEvents', 'sns:Publish'],
      PlanPurge: ['events:PutEvents', 'iam:GenerateCredentialReport', 'sns:Publish'],
      IssuePassword: [
        'events:PutEvents',
        'iam:CreateLoginProfile',
        ...['CreateSecret', 'PutResourcePolicy', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
          (operation) => `secretsmanager:${operation}`,
        ),
        'sns:Publish',
      ],
      RestorePermissions: [
        'events:PutEvents',
        ...['iam:AddUserToGroup', 'iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
        ...['iam:PutUserPolicy', 'sns:Publish'],
      ],
    });
  });

  it('lets only issue-password create a login profile, only restore-permissions give permissions, and only the documents change the rest of a user', () => {
    const reading = /^iam:(Get|List|Generate)/u;
    const changes = centralRoles.flatMap((role) =>
      allowedActions(role)
        .filter((action) => action.startsWith('iam:') && !reading.test(action))
        .map((action) => `${role.name} ${action}`),
    );
    expect(inOrder(changes)).toEqual([
      'IssuePassword iam:CreateLoginProfile',
      'Purge iam:DeleteAccessKey',
      'Purge iam:TagUser',
      'Purge iam:UntagUser',
      'Restore iam:TagUser',
      'Restore iam:UntagUser',
      'Restore iam:UpdateAccessKey',
      ...['AddUserToGroup', 'AttachUserPolicy', 'DetachUserPolicy', 'PutUserPolicy'].map(
        (operation) => `RestorePermissions iam:${operation}`,
      ),
      ...['AttachUserPolicy', 'DeactivateMFADevice', 'DeleteLoginProfile', 'DeleteUserPolicy'].map(
        (operation) => `Retire iam:${operation}`,
      ),
      ...['DetachUserPolicy', 'RemoveUserFromGroup', 'TagUser', 'UntagUser', 'UpdateAccessKey'].map(
        (operation) => `Retire iam:${operation}`,
      ),
      'Revoke iam:DeleteAccessKey',
      'Revoke iam:DeleteLoginProfile',
      'Revoke iam:TagUser',
      'Revoke iam:UntagUser',
      'Revoke iam:UpdateAccessKey',
    ]);
  });

  it("lets only the documents' roles invoke the other functions, and AWS Config evaluate", () => {
    const invoking = centralRoles.flatMap(({ name, statements }) =>
      statements
        .filter(({ Action }) => Action.includes('lambda:InvokeFunction'))
        .map(({ Resource }) => [name, Resource]),
    );
    const fn = (name: keyof typeof functionNames) =>
      arn('lambda', `function:${functionNames[name]}`);
    expect(invoking).toEqual([
      ['Revoke', [fn('planRevocation'), fn('issuePassword')]],
      ['Retire', [fn('planRetirement')]],
      ['Restore', [fn('planRestoration'), fn('restorePermissions'), fn('issuePassword')]],
      ['Purge', [fn('planPurge')]],
    ]);
    expect([...ofType(resources, 'AWS::Lambda::Permission').values()]).toEqual([
      {
        FunctionName: functionNames.evaluate,
        Action: 'lambda:InvokeFunction',
        Principal: 'config.amazonaws.com',
        SourceAccount: accountId,
      },
    ]);
  });

  it('lets only the roles that revoke and retire create records, without overwriting, and lets no role delete them', () => {
    expect(allowed('ssm:PutParameter')).toEqual(['Revoke', 'Retire']);
    expect(allowed('ssm:DeleteParameter', 'ssm:DeleteParameters')).toEqual([]);
    const put = (name: string, overwrite: string, role = 'Revoke') =>
      evaluatePolicies(roleNamed(roles, role).policies, {
        action: 'ssm:PutParameter',
        resource: arn('ssm', `parameter${name}`),
        context: { 'ssm:Overwrite': overwrite },
      }).allowed;
    expect(put('/unused-iam-credentials/records/AIDAFRANK/1', 'false')).toBe(true);
    expect(put('/unused-iam-credentials/records/AIDAFRANK/1', 'true')).toBe(false);
    expect(put(pauseParameter, 'false')).toBe(false);
    expect(put('/unused-iam-credentials/records', 'false')).toBe(false);
    const part = '/unused-iam-credentials/retirements/AIDAFRANK/1/1';
    expect([put(part, 'false', 'Retire'), put(part, 'true', 'Retire')]).toEqual([true, false]);
    expect(put(part, 'false', 'Revoke')).toBe(false);
  });

  it('lets no role read a secret, pass a role, or change the deployment or a policy other than those of users', () => {
    const all = inOrder(centralRoles.flatMap(allowedActions));
    const reading = /^[a-z]+:(Get|List|Describe)/u;
    const changing = all.filter((action) => !reading.test(action));
    expect(all).not.toContain('secretsmanager:GetSecretValue');
    expect(changing.filter((action) => /^(lambda|config|events|sts|logs):/u.test(action))).toEqual([
      'config:PutEvaluations',
      'events:PutEvents',
      'lambda:InvokeFunction',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
    expect(changing.filter((action) => /Role|Policy|Document/u.test(action))).toEqual([
      ...['iam:AttachUserPolicy', 'iam:DeleteUserPolicy', 'iam:DetachUserPolicy'],
      ...['iam:PutUserPolicy', 'secretsmanager:PutResourcePolicy'],
    ]);
  });
});

describe('every statement', () => {
  it('names each action in full', () => {
    const actions = centralRoles.flatMap(({ statements }) =>
      statements.flatMap(({ Action }) => Action),
    );
    expect(actions.filter((action) => !/^[a-z]+:[A-Z][A-Za-z]+$/u.test(action))).toEqual([]);
  });

  it('applies to all resources only where the service defines no resource for the action or the request, each named here', () => {
    const reports = ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'];
    const onEverything = centralRoles.map(({ name, statements }) => [
      name,
      inOrder(
        statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action),
      ),
    ]);
    expect(Object.fromEntries(onEverything)).toEqual({
      Evaluate: [
        ...['config:GetComplianceDetailsByResource', 'config:GetResourceConfigHistory'],
        'config:PutEvaluations',
        ...['iam:GenerateCredentialReport', 'iam:GetAccountAuthorizationDetails'],
        ...['iam:GetCredentialReport', 'iam:ListServiceSpecificCredentials', 'iam:ListUsers'],
      ],
      PlanRevocation: [
        'config:DescribeConfigRules',
        ...reports,
        'iam:ListUsers',
        'ssm:DescribeAutomationExecutions',
      ],
      PlanRetirement: [
        'config:DescribeConfigRules',
        'iam:GenerateCredentialReport',
        'iam:GetAccountSummary',
        'iam:GetCredentialReport',
        'iam:ListUsers',
        'ssm:DescribeAutomationExecutions',
      ],
      PlanRestoration: [
        ...['config:DescribeConfigRules', 'iam:ListUsers', 'ssm:DescribeAutomationExecutions'],
      ],
      PlanPurge: [
        ...['config:DescribeConfigRules', 'iam:GenerateCredentialReport'],
        ...['iam:GetAccountAuthorizationDetails', 'iam:GetCredentialReport', 'iam:ListUsers'],
        'ssm:DescribeAutomationExecutions',
      ],
      IssuePassword: [
        'iam:GetAccountPasswordPolicy',
        'iam:ListUsers',
        'secretsmanager:GetRandomPassword',
      ],
      RestorePermissions: ['iam:ListUsers', 'ssm:DescribeAutomationExecutions'],
      ...{ Revoke: [], Retire: [], Restore: [], Purge: [], Forward: [] },
    });
  });

  it('otherwise applies to exactly these resources for each action', () => {
    const records = arn('ssm', 'parameter/unused-iam-credentials/records/*');
    const retirements = arn('ssm', 'parameter/unused-iam-credentials/retirements/*');
    const groups = `arn:aws:iam::${accountId}:group/*`;
    const secrets = arn('secretsmanager', 'secret:unused-iam-credentials/*');
    const executions = arn('ssm', 'automation-execution/*');
    const of = (service: string, resource: string, operations: string) =>
      operations.split(' ').map((operation) => [`${service}:${operation}`, [resource]]);
    const found = new Map<string, string[]>();
    for (const { Action, Resource } of centralRoles.flatMap((role) => role.statements)) {
      if (Resource.includes('*') || /^(lambda|logs):/u.test(Action[0] ?? '')) continue;
      for (const action of Action) {
        found.set(action, inOrder([...(found.get(action) ?? []), ...Resource]));
      }
    }
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries([
        ...of('iam', users, 'GetUser GetLoginProfile ListAccessKeys GetAccessKeyLastUsed'),
        ...of('iam', users, 'ListAttachedUserPolicies CreateLoginProfile TagUser UntagUser'),
        ...of('iam', users, 'UpdateAccessKey DeleteAccessKey DeleteLoginProfile'),
        ...of('iam', users, 'AttachUserPolicy DetachUserPolicy PutUserPolicy DeleteUserPolicy'),
        ...of('iam', users, 'ListUserPolicies GetUserPolicy ListGroupsForUser'),
        ...of('iam', users, 'ListMFADevices DeactivateMFADevice'),
        ...of('iam', groups, 'GetGroup AddUserToGroup RemoveUserFromGroup'),
        ['iam:GetPolicy', [accountId, 'aws'].map((owner) => `arn:aws:iam::${owner}:policy/*`)],
        ...of('config', arn('config', 'config-rule/*'), 'GetComplianceDetailsByConfigRule'),
        ...of('ssm', records, 'AddTagsToResource ListTagsForResource'),
        ['ssm:PutParameter', [records, retirements]],
        ['ssm:GetParameterHistory', [records, retirements]],
        ['ssm:GetParametersByPath', [records.replace('/*', '*'), records]],
        ...of('ssm', arn('ssm', 'parameter/unused-iam-credentials/pause'), 'GetParameter'),
        ...of('ssm', executions, 'GetAutomationExecution DescribeAutomationStepExecutions'),
        ...of('secretsmanager', secrets, 'CreateSecret PutResourcePolicy PutSecretValue'),
        ...of('secretsmanager', secrets, 'DescribeSecret UpdateSecretVersionStage'),
        ...of('sns', central.CentralTopicArn, 'Publish'),
        ...of('kms', central.CentralKeyArn, 'GenerateDataKey Decrypt'),
        ['events:PutEvents', [arn('events', 'event-bus/default'), central.CentralEventBusArn]],
      ]),
    );
  });

  it('that writes a log applies to the log group of its own function', () => {
    const groups = [...ofType(resources, 'AWS::Lambda::Function').values()].map(
      ({ LoggingConfig }) => LoggingConfig,
    );
    const written = functionRoles.map((name) =>
      roleNamed(roles, name).statements.filter(({ Action }) =>
        Action.includes('logs:PutLogEvents'),
      ),
    );
    expect(new Set(groups.map((group) => JSON.stringify(group))).size).toBe(functionRoles.length);
    expect(
      written.map(([one]) => ({
        LogGroup: /log-group:(.+):\*$/u.exec(String(one?.Resource))?.[1],
      })),
    ).toEqual(groups);
    expect(written.map(({ length }) => length)).toEqual(functionRoles.map(() => 1));
  });

  it("that publishes applies to one topic: the account's own, or the organization's", () => {
    const topicsOf = (all: readonly Role[]) =>
      all
        .flatMap(({ statements }) => statements)
        .filter(({ Action }) => Action.includes('sns:Publish'))
        .map(({ Resource }) => Resource);
    const { Topics } = propertiesOf(resources, 'TopicPolicy');
    // The function of the purge publishes, not its document.
    const publishing = roles.filter(({ name }) => name !== 'Purge');
    expect(topicsOf(roles)).toEqual(publishing.map(() => Topics));
    expect(new Set(topicsOf(centralRoles).flat())).toEqual(new Set([central.CentralTopicArn]));
  });

  it('that uses the key of the central topic does so for that topic only', () => {
    const statements = centralRoles.flatMap((role) => role.statements);
    const forKey = statements.filter(({ Action }) => Action.includes('kms:Decrypt'));
    const topic = { 'kms:EncryptionContext:aws:sns:topicArn': central.CentralTopicArn };
    expect(forKey.map(({ Condition }) => Condition)).toEqual(
      forKey.map(() => ({ StringEquals: topic })),
    );
    // All but the one that forwards events and that of the document that does not publish.
    expect(forKey.length).toBe(centralRoles.length - 2);
  });

  it.each([
    ['as Lambda does', { 'events:source': 'lambda' }, true],
    ['of a source that is not known yet', {}, true],
    ['as every function does', { 'events:source': 'unused-iam-credentials' }, true],
    ['as a program of others does', { 'events:source': 'payroll' }, false],
  ])("lets evaluate put events on the account's bus %s: %s", (_, context, isAllowed) => {
    const request = { action: 'events:PutEvents', context };
    const { policies } = roleNamed(centralRoles, 'Evaluate');
    const may = (resource: string) => evaluatePolicies(policies, { ...request, resource }).allowed;
    expect(may(arn('events', 'event-bus/default'))).toBe(isAllowed);
    expect(may(central.CentralEventBusArn)).toBe(false);
  });
});

it.each(functionRoles)("%s may put events of our own source on the account's bus only", (name) => {
  const { policies } = roleNamed(centralRoles, name);
  const may = (source: string, resource = arn('events', 'event-bus/default')) =>
    evaluatePolicies(policies, {
      ...{ action: 'events:PutEvents', resource, context: { 'events:source': source } },
    }).allowed;
  expect(may('unused-iam-credentials')).toBe(true);
  expect(may('payroll')).toBe(false);
  expect(may('unused-iam-credentials', central.CentralEventBusArn)).toBe(false);
});

describe('restore-permissions', () => {
  const bound = { 'aws:ResourceTag/unused-iam-credentials:restoring': 'execution' };
  const protection = 'aws:ResourceTag/unused-iam-credentials:protected';
  const may = (operation: string, context: Record<string, string>) =>
    evaluatePolicies(roleNamed(roles, 'RestorePermissions').policies, {
      ...{ action: `iam:${operation}`, resource: `arn:aws:iam::${accountId}:user/frank`, context },
    }).allowed;
  const denyAll = { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AWSDenyAll' };

  it.each(['AttachUserPolicy', 'PutUserPolicy', 'DetachUserPolicy'])(
    'may use %s only on users whom a restoration has tagged and nothing protects',
    (operation) => {
      expect(may(operation, { ...bound, ...denyAll })).toBe(true);
      expect(may(operation, { ...bound, ...denyAll, [protection]: 'false' })).toBe(true);
      expect(may(operation, { ...bound, ...denyAll, [protection]: 'true' })).toBe(false);
      expect(may(operation, denyAll)).toBe(false);
    },
  );

  it('may detach no policy but AWSDenyAll', () => {
    const guardrail = { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AWSDenyAllOfOurs' };
    expect(may('DetachUserPolicy', { ...bound, ...guardrail })).toBe(false);
  });
});

describe('issue-password', () => {
  it.each([
    ['true', false],
    ['', false],
    ['False', true],
    [undefined, true],
  ])('may create a login profile for a user whose protection tag is %j: %s', (value, allowed) => {
    const bound = { 'aws:ResourceTag/unused-iam-credentials:restoring': 'execution' };
    const tag = { ...bound, 'aws:ResourceTag/unused-iam-credentials:protected': value ?? '' };
    const request = {
      ...{ action: 'iam:CreateLoginProfile', resource: `arn:aws:iam::${accountId}:user/frank` },
      context: value === undefined ? bound : tag,
    };
    const { policies } = roleNamed(roles, 'IssuePassword');
    expect(evaluatePolicies(policies, request).allowed).toBe(allowed);
    // Not for a user whom no restoration has tagged.
    expect(evaluatePolicies(policies, { ...request, context: {} }).allowed).toBe(false);
  });
});

describe('every role', () => {
  it('trusts exactly one service, and only on behalf of this account where AWS documents such a condition', () => {
    const trusting = (service: string, more: object = {}) => ({
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` } },
          ...{ Action: 'sts:AssumeRole', ...more },
        },
      ],
    });
    const fromHere = { StringEquals: { 'aws:SourceAccount': accountId } };
    const executions = `arn:aws:ssm:*:${accountId}:automation-execution/*`;
    const automation = trusting('ssm', {
      Condition: { ...fromHere, ArnLike: { 'aws:SourceArn': executions } },
    });
    const trust = centralRoles.map((role) => [role.name, role.trust]);
    expect(Object.fromEntries(trust)).toEqual({
      ...Object.fromEntries(functionRoles.map((name) => [name, trusting('lambda')])),
      ...{ Revoke: automation, Retire: automation, Restore: automation, Purge: automation },
      Forward: trusting('events', { Condition: fromHere }),
    });
  });
});
