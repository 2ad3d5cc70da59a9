import { expect, it } from 'vitest';
import {
  evaluatePolicies,
  type Policy,
  type PolicyRequest,
  type Statement,
} from '../../../local-aws/policy/policy.ts';

type Conditions = NonNullable<Statement['Condition']>;
type Context = PolicyRequest['context'];

const users = 'arn:aws:iam::123456789012:user';
const frank = `${users}/staff/eu/frank`;
const base: Statement = { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' };
const request = { action: 'iam:GetUser', resource: frank, context: {} };

const policy = (...Statement: Statement[]): Policy => ({ Version: '2012-10-17', Statement });
const allows = (change: Partial<Statement>, rest: Partial<PolicyRequest> = {}) =>
  evaluatePolicies([policy({ ...base, ...change })], { ...request, ...rest }).allowed;

it('denies a request by default', () => {
  const nothing = { allowed: false, by: [] };
  expect(evaluatePolicies([], request)).toEqual(nothing);
  expect(evaluatePolicies([policy({ ...base, Action: 'iam:ListUsers' })], request)).toEqual(
    nothing,
  );
});

it('names the statements and patterns that allow a request', () => {
  const Action = ['iam:Get*', 'iam:GetUser', 'iam:ListUsers'];
  const Resource = [`${users}/staff/*`, 'arn:aws:iam::*:user/mia'];
  const read: Statement = { Sid: 'Read', Effect: 'Allow', Action, Resource };
  const own = { effect: 'Allow', statement: 'Read of policy 1', resource: `${users}/staff/*` };
  expect(evaluatePolicies([policy(read, base)], request)).toEqual({
    allowed: true,
    by: [
      { ...own, action: 'iam:Get*' },
      { ...own, action: 'iam:GetUser' },
      { effect: 'Allow', statement: '2 of policy 1', action: 'iam:GetUser', resource: '*' },
    ],
  });
});

it('denies a request by a Deny of any policy, and only if the Deny applies', () => {
  const deny: Statement = { ...base, Sid: 'Never', Effect: 'Deny' };
  const decision = evaluatePolicies([policy(base), policy(deny), policy(base)], request);
  const by = {
    statement: 'Never of policy 2',
    effect: 'Deny',
    action: 'iam:GetUser',
    resource: '*',
  };
  expect(decision).toEqual({ allowed: false, by: [by] });
  const others: Statement[] = [
    { ...deny, Sid: 'A', Action: 'iam:GetUserPolicy' },
    { ...deny, Sid: 'B', Resource: `${users}/frank` },
    { ...deny, Sid: 'C', Condition: { Null: { 'aws:ResourceTag/protected': 'false' } } },
  ];
  expect(evaluatePolicies([policy(base, ...others)], request).allowed).toBe(true);
});

it('compares actions by * and ?, without case', () => {
  const actions = ['*', 'iam:*', 'iam:G*t*er', 'iam:GetUse?', 'iam:GetUser*', 'IAM:getuser'];
  const others = ['iam:Get', 'iam:Get?', 'iam:GetUser?', 'iam:User', 'ia:GetUser', 'ssm:*'];
  const matching = [...actions, ...others].filter((Action) => allows({ Action }));
  expect(matching).toEqual(actions);
});

it('compares resources by * and ?, with case', () => {
  const anywhere = ['*', frank, `${frank}*`, `${users}/*/frank`, `${users}/staff/??/frank`];
  const patterns = [...anywhere, 'arn:aws:iam::*:user/*'];
  const others = [
    ...[`${users}/frank`, `${users}/staff/?/frank`, `${frank}?`, `${users}/*/mia`],
    ...[`${users}/Staff/*`, 'arn:aws:iam::123456789012:role/*', 'arn:aws-cn:iam::*:user/*'],
  ];
  const matching = [...patterns, ...others].filter((Resource) => allows({ Resource }));
  expect(matching).toEqual(patterns);
  expect(allows({ Resource: '*' }, { resource: '*' })).toBe(true);
  expect(allows({ Resource: 'arn:aws:iam::*:user/*' }, { resource: '*' })).toBe(false);
  const literal = `${users}/a.b+c(d)[e]`;
  expect(allows({ Resource: literal }, { resource: literal })).toBe(true);
  expect(allows({ Resource: `${users}/a.b+*` }, { resource: `${users}/aXbb` })).toBe(false);
});

const tag = 'aws:ResourceTag/team';
const keys = 'aws:TagKeys';
const topicKey = 'kms:EncryptionContext:aws:sns:topicArn';
const topic = { [topicKey]: 'arn:aws:sns:us-east-1:123456789012:alerts' };

const holds = (Condition: Conditions, context: Context) => allows({ Condition }, { context });

it('lets an operator with IfExists hold without a value, and otherwise treats it as the plain operator', () => {
  const Condition = { ArnLikeIfExists: { [topicKey]: 'arn:aws:sns:*:*:alerts' } };
  expect(holds(Condition, {})).toBe(true);
  expect(holds(Condition, topic)).toBe(true);
  expect(holds(Condition, { [topicKey]: 'arn:aws:sns:us-east-1:123456789012:x' })).toBe(false);
});

/** Each operator, whose negation gives the opposite. */
it.each<[operator: string, key: string, wanted: string | string[], context: Context, is: boolean]>([
  ['StringEquals', tag, 'blue', { [tag]: 'blue' }, true],
  ['StringEquals', tag, 'blue', { [tag]: 'Blue' }, false],
  ['StringEquals', tag, 'b*', { [tag]: 'blue' }, false],
  ['StringEquals', tag, 'b*', { [tag]: 'b*' }, true],
  ['StringEquals', tag, ['red', 'blue'], { [tag]: 'blue' }, true],
  ['StringEquals', tag, ['red', 'blue'], { [tag]: 'green' }, false],
  ['StringEquals', tag, '*', {}, false],
  ['StringEquals', 'AWS:resourcetag/TEAM', 'blue', { 'aws:ResourceTag/Team': 'blue' }, true],
  ['StringEqualsIgnoreCase', tag, 'blue', { [tag]: 'BLUE' }, true],
  ['StringEqualsIgnoreCase', tag, 'blue', { [tag]: 'blues' }, false],
  ['StringEqualsIgnoreCase', tag, '*', {}, false],
  ['StringLike', tag, 'bl?e*', { [tag]: 'blue-1' }, true],
  ['StringLike', tag, 'bl?e*', { [tag]: 'Blue-1' }, false],
  ['StringLike', tag, '*', {}, false],
  ...['ArnEquals', 'ArnLike'].flatMap((operator): [string, string, string, Context, boolean][] => [
    [operator, topicKey, topic[topicKey], topic, true],
    [operator, topicKey, 'arn:aws:sns:*:123456789012:al*', topic, true],
    [operator, topicKey, 'arn:aws:sns:us-east-?:*:alerts', topic, true],
    [operator, topicKey, 'arn:aws:*:*:*:Alerts', topic, false],
    // A * never reaches over a colon.
    [operator, topicKey, 'arn:aws:sns:us*:alerts:x', topic, false],
    [operator, topicKey, 'arn:aws:sns:*:*:*', {}, false],
  ]),
])(
  '%s of %s with %j, given %j: %s, and negated the opposite',
  (operator, key, wanted, context, is) => {
    const negated = operator.replace(/^(String|Arn)/, '$1Not');
    expect(holds({ [operator]: { [key]: wanted } }, context)).toBe(is);
    expect(holds({ [negated]: { [key]: wanted } }, context)).toBe(!is);
  },
);

it.each<[operator: string, wanted: string[], given: string[] | undefined, is: boolean]>([
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', ['a', 'b'], ['A'], false],
  ['ForAllValues:StringEquals', ['a'], undefined, true],
  ['ForAllValues:StringEquals', ['a'], [], true],
  ['ForAllValues:StringNotLike', ['a*', 'b'], ['c'], true],
  ['ForAllValues:StringNotLike', ['a*', 'b'], ['c', 'ab'], false],
  ['ForAllValues:StringNotLike', ['a*', 'b'], undefined, true],
  ['ForAnyValue:StringEqualsIgnoreCase', ['a', 'b'], ['c', 'B'], true],
  ['ForAnyValue:StringEqualsIgnoreCase', ['a', 'b'], ['c'], false],
  ['ForAnyValue:StringEqualsIgnoreCase', ['a', 'b'], undefined, false],
  ['ForAnyValue:StringEqualsIgnoreCase', ['a', 'b'], [], false],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'c'], true],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a'], false],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], [], false],
  ['Null', ['true'], undefined, true],
  ['Null', ['true'], [], true],
  ['Null', ['true'], ['a'], false],
  ['Null', ['false'], [], false],
  ['Null', ['false'], ['a'], true],
])('%s of a multivalued key with %j, given %j: %s', (operator, wanted, given, is) => {
  const context: Context = given === undefined ? {} : { [keys]: given };
  expect(holds({ [operator]: { [keys]: wanted } }, context)).toBe(is);
});

