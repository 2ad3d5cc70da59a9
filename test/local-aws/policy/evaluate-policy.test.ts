import { describe, expect, it } from 'vitest';
import { evaluatePolicies, type Policy, type Statement } from '../../../local-aws/policy/policy.ts';

const frank = 'arn:aws:iam::123456789012:user/staff/eu/frank';
const anybody: Statement = { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' };

function policy(...Statement: Statement[]): Policy {
  return { Version: '2012-10-17', Statement };
}

function decide(statements: readonly Statement[], resource = frank, action = 'iam:GetUser') {
  return evaluatePolicies([policy(...statements)], { action, resource, context: {} });
}

describe('a request', () => {
  it('is denied by default, and by nothing', () => {
    expect(evaluatePolicies([], { action: 'iam:GetUser', resource: '*', context: {} })).toEqual({
      allowed: false,
      by: [],
    });
    expect(decide([{ ...anybody, Action: 'iam:GetLoginProfile' }])).toEqual({
      allowed: false,
      by: [],
    });
  });

  it('is allowed by what applies, and by no other pattern of it', () => {
    const Action = ['iam:Get*', 'iam:GetUser', 'iam:ListUsers'];
    const Resource = ['arn:aws:iam::123456789012:user/staff/*', 'arn:aws:iam::*:user/mia'];
    const read: Statement = { Sid: 'Read', Effect: 'Allow', Action, Resource };
    const own = { effect: 'Allow', resource: 'arn:aws:iam::123456789012:user/staff/*' };
    expect(decide([read, anybody])).toEqual({
      allowed: true,
      by: [
        { ...own, statement: 'Read of policy 1', action: 'iam:Get*' },
        { ...own, statement: 'Read of policy 1', action: 'iam:GetUser' },
        { ...own, statement: '2 of policy 1', action: 'iam:GetUser', resource: '*' },
      ],
    });
  });

  it('is denied by a Deny of any policy, wherever the Allow stands', () => {
    const deny: Statement = { ...anybody, Sid: 'Never', Effect: 'Deny' };
    const by = [{ statement: 'Never of policy 2', effect: 'Deny' }];
    const request = { action: 'iam:GetUser', resource: frank, context: {} };
    const decision = evaluatePolicies([policy(anybody), policy(deny), policy(anybody)], request);
    expect(decision).toMatchObject({ allowed: false, by });
    expect(decision.by).toHaveLength(1);
  });

  it('is not denied by a Deny for something else', () => {
    const others: Statement[] = [
      { ...anybody, Effect: 'Deny', Action: 'iam:GetUserPolicy' },
      { ...anybody, Effect: 'Deny', Resource: 'arn:aws:iam::123456789012:user/frank' },
      {
        ...{ ...anybody, Effect: 'Deny' },
        Condition: { Null: { 'aws:ResourceTag/protected': 'false' } },
      },
    ];
    expect(decide([anybody, ...others]).allowed).toBe(true);
  });
});

describe('an action', () => {
  const allows = (Action: string, action = 'iam:GetUser') =>
    decide([{ ...anybody, Action }], frank, action).allowed;

  it('is compared without case', () => {
    expect(allows('IAM:getuser')).toBe(true);
    expect(allows('iam:GETU*')).toBe(true);
    expect(allows('iam:getuser', 'IAM:GetUser')).toBe(true);
  });

  it.each([
    ...([
      '*',
      'iam:*',
      'iam:Get*',
      'iam:*User',
      'iam:G*t*er',
      'iam:GetUse?',
      'iam:GetUser*',
    ] as const),
  ])('is what %s stands for', (pattern) => {
    expect(allows(pattern)).toBe(true);
  });

  it.each([
    ...(['iam:Get', 'iam:Get?', 'iam:GetUser?', 'iam:User', 'ia:GetUser', 'ssm:*'] as const),
  ])('is not what %s stands for', (pattern) => {
    expect(allows(pattern)).toBe(false);
  });
});

describe('a resource', () => {
  const allows = (Resource: string, resource = frank) =>
    decide([{ ...anybody, Resource }], resource).allowed;
  const users = 'arn:aws:iam::123456789012:user';

  it.each([
    ...(['*', frank, `${users}/*`, `${users}/*/frank`, `${users}/staff/??/frank`] as const),
    ...(['arn:aws:iam::*:user/*', `${frank}*`] as const),
  ])('is what %s stands for: * goes over slashes, and stands for nothing too', (pattern) => {
    expect(allows(pattern)).toBe(true);
  });

  it.each([
    ...([`${users}/frank`, `${users}/staff/?/frank`, `${frank}?`, `${users}/*/mia`] as const),
    ...[`${users}/Staff/*`, 'arn:aws:iam::123456789012:role/*', 'arn:aws-cn:iam::*:user/*'],
  ])('is not what %s stands for: case counts, and ? is exactly one character', (pattern) => {
    expect(allows(pattern)).toBe(false);
  });

  it('that a service does not define is allowed by * only', () => {
    expect(allows('*', '*')).toBe(true);
    expect(allows('arn:aws:iam::*:user/*', '*')).toBe(false);
  });

  it('may hold what means something in a regular expression', () => {
    const odd = `${users}/a.b+c(d)[e]`;
    expect(allows(odd, odd)).toBe(true);
    expect(allows(`${users}/a.b+*`, `${users}/aXbb`)).toBe(false);
  });
});
