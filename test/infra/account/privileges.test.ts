import { beforeAll, describe, expect, it } from 'vitest';
import { evaluatePolicies } from '../../../local-aws/policy/policy.ts';
import type { ResolvedResource } from '../../../local-aws/template/resolve.ts';
import { functionNames, pauseParameter } from '../../../rule/core/names.ts';
import { accountId, central, ofType, resolveAccount } from '../resolved.ts';
import { allowedActions, inOrder, type Role, roleNamed, rolesOf } from '../roles.ts';

const functionRoles = ['Evaluate', 'PlanRevocation', 'PlanRestoration', 'IssuePassword'];
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${accountId}:${resource}`;

let resources: readonly ResolvedResource[];
/** Those of a single account, and those of an account in an organization. */
let roles: Role[];
let inOrganization: Role[];
beforeAll(async () => {
  resources = await resolveAccount();
  roles = rolesOf(resources);
  inOrganization = rolesOf(await resolveAccount(central));
});

/** The names of the roles that are allowed any of these actions. */
const allowed = (...actions: readonly string[]) =>
  inOrganization
    .filter((role) => allowedActions(role).some((action) => actions.includes(action)))
    .map(({ name }) => name);

describe('least privilege', () => {
  it('is one role for each function and each document, and one that forwards events in an organization', () => {
    expect(roles.map(({ name }) => name)).toEqual([...functionRoles, 'Revoke', 'Restore']);
    expect(inOrganization.map(({ name }) => name)).toEqual([
      ...functionRoles,
      ...['Revoke', 'Restore', 'Forward'],
    ]);
    const used = [...ofType(resources, 'AWS::Lambda::Function').values()].map(({ Role }) => Role);
    expect(used).toEqual(
      functionRoles.map(
        (name) => `arn:aws:iam::${accountId}:role/UnusedIamCredentials-${name}-us-east-1`,
      ),
    );
  });

  it('lets functions that decide read only, but for evaluations and the message about them', () => {
    const reading = /:(Get|List|Describe)[A-Z]\w*$/u;
    const others = functionRoles.map((name) => {
      const actions = allowedActions(roleNamed(roles, name));
      return [
        name,
        actions.filter((action) => !reading.test(action) && !action.startsWith('logs:')),
      ];
    });
    expect(Object.fromEntries(others)).toEqual({
      // A report is generated for who reads it: it changes nothing.
      Evaluate: ['config:PutEvaluations', 'iam:GenerateCredentialReport', 'sns:Publish'],
      PlanRevocation: ['iam:GenerateCredentialReport'],
      PlanRestoration: [],
      IssuePassword: [
        'iam:CreateLoginProfile',
        ...['CreateSecret', 'PutResourcePolicy', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
          (operation) => `secretsmanager:${operation}`,
        ),
      ],
    });
  });

  it('lets only issue-password create a login profile', () => {
    expect(allowed('iam:CreateLoginProfile')).toEqual(['IssuePassword']);
  });

  it('lets only the roles of the documents change a credential or tag a user', () => {
    const reading = /^iam:(Get|List|Generate)/u;
    const changes = inOrganization.flatMap((role) =>
      allowedActions(role)
        .filter((action) => action.startsWith('iam:') && !reading.test(action))
        .map((action) => `${role.name} ${action}`),
    );
    expect(inOrder(changes)).toEqual([
      'IssuePassword iam:CreateLoginProfile',
      'Restore iam:TagUser',
      'Restore iam:UntagUser',
      'Restore iam:UpdateAccessKey',
      'Revoke iam:DeleteAccessKey',
      'Revoke iam:DeleteLoginProfile',
      'Revoke iam:TagUser',
      'Revoke iam:UpdateAccessKey',
    ]);
  });

  it('lets only the documents’ roles invoke the planners and issue-password, and AWS Config evaluate', () => {
    const invoking = inOrganization.flatMap(({ name, statements }) =>
      statements
        .filter(({ Action }) => Action.includes('lambda:InvokeFunction'))
        .map(({ Resource }) => [name, Resource]),
    );
    const fn = (name: keyof typeof functionNames) =>
      arn('lambda', `function:${functionNames[name]}`);
    expect(invoking).toEqual([
      ['Revoke', [fn('planRevocation')]],
      ['Restore', [fn('planRestoration'), fn('issuePassword')]],
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

  it('lets only the role that revokes create records, without overwriting, and lets no role delete them', () => {
    expect(allowed('ssm:PutParameter')).toEqual(['Revoke']);
    expect(allowed('ssm:DeleteParameter', 'ssm:DeleteParameters')).toEqual([]);
    const { policies } = roleNamed(roles, 'Revoke');
    const put = (name: string, overwrite: string) =>
      evaluatePolicies(policies, {
        action: 'ssm:PutParameter',
        resource: arn('ssm', `parameter${name}`),
        context: { 'ssm:Overwrite': overwrite },
      }).allowed;
    expect(put('/unused-iam-credentials/records/AIDAFRANK/1', 'false')).toBe(true);
    expect(put('/unused-iam-credentials/records/AIDAFRANK/1', 'true')).toBe(false);
    expect(put(pauseParameter, 'false')).toBe(false);
    expect(put('/unused-iam-credentials/records', 'false')).toBe(false);
  });

  it('lets no role read a secret, pass on a role, or change what was deployed', () => {
    const all = inOrder(inOrganization.flatMap(allowedActions));
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
      'secretsmanager:PutResourcePolicy',
    ]);
  });
});
