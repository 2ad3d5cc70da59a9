import * as v from 'valibot';
import type { Policy } from '../../local-aws/policy/policy.ts';
import type { ResolvedResource } from '../../local-aws/template/resolve.ts';
import { ofType } from './resolved.ts';

const text = v.string();
const list = v.array(text);
const oneOrMore = v.union([
  list,
  v.pipe(
    text,
    v.transform((one) => [one]),
  ),
]);
const statement = v.strictObject({
  Sid: text,
  Effect: v.picklist(['Allow', 'Deny']),
  Action: list,
  Resource: oneOrMore,
  Condition: v.optional(v.record(text, v.record(text, v.union([text, list])))),
});
const policyDocument = v.strictObject({
  Version: v.literal('2012-10-17'),
  Statement: v.array(statement),
});
const roleProperties = v.strictObject({
  RoleName: v.pipe(text, v.regex(/^UnusedIamCredentials-\w+-[a-z0-9-]+$/u)),
  Description: text,
  AssumeRolePolicyDocument: v.unknown(),
  Policies: v.array(v.strictObject({ PolicyName: text, PolicyDocument: policyDocument })),
  ManagedPolicyArns: v.optional(list, []),
});
const policyProperties = v.strictObject({
  ManagedPolicyName: text,
  Description: text,
  PolicyDocument: policyDocument,
});

/** A statement of a role's policies, its actions and resources as lists. */
export type RoleStatement = v.InferOutput<typeof statement>;

/** A role of the stack. */
export interface Role {
  /** The part of its name between the prefix and the Region, such as Evaluate. */
  readonly name: string;
  readonly roleName: string;
  readonly trust: unknown;
  readonly policyNames: readonly string[];
  readonly policies: readonly Policy[];
  readonly statements: readonly RoleStatement[];
}

/** With inline policies and the stack's own managed policies. Throws for a role with any other policy. */
export function rolesOf(resources: readonly ResolvedResource[]): Role[] {
  const managed = [...ofType(resources, 'AWS::IAM::ManagedPolicy').values()].map((each) => {
    const { ManagedPolicyName: PolicyName, PolicyDocument } = v.parse(policyProperties, each);
    return { PolicyName, PolicyDocument };
  });
  return [...ofType(resources, 'AWS::IAM::Role').values()].map((properties) => {
    const { RoleName, AssumeRolePolicyDocument, Policies, ManagedPolicyArns } = v.parse(
      roleProperties,
      properties,
    );
    const attached = ManagedPolicyArns.map((arn) => {
      const found = managed.find(({ PolicyName }) => arn.endsWith(`:policy/${PolicyName}`));
      if (found === undefined)
        throw new Error(`${RoleName} has ${arn}, which is not a policy of the stack`);
      return found;
    });
    const all = [...Policies, ...attached];
    return {
      name: RoleName.split('-')[1] ?? '',
      roleName: RoleName,
      trust: AssumeRolePolicyDocument,
      policyNames: all.map(({ PolicyName }) => PolicyName),
      policies: all.map(({ PolicyDocument }) => PolicyDocument as Policy),
      statements: all.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    };
  });
}

/** Throws if there is no role of that name. */
export function roleNamed(roles: readonly Role[], name: string): Role {
  const found = roles.find((role) => role.name === name);
  if (found === undefined) throw new Error(`There is no role ${name}`);
  return found;
}

/** Sorted, on any resource. */
export function allowedActions({ statements }: Role): string[] {
  const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
  return inOrder(allowing.flatMap(({ Action }) => Action));
}

/** Sorted, without duplicates. */
export function inOrder(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort();
}
