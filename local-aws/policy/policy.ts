import * as v from 'valibot';
import { isMap } from '../protocol.ts';

/**
 * Whether a text matches a pattern: `*` is any number of characters, slashes included; `?` is exactly
 * one. Case counts.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
function matchesGlob(pattern: string, text: string): boolean {
  const glob = globs.get(pattern) ?? readGlob(pattern);
  globs.set(pattern, glob);
  return glob.test(text);
}

function readGlob(pattern: string): RegExp {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
}

// Every request compares with the patterns of all policies of its caller.
const globs = new Map<string, RegExp>();

/**
 * Whether an ARN matches a pattern as conditions compare them: each of the six parts between colons by
 * itself, so that a `*` never reaches beyond its part.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
function matchesArn(pattern: string, arn: string): boolean {
  const parts = splitArn(arn);
  return splitArn(pattern).every((part, index) => matchesGlob(part, parts[index] ?? ''));
}

function isArn(text: string): boolean {
  return /^(?:[^:]*:){5}./s.test(text);
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** The condition keys of a request and their values; a multivalued key has a list. */
type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** The same as conditions compare it: keys in lower case. */
type Context = ReadonlyMap<string, readonly string[]>;

// Only the keys that the local account sets. Any other would be missing in every request, so that a
// negated condition, or one that asks for its absence, would hold without a reason.
const SINGLE_VALUED = [
  /^aws:principal(arn|account|orgid)$/,
  // Only resource policies use them.
  /^aws:source(arn|account)$/,
  /^aws:(resource|request)tag\/./,
  /^events:source$/,
  /^iam:passedtoservice$/,
  /^iam:policyarn$/,
  /^ssm:overwrite$/,
  /^kms:encryptioncontext:./,
];
const MULTIVALUED = [/^aws:tagkeys$/, /^aws:principalorgpaths$/];

/**
 * Reads the name of a condition key, which ignores case, also in a tag key. Throws for a key that the
 * local account does not set.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function readKey(name: string): { key: string; isMultivalued: boolean } {
  const key = name.toLowerCase();
  const isOneOf = (keys: readonly RegExp[]) => keys.some((known) => known.test(key));
  if (isOneOf(MULTIVALUED)) return { key, isMultivalued: true };
  if (isOneOf(SINGLE_VALUED)) return { key, isMultivalued: false };
  throw new Error(`The condition key ${name} is not supported here`);
}

/** Throws for an unsupported key, for a key that occurs twice, and for a list where one value belongs. */
function readContext(context: RequestContext): Context {
  const read = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(context)) {
    const { key, isMultivalued } = readKey(name);
    if (read.has(key)) throw new Error(`The request has the condition key ${name} twice`);
    if (isMultivalued === (typeof value === 'string')) {
      throw new Error(`${name} must be ${isMultivalued ? 'a list' : 'one text'}`);
    }
    read.set(key, typeof value === 'string' ? [value] : value);
  }
  return read;
}

type Condition = (context: Context) => boolean;

const COMPARISONS = new Map<string, (wanted: string, value: string) => boolean>([
  ['StringEquals', (wanted, value) => wanted === value],
  ['StringEqualsIgnoreCase', (wanted, value) => wanted.toLowerCase() === value.toLowerCase()],
  ['StringLike', matchesGlob],
  ['ArnEquals', matchesArn],
  ['ArnLike', matchesArn],
]);

/**
 * Reads one operator with one key and its values. Throws for what is not supported here. AWS says to use
 * set operators with multivalued keys only, so any other combination is an error.
 *
 * A condition holds if the request's value is one of the values, or none of them if it is negated.
 * Without a value in the request, a negated condition, ForAllValues and an operator with IfExists hold; ForAnyValue and
 * any other condition do not. Null asks whether there is no value.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
function readCondition(operator: string, name: string, wanted: readonly string[]): Condition {
  const { key, isMultivalued } = readKey(name);
  if (operator === 'Null') return readNull(key, wanted);
  const [, set, comparison = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const positive = comparison.replace(/^(String|Arn)Not/, '$1');
  const matches = COMPARISONS.get(positive);
  if (matches === undefined || (set !== undefined && positive.startsWith('Arn'))) {
    throw new Error(`The condition operator ${operator} is not supported here`);
  }
  if (isMultivalued !== (set !== undefined)) {
    const kind = isMultivalued ? 'may have several values' : 'has one value';
    throw new Error(`${operator} does not go with ${name}, which ${kind}`);
  }
  if (positive.startsWith('Arn') && !wanted.every(isArn)) {
    throw new Error(`${operator} compares ARNs, found ${wanted}`);
  }
  const isNegated = positive !== comparison;
  const accepts = (value: string) => isNegated !== wanted.some((each) => matches(each, value));
  return (context) => {
    const values = context.get(key) ?? [];
    if (set === 'ForAllValues') return values.every(accepts);
    if (set === 'ForAnyValue') return values.some(accepts);
    if (values.length === 0) return isNegated || ifExists !== undefined;
    return values.every(accepts);
  };
}

function readNull(key: string, wanted: readonly string[]): Condition {
  const unknown = wanted.find((value) => value !== 'true' && value !== 'false');
  if (unknown !== undefined) throw new Error(`Null takes true or false, found ${unknown}`);
  return (context) => wanted.includes(String((context.get(key) ?? []).length === 0));
}

type OneOrMore<T> = T | readonly T[];

/** A statement of an identity policy, with the elements that are supported here. */
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

