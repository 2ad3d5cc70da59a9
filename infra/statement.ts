/** A statement of an identity policy, in CloudFormation's own form. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Takes a name, actions, resources, and conditions. Gives back the statement that allows them. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: unknown,
  Condition?: Statement['Condition'],
): Statement {
  const condition = Condition === undefined ? {} : { Condition };
  return { Sid, Effect: 'Allow', Action, Resource, ...condition };
}

/** Takes statements. Gives back the policy document that holds them. */
export function policyDocument(Statement: readonly unknown[]) {
  return { Version: '2012-10-17', Statement };
}
