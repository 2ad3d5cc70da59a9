import { describe, expect, it } from 'vitest';
import { evaluatePolicies } from '../../../local-aws/policy/policy.ts';
import { accountId, central, ofType, propertiesOf, resolveAccount } from '../resolved.ts';
import { allowedActions, roleNamed, rolesOf } from '../roles.ts';

const deleting = { ...central, DeleteAfterDays: '90', MaxRevocationsPerDay: '7' };
const found = resolveAccount(deleting);
const roleArn = (name: string) =>
  `arn:aws:iam::${accountId}:role/UnusedIamCredentials-${name}-us-east-1`;
const purge = `arn:aws:ssm:us-east-1:${accountId}:automation-definition/UnusedIamCredentials-Purge`;

describe('the schedule', () => {
  it('exists, with its role, only where DeleteAfterDays is not 0', () => {
    const ids = (resources: typeof found) => resources.map(({ id }) => id);
    const without = ids(resolveAccount(central));
    expect(ids(found).filter((id) => !without.includes(id))).toEqual([
      ...['StartPurgeRole', 'PurgeSchedule'],
    ]);
    expect(without).toContain('PurgeDocument');
  });

  it('starts the document once a day, with the parameters of the stack', () => {
    const { Targets, ...rest } = propertiesOf(found, 'PurgeSchedule');
    expect(rest).toEqual({
      ...{ Name: 'unused-iam-credentials-PurgeSchedule', ScheduleExpression: 'rate(1 day)' },
      Description: expect.any(String),
    });
    const [{ Input, ...target }] = Targets as [{ Input: string }];
    expect(target).toEqual({
      ...{ Id: 'Purge', Arn: `${purge}:$DEFAULT`, RoleArn: roleArn('StartPurge') },
    });
    expect(JSON.parse(Input)).toEqual({
      ...{ AutomationAssumeRole: [roleArn('Purge')], DeleteAfterDays: ['90'] },
      MaxRevocationsPerDay: ['7'],
    });
  });

  it('has a role that only EventBridge in this account can assume, to start this document and pass its role', () => {
    const { trust, policies, ...role } = roleNamed(rolesOf(found), 'StartPurge');
    expect(trust).toMatchObject({
      Statement: [
        {
          ...{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
          Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
        },
      ],
    });
    expect(allowedActions({ trust, policies, ...role })).toEqual([
      ...['iam:PassRole', 'ssm:StartAutomationExecution'],
    ]);
    const may = (action: string, resource: string, context = {}) =>
      evaluatePolicies(policies, { action, resource, context }).allowed;
    const toAutomation = { 'iam:PassedToService': 'ssm.amazonaws.com' };
    expect(may('ssm:StartAutomationExecution', `${purge}:$DEFAULT`)).toBe(true);
    const revoke = purge.replace('Purge', 'Revoke');
    expect(may('ssm:StartAutomationExecution', `${revoke}:$DEFAULT`)).toBe(false);
    expect(may('iam:PassRole', roleArn('Purge'), toAutomation)).toBe(true);
    expect(may('iam:PassRole', roleArn('Revoke'), toAutomation)).toBe(false);
    const toLambda = { 'iam:PassedToService': 'lambda.amazonaws.com' };
    expect(may('iam:PassRole', roleArn('Purge'), toLambda)).toBe(false);
  });

  it('is the only rule with a schedule', () => {
    const rules = [...ofType(found, 'AWS::Events::Rule').entries()];
    const starting = rules.filter(([, { ScheduleExpression }]) => ScheduleExpression !== undefined);
    expect(starting.map(([id]) => id)).toEqual(['PurgeSchedule']);
  });
});
