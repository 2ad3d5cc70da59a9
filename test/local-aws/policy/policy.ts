import * as v from 'valibot';
import { isMap } from '../automation/references.ts';
import { type Condition, readCondition } from './condition.ts';

type OneOrMore<T> = T | readonly T[];

/** A statement of an identity policy, with the elements that are understood here. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Compared without case; may hold `*` and `?`. */
  readonly Action: OneOrMore<string>;
  /** Compared with case; may hold `*` and `?`. */
  readonly Resource: OneOrMore<string>;
  /** By operator, then by key; all must hold. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore<string>>>>>;
}

/** An identity policy, such as a role has. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: OneOrMore<Statement>;
}

/** A statement as it is evaluated. */
export interface ReadStatement {
  /** Its Sid, or else its number, from 1; and that of its policy. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

const text = v.pipe(
  v.string(),
  v.check((value) => !value.includes('${'), 'Policy variables are not understood here'),
);
const action = v.pipe(text, v.regex(/^(\*|[a-z0-9-]+:[\w*?]+)$/i));
// No wildcard may stand for the service.
const resource = v.pipe(text, v.regex(/^(\*|arn:[^:]*:[a-z0-9-]+:[^:]*:[^:]*:.+)$/));

function oneOrMore<S extends v.GenericSchema>(item: S) {
  const toList = v.transform((value: unknown) => (Array.isArray(value) ? value : [value]));
  return v.pipe(v.unknown(), toList, v.array(item), v.minLength(1));
}

const map = v.custom<Record<string, unknown>>(isMap, 'No map');
const values = oneOrMore(text);

const statement = v.strictObject({
  Sid: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9]+$/))),
  Effect: v.picklist(['Allow', 'Deny']),
  Action: oneOrMore(action),
  Resource: oneOrMore(resource),
  Condition: v.optional(map, {}),
});

const policy = v.strictObject({
  Version: v.literal('2012-10-17'),
  Statement: oneOrMore(statement),
});

/**
 * Reads identity policies. Throws for whatever is not understood here, whether or not a request would come
 * to it: other elements (NotAction, NotResource, Principal), operators, keys, and policy variables.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readPolicies(policies: readonly Policy[]): readonly ReadStatement[] {
  return policies.flatMap((content, index) => {
    const { success, output, issues } = v.safeParse(policy, content);
    if (!success) {
      throw new Error(`Policy ${index + 1}: ${v.getDotPath(issues[0])}: ${issues[0].message}`);
    }
    const names = output.Statement.map(({ Sid }, at) => Sid ?? String(at + 1));
    const repeated = names.find((name, at) => names.indexOf(name) < at);
    if (repeated !== undefined) throw new Error(`Policy ${index + 1} has ${repeated} twice`);
    return output.Statement.map(({ Effect, Action, Resource, Condition: conditions }, at) => ({
      name: `${names[at]} of policy ${index + 1}`,
      ...{ effect: Effect, actions: Action, resources: Resource },
      conditions: readConditions(conditions),
    }));
  });
}

// By hand, since a record of valibot leaves out such keys as `constructor`, and with it a condition.
function readConditions(operators: Record<string, unknown>): Condition[] {
  return Object.entries(operators).flatMap(([operator, keys]) =>
    Object.entries(v.parse(map, keys)).map(([key, wanted]) =>
      readCondition(operator, key, v.parse(values, wanted)),
    ),
  );
}
