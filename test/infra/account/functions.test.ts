import { describe, expect, it } from 'vitest';
import { readBundle } from '../../../infra/account/functions.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { inOrganization, resources } from '../resolved.ts';
import { allowedActions, inOrder, roleNamed, rolesOf } from '../roles.ts';
import { actionsInBundle } from '../sdk-actions.ts';

const functions = Object.values(functionNames).map((functionName) => {
  const name = functionName.replace('unused-iam-credentials-', '');
  const role = name.replace(/(?:^|-)(\w)/gu, (_, letter: string) => letter.toUpperCase());
  return { functionName, role };
});
/** The actions that Lambda takes under the function's role: it writes the log, and reports failed evaluations. */
const byLambda = (functionName: string) => [
  ...['logs:CreateLogStream', 'logs:PutLogEvents'],
  ...(functionName === functionNames.evaluate ? ['events:PutEvents'] : []),
];

describe.each(functions)('$functionName', ({ functionName, role }) => {
  const called = inOrder(actionsInBundle(readBundle(functionName)));

  // A permission that no call in the bundle needs fails here. esbuild leaves out unused functions, so a bundle
  // holds no call that its code cannot reach. A missing permission fails here as well, and in the scenarios of
  // deployed.test.ts, where the local account enforces the roles.
  it('may call only the operations that it and Lambda call', () => {
    expect(called.length).toBeGreaterThan(5);
    expect(allowedActions(roleNamed(rolesOf(resources), role))).toEqual(
      inOrder([...called, ...byLambda(functionName)]),
    );
  });

  it('may also use the key of the central topic, if it publishes there, and nothing else', () => {
    const publishes = called.includes('sns:Publish');
    const forKey = publishes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : [];
    const own = roleNamed(rolesOf(inOrganization), role);
    expect(allowedActions(own)).toEqual(inOrder([...called, ...byLambda(functionName), ...forKey]));
  });
});

describe('the reading of bundles', () => {
  const bundle = (rest: string) => `var a$=require("@aws-sdk/client-iam");${rest}`;

  it('finds commands and paginators of the SDK, and no properties of other objects', () => {
    const code = bundle('x.send(new a$.GetUserCommand({}));a$.paginateListUsers(y);z.a$.b');
    expect(actionsInBundle(code)).toEqual(['iam:GetUser', 'iam:ListUsers']);
  });

  it.each([
    ['a client that calls by methods', bundle('new q.IAM({}).getUser({})')],
    ['a waiter', bundle('a$.waitUntilUserExists(x)')],
    ['an import', bundle('a$.GetUserCommand;import("@aws-sdk/client-sts")')],
    ['a command that is not imported', bundle('a$.GetUserCommand;b.DeleteUserCommand')],
    ['another client', 'var a=require("@aws-sdk/client-sts");a.GetCallerIdentityCommand'],
    ['an invocation', 'var a=require("@aws-sdk/client-lambda");a.InvokeCommand'],
  ])('refuses %s', (_, code) => {
    expect(() => actionsInBundle(code)).toThrow();
  });
});
