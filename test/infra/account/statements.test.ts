import { beforeAll, describe, expect, it } from 'vitest';
import type { ResolvedResource } from '../../../local-aws/template/resolve.ts';
import { accountId, central, ofType, propertiesOf, resolveAccount } from '../resolved.ts';
import { inOrder, type Role, roleNamed, rolesOf } from '../roles.ts';

const functionRoles = ['Evaluate', 'PlanRevocation', 'PlanRestoration', 'IssuePassword'];
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${accountId}:${resource}`;
const users = `arn:aws:iam::${accountId}:user/*`;

let resources: readonly ResolvedResource[];
/** Those of a single account, and those of an account in an organization. */
let roles: Role[];
let inOrganization: Role[];
beforeAll(async () => {
  resources = await resolveAccount();
  roles = rolesOf(resources);
  inOrganization = rolesOf(await resolveAccount(central));
});

describe('every statement', () => {
  it('names each action in full', () => {
    const actions = inOrganization.flatMap(({ statements }) =>
      statements.flatMap(({ Action }) => Action),
    );
    expect(actions.filter((action) => !/^[a-z]+:[A-Z][A-Za-z]+$/u.test(action))).toEqual([]);
  });

  it('is on everything only where the service defines no resource for the action, each named here', () => {
    const reports = ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'];
    const onEverything = inOrganization.map(({ name, statements }) => [
      name,
      inOrder(
        statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action),
      ),
    ]);
    expect(Object.fromEntries(onEverything)).toEqual({
      Evaluate: [
        ...['config:GetResourceConfigHistory', 'config:PutEvaluations'],
        ...['iam:GenerateCredentialReport', 'iam:GetAccountAuthorizationDetails'],
        ...['iam:GetCredentialReport', 'iam:ListUsers'],
      ],
      PlanRevocation: [
        'config:DescribeConfigRules',
        ...reports,
        'iam:ListUsers',
        'ssm:DescribeParameters',
      ],
      PlanRestoration: ['config:DescribeConfigRules', 'iam:ListUsers'],
      IssuePassword: [
        'iam:GetAccountPasswordPolicy',
        'iam:ListUsers',
        'secretsmanager:GetRandomPassword',
      ],
      ...{ Revoke: [], Restore: [], Forward: [] },
    });
  });

  it('is otherwise on exactly this for each action', () => {
    const records = arn('ssm', 'parameter/unused-iam-credentials/records/*');
    const secrets = arn('secretsmanager', 'secret:unused-iam-credentials/*');
    const executions = arn('ssm', 'automation-execution/*');
    const of = (service: string, resource: string, operations: string) =>
      operations.split(' ').map((operation) => [`${service}:${operation}`, [resource]]);
    const found = new Map<string, string[]>();
    for (const { Action, Resource } of inOrganization.flatMap((role) => role.statements)) {
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
        ...of('config', arn('config', 'config-rule/*'), 'GetComplianceDetailsByConfigRule'),
        ...of('ssm', records, 'PutParameter AddTagsToResource ListTagsForResource'),
        ...of('ssm', records, 'GetParametersByPath GetParameterHistory'),
        ...of('ssm', arn('ssm', 'parameter/unused-iam-credentials/pause'), 'GetParameter'),
        ...of('ssm', executions, 'GetAutomationExecution'),
        ...of('secretsmanager', secrets, 'CreateSecret PutResourcePolicy PutSecretValue'),
        ...of('secretsmanager', secrets, 'DescribeSecret UpdateSecretVersionStage'),
        ...of('sns', central.CentralTopicArn, 'Publish'),
        ...of('kms', central.CentralKeyArn, 'GenerateDataKey Decrypt'),
        ...of('events', central.CentralEventBusArn, 'PutEvents'),
      ]),
    );
  });

  it('that writes a log is on the log group of its own function', () => {
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

  it('that publishes is on the one topic that there is: the account’s own, or the organization’s', () => {
    const topicsOf = (all: readonly Role[]) =>
      all
        .flatMap(({ statements }) => statements)
        .filter(({ Action }) => Action.includes('sns:Publish'))
        .map(({ Resource }) => Resource);
    const { Topics } = propertiesOf(resources, 'TopicPolicy');
    expect(topicsOf(roles)).toEqual([Topics, Topics, Topics]);
    expect(new Set(topicsOf(inOrganization).flat())).toEqual(new Set([central.CentralTopicArn]));
  });

  it('that uses the key of the central topic does so for that topic only', () => {
    const statements = inOrganization.flatMap((role) => role.statements);
    const forKey = statements.filter(({ Action }) => Action.includes('kms:Decrypt'));
    const topic = { 'kms:EncryptionContext:aws:sns:topicArn': central.CentralTopicArn };
    expect(forKey.map(({ Condition }) => Condition)).toEqual(
      forKey.map(() => ({ StringEquals: topic })),
    );
    expect(forKey.length).toBe(3);
  });
});

describe('every role', () => {
  it('is trusted to exactly one service, and where AWS documents it on behalf of this account only', () => {
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
    const trust = inOrganization.map((role) => [role.name, role.trust]);
    expect(Object.fromEntries(trust)).toEqual({
      ...Object.fromEntries(functionRoles.map((name) => [name, trusting('lambda')])),
      ...{ Revoke: automation, Restore: automation },
      Forward: trusting('events', { Condition: fromHere }),
    });
  });
});