/** An identity policy. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: OneOrMore<Statement>;
}

interface ReadStatement {
  /** The statement's Sid or, without one, its number from 1. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

const text = v.pipe(
  v.string(),
  v.check((value) => !value.includes('${'), 'Policy variables are not supported here'),
);
const action = v.pipe(text, v.regex(/^(\*|[a-z0-9-]+:[\w*?]+)$/i));
// The service must not contain a wildcard.
const resource = v.pipe(text, v.regex(/^(\*|arn:[^:]*:[a-z0-9-]+:[^:]*:[^:]*:.+)$/));

function oneOrMore<S extends v.GenericSchema>(item: S) {
  const toList = v.transform((value: unknown) => (Array.isArray(value) ? value : [value]));
  return v.pipe(v.unknown(), toList, v.array(item), v.minLength(1));
}

const map = v.custom<Record<string, unknown>>(isMap, 'Expected an object');
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
 * Throws for whatever is not supported here, whether or not a request would reach it: other elements
 * (NotAction, NotResource, Principal), operators, keys, and policy variables.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
function readPolicies(policies: readonly Policy[]): readonly ReadStatement[] {
  return policies.flatMap((content, index) => {
    const known = isMap(content) ? alreadyRead.get(content) : undefined;
    const statements = known ?? readPolicy(content, index + 1);
    if (isMap(content)) alreadyRead.set(content, statements);
    return statements.map((read) => ({ ...read, name: `${read.name} of policy ${index + 1}` }));
  });
}

// Every request reads the policies of its caller again, and a policy does not change.
const alreadyRead = new WeakMap<object, readonly ReadStatement[]>();

function readPolicy(content: Policy, number: number): readonly ReadStatement[] {
  const { success, output, issues } = v.safeParse(policy, content);
  if (!success) {
    throw new Error(`Policy ${number}: ${v.getDotPath(issues[0])}: ${issues[0].message}`);
  }
  const names = output.Statement.map(({ Sid }, at) => Sid ?? String(at + 1));
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  if (repeated !== undefined) throw new Error(`Policy ${number} has ${repeated} twice`);
  return output.Statement.map(({ Effect, Action, Resource, Condition: conditions }, at) => ({
    name: names[at] ?? '',
    ...{ effect: Effect, actions: Action, resources: Resource },
    conditions: readConditions(conditions),
  }));
}

// Not a record of valibot, which drops such keys as `constructor` and the condition with it.
function readConditions(operators: Record<string, unknown>): Condition[] {
  return Object.entries(operators).flatMap(([operator, keys]) =>
    Object.entries(v.parse(map, keys)).map(([key, wanted]) =>
      readCondition(operator, key, v.parse(values, wanted)),
    ),
  );
}

/** An action on a resource, with the condition keys of the request. */
export interface PolicyRequest {
  /** For example, `iam:GetUser`. */
  readonly action: string;
  /** An ARN, or `*` if the service defines no resource for the action. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** A statement that applied, with the action and resource patterns that matched. */
export interface PolicyMatch {
  /** The statement's Sid or number, and the number of its policy. */
  readonly statement: string;
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  readonly resource: string;
}

/** Whether a request is allowed, and the statements that allow or deny it; none if nothing allows it. */
interface PolicyDecision {
  readonly allowed: boolean;
  readonly by: readonly PolicyMatch[];
}

/**
 * Evaluates the identity policies of one principal. A Deny that applies wins; without an Allow that applies,
 * the request is denied. Throws for whatever is not supported here, in any of the policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatePolicies(
  policies: readonly Policy[],
  request: PolicyRequest,
): PolicyDecision {
  if (!/^[a-z0-9-]+:\w+$/i.test(request.action))
    throw new Error(`Expected an action, found ${request.action}`);
  const context = readContext(request.context);
  const matches = readPolicies(policies)
    .filter(({ conditions }) => conditions.every((holds) => holds(context)))
    .flatMap(listMatches)
    .filter(({ action }) => matchesGlob(action.toLowerCase(), request.action.toLowerCase()))
    .filter(({ resource }) => matchesGlob(resource, request.resource));
  const denials = matches.filter(({ effect }) => effect === 'Deny');
  if (denials.length > 0) return { allowed: false, by: denials };
  return { allowed: matches.length > 0, by: matches };
}

function listMatches({ name, effect, actions, resources }: ReadStatement): readonly PolicyMatch[] {
  return actions.flatMap((action) =>
    resources.map((resource) => ({ statement: name, effect, action, resource })),
  );
}

/** Every combination of an action and a resource in the policies. Throws like evaluatePolicies. */
export function listStatements(policies: readonly Policy[]): readonly PolicyMatch[] {
  return readPolicies(policies).flatMap(listMatches);
}