it('counts an empty value as a value', () => {
  expect(holds({ Null: { [tag]: 'false' } }, { [tag]: '' })).toBe(true);
});

it('requires every key and every operator of a condition to hold', () => {
  const context = { [tag]: 'blue', 'ssm:Overwrite': 'true', [keys]: ['a'] };
  const both = {
    StringEquals: { [tag]: 'blue', 'ssm:Overwrite': 'true' },
    'ForAllValues:StringLike': { [keys]: 'a*' },
  };
  expect(holds(both, context)).toBe(true);
  expect(holds(both, { ...context, [tag]: 'red' })).toBe(false);
  expect(holds(both, { ...context, 'ssm:Overwrite': 'false' })).toBe(false);
  expect(holds(both, { ...context, [keys]: ['b'] })).toBe(false);
});

// As in a template, whose types nobody has checked.
const document = { Version: '2012-10-17', Statement: [base] };
const statement = (change: object) => ({ ...document, Statement: { ...base, ...change } });
const variable = ['$', '{aws:username}'].join('');
// Of an action that the request is not about: it is refused nevertheless.
const condition = (operator: string, key: string, value: unknown = 'x') =>
  statement({ Action: 'iam:ListUsers', Condition: { [operator]: { [key]: value } } });

it.each<[what: string, policy: unknown, message: RegExp]>([
  ['NotAction', statement({ NotAction: 'iam:ListUsers' }), /NotAction/],
  ['NotResource', statement({ NotResource: '*' }), /NotResource/],
  ['Principal', statement({ Principal: '*' }), /Principal/],
  ['an unknown element of the policy', { ...document, Id: 'x' }, /Id/],
  ['another effect', statement({ Effect: 'allow' }), /Effect/],
  ['an older version', { ...document, Version: '2008-10-17' }, /Version/],
  ['no version', { Statement: base }, /Version/],
  ['no actions', statement({ Action: [] }), /Action/],
  ['an action without a service', statement({ Action: 'GetUser' }), /Action/],
  ['a reference that is not resolved', statement({ Resource: { Ref: 'X' } }), /Resource/],
  ['a resource that is not an ARN', statement({ Resource: 'user/*' }), /Resource/],
  ['an ARN of any service', statement({ Resource: 'arn:aws:*:::x' }), /Resource/],
  ['a variable in a resource', statement({ Resource: `arn:aws:iam:::${variable}` }), /variables/],
  ['a variable in a value', condition('StringLike', tag, variable), /variables/],
  ['a repeated Sid', policy({ ...base, Sid: 'A' }, { ...base, Sid: 'A' }), /A twice/],
  ['an unknown operator', condition('StringMatches', tag), /StringMatches/],
  ['an operator in another case', condition('stringEquals', tag), /stringEquals/],
  ['an operator for numbers', condition('NumericEquals', tag), /NumericEquals/],
  ['a property of every object', condition('constructor', tag), /constructor/],
  ['a condition that is not an object', statement({ Condition: { StringEquals: 'x' } }), /object/],
  ['an unknown set operator', condition('ForSomeValues:StringEquals', keys), /ForSomeValues/],
  ['a set operator for ARNs', condition('ForAnyValue:ArnLike', keys), /ArnLike/],
  ['a set operator with Null', condition('ForAllValues:Null', keys, 'true'), /Null/],
  ['a multivalued key without a set operator', condition('StringEquals', keys), /several/],
  ['a set operator with one value', condition('ForAllValues:StringEquals', tag), /one value/],
  ['an unknown key', condition('StringNotEquals', 'aws:TagKey'), /aws:TagKey /],
  ['a tag without its key', condition('StringEquals', 'aws:ResourceTag'), /aws:ResourceTag /],
  ['an ARN operator with another text', condition('ArnLike', 'aws:PrincipalArn', '*'), /ARNs/],
  ['another value of Null', condition('Null', tag, 'yes'), /Null/],
  ['a value that is not a text', condition('StringEquals', 'ssm:Overwrite', true), /string/],
  ['no values', condition('StringNotEquals', tag, []), /length/],
])('refuses a policy with %s by name', (_, refused, message) => {
  expect(() => evaluatePolicies([refused as Policy], request)).toThrow(message);
});

it.each<[what: string, context: Context, message: RegExp]>([
  ['an unknown key', { 'aws:Nothing': 'x' }, /aws:Nothing/],
  ['one key in two cases', { 'aws:RequestTag/a': 'x', 'aws:RequestTag/A': 'x' }, /twice/],
  ['one text for a multivalued key', { [keys]: 'x' }, /a list/],
  ['a list for one value', { [tag]: ['x'] }, /one text/],
])('refuses a request with %s', (_, context, message) => {
  expect(() => evaluatePolicies([policy(base)], { ...request, context })).toThrow(message);
});

it('refuses a request for a pattern of actions', () => {
  expect(() => evaluatePolicies([], { ...request, action: 'iam:Get*' })).toThrow(/iam:Get\*/);
});
