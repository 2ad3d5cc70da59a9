import { expect, it } from 'vitest';
import { evaluatePolicies, type Policy } from '../../../local-aws/policy/policy.ts';

const allow = { Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' };
const document = { Version: '2012-10-17', Statement: [allow] };
const request = { action: 'iam:GetUser', resource: '*', context: {} };

// As from a template, whose type nobody has checked.
function evaluate(policy: unknown, context = {}) {
  return () => evaluatePolicies([policy as Policy], { ...request, context });
}

const statement = (change: object) => ({ ...document, Statement: { ...allow, ...change } });
const condition = (operator: string, key: string, value: unknown = 'x') =>
  // Of an action that is not asked for: it is refused nevertheless.
  statement({ Action: 'iam:ListUsers', Condition: { [operator]: { [key]: value } } });
const tag = 'aws:ResourceTag/team';
const variable = ['$', '{aws:username}'].join('');

it('a policy that is understood is not refused', () => {
  expect(evaluate(document)().allowed).toBe(true);
  expect(evaluate(condition('StringEquals', tag))().allowed).toBe(false);
});

it.each([
  ['the element NotAction', statement({ NotAction: 'iam:ListUsers' }), /NotAction/],
  ['the element NotResource', statement({ NotResource: '*' }), /NotResource/],
  ['the element Principal', statement({ Principal: '*' }), /Principal/],
  ['an unknown element of the policy', { ...document, Id: 'x' }, /Id/],
  ['another effect', statement({ Effect: 'allow' }), /Effect/],
  ['an older version, which has no variables', { ...document, Version: '2008-10-17' }, /Version/],
  ['a missing version', { Statement: allow }, /Version/],
  ['no actions', statement({ Action: [] }), /Action/],
  ['an action without a service', statement({ Action: 'GetUser' }), /Action/],
  ['what CloudFormation has not filled in', statement({ Resource: { Ref: 'X' } }), /Resource/],
  ['a resource that is no ARN', statement({ Resource: 'user/*' }), /Resource/],
  ['an ARN for any service', statement({ Resource: 'arn:aws:*:::x' }), /Resource/],
  ['a variable in a resource', statement({ Resource: `arn:aws:iam:::${variable}` }), /variables/],
  ['a variable in a value', condition('StringLike', tag, variable), /variables/],
  [
    'one Sid of two statements',
    { ...document, Statement: [1, 2].map(() => ({ ...allow, Sid: 'A' })) },
    /A twice/,
  ],
  ['an unknown operator', condition('StringMatches', tag), /StringMatches/],
  ['an operator in other case', condition('stringEquals', tag), /stringEquals/],
  ['IfExists', condition('StringEqualsIfExists', tag), /IfExists/],
  ['an operator for numbers', condition('NumericEquals', tag), /NumericEquals/],
  ['the name of what every object has', condition('constructor', tag), /constructor/],
  ['a condition that is no map', statement({ Condition: { StringEquals: 'x' } }), /Expected an object/],
  ['another set operator', condition('ForSomeValues:StringEquals', 'aws:TagKeys'), /ForSomeValues/],
  [
    'a set operator before one for ARNs',
    condition('ForAnyValue:ArnLike', 'aws:TagKeys'),
    /ArnLike/,
  ],
  ['a set operator before Null', condition('ForAllValues:Null', 'aws:TagKeys', 'true'), /Null/],
  [
    'no set operator with a key of several values',
    condition('StringEquals', 'aws:TagKeys'),
    /several/,
  ],
  [
    'a set operator with a key of one value',
    condition('ForAllValues:StringEquals', tag),
    /one value/,
  ],
  ['an unknown key', condition('StringNotEquals', 'aws:TagKey'), /aws:TagKey /],
  ['a tag without its key', condition('StringEquals', 'aws:ResourceTag'), /aws:ResourceTag /],
  ['what is no ARN', condition('ArnLike', 'aws:PrincipalArn', '*'), /ARNs/],
  ['another value of Null', condition('Null', tag, 'yes'), /Null/],
  ['a value that is no text', condition('StringEquals', 'ssm:Overwrite', true), /string/],
  ['no values', condition('StringNotEquals', tag, []), /length/],
])('%s is refused by name', (_, policy, message) => {
  expect(evaluate(policy)).toThrow(message);
});

it.each([
  ['an unknown key', { 'aws:Nothing': 'x' }, /aws:Nothing/],
  ['one key in two cases', { 'aws:RequestTag/a': 'x', 'aws:RequestTag/A': 'x' }, /twice/],
  ['one text for several values', { 'aws:TagKeys': 'x' }, /a list/],
  ['a list for one value', { [tag]: ['x'] }, /one text/],
])('a request with %s is refused', (_, context, message) => {
  expect(evaluate(document, context)).toThrow(message);
});

it('a request for a pattern of actions is refused', () => {
  expect(() => evaluatePolicies([], { ...request, action: 'iam:Get*' })).toThrow(/iam:Get\*/);
});
