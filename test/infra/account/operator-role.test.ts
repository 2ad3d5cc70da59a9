import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluatePolicies } from '../../../local-aws/policy/policy.ts';
import { accountId, resolveAccount, resources } from '../resolved.ts';
import { roleNamed, rolesOf } from '../roles.ts';

const operator = { OperatorPrincipalArn: 'arn:aws:iam::*:role/OnCall' };
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${accountId}:${resource}`;

describe('the role of operators', () => {
  const withOperator = rolesOf(resolveAccount(operator));

  it('exists only if a parameter names who in this account can assume it', () => {
    expect(rolesOf(resources).map(({ name }) => name)).not.toContain('Operator');
    expect(roleNamed(withOperator, 'Operator').trust).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          ...{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` } },
          Action: 'sts:AssumeRole',
          Condition: { ArnLike: { 'aws:PrincipalArn': operator.OperatorPrincipalArn } },
        },
      ],
    });
  });

  // docs/undo.md has the policy as JSON, for roles that people make themselves.
  const documented = /```json\n([^`]*"PassRestoreRole"[^`]*)```/u.exec(
    readFileSync(new URL('../../../docs/undo.md', import.meta.url), 'utf8'),
  )?.[1];

  it('has the policy that docs/undo.md shows', () => {
    const text = (documented ?? '').replaceAll('<account>', accountId);
    const { Statement } = JSON.parse(text.replaceAll('<Region>', 'us-east-1')) as {
      Statement: { Action: string | string[]; Resource: string | string[] }[];
    };
    const list = (value: string | string[]) => (typeof value === 'string' ? [value] : value);
    const shown = Statement.map((statement) => ({
      ...statement,
      ...{ Action: list(statement.Action), Resource: list(statement.Resource) },
    }));
    expect(roleNamed(withOperator, 'Operator').statements).toEqual(shown);
  });

  const may = (action: string, resource: string, context: Record<string, string | string[]> = {}) =>
    evaluatePolicies(roleNamed(withOperator, 'Operator').policies, { action, resource, context })
      .allowed;
  const frank = `arn:aws:iam::${accountId}:user/frank`;
  const start = (document: string) => arn('ssm', `automation-definition/${document}:$DEFAULT`);
  const passed = (name: string) => `arn:aws:iam::${accountId}:role/UnusedIamCredentials-${name}`;
  const toAutomation = { 'iam:PassedToService': 'ssm.amazonaws.com' };

  it('can find out whose key it is, restore it with the document, and follow the execution', () => {
    expect(may('iam:GetAccessKeyLastUsed', frank)).toBe(true);
    expect(may('iam:GetUser', frank)).toBe(true);
    const records = arn('ssm', 'parameter/unused-iam-credentials/records/AIDAFRANK');
    expect(may('ssm:GetParametersByPath', records)).toBe(true);
    expect(may('ssm:StartAutomationExecution', start('UnusedIamCredentials-Restore'))).toBe(true);
    expect(may('iam:PassRole', passed('Restore-us-east-1'), toAutomation)).toBe(true);
    expect(may('ssm:GetAutomationExecution', arn('ssm', 'automation-execution/1'))).toBe(true);
  });

  it('can exempt and protect users, and pause revocations', () => {
    for (const key of ['exempt-until', 'protected']) {
      const context = { 'aws:TagKeys': [`unused-iam-credentials:${key}`] };
      expect(may('iam:TagUser', frank, context), key).toBe(true);
    }
    expect(may('ssm:PutParameter', arn('ssm', 'parameter/unused-iam-credentials/pause'))).toBe(
      true,
    );
  });

  it('can reactivate keys only of users whom a revocation has tagged', () => {
    const revoked = { 'aws:ResourceTag/unused-iam-credentials:revoked': '2026-11-21' };
    expect(may('iam:UpdateAccessKey', frank, revoked)).toBe(true);
    expect(may('iam:UpdateAccessKey', frank)).toBe(false);
  });

  it('cannot revoke, pass another role, read or create passwords, or write records', () => {
    expect(may('ssm:StartAutomationExecution', start('UnusedIamCredentials-Revoke'))).toBe(false);
    expect(may('iam:PassRole', passed('Revoke-us-east-1'), toAutomation)).toBe(false);
    expect(may('iam:PassRole', passed('Restore-us-east-1'), {})).toBe(false);
    expect(may('iam:TagUser', frank, { 'aws:TagKeys': ['unused-iam-credentials:restoring'] })).toBe(
      false,
    );
    expect(may('iam:CreateLoginProfile', frank)).toBe(false);
    expect(may('secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:x'))).toBe(false);
    const record = arn('ssm', 'parameter/unused-iam-credentials/records/AIDAFRANK/1');
    expect(may('ssm:PutParameter', record)).toBe(false);
  });
});
