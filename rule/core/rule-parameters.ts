import { ExpectedError } from './errors.ts';
import { defaultExemptUntilTag } from './names.ts';

/** Which unused credentials make a user NON_COMPLIANT; see docs/reference.md. */
export const evaluationScopes = ['credential', 'user', 'console-password'] as const;
export type EvaluationScope = (typeof evaluationScopes)[number];

/** The rule's parameters, validated, with every default filled in. Ages are days. */
export interface RuleParameters {
  readonly maxCredentialUsageAge: number;
  readonly maxPasswordUsageAge: number;
  readonly maxAccessKeyUsageAge: number;
  readonly evaluationScope: EvaluationScope;
  readonly exemptPathPrefixes: readonly string[];
  readonly exemptUntilTag: string;
  readonly maxExemptionDays: number;
}

/** A parameter's documentation, from which the parameter table and the command line's help are generated. */
export interface ParameterDefinition {
  readonly description: string;
  /** The default as text. */
  readonly default: string;
  /** What is valid, as text; also what an error message says was expected. */
  readonly valid: string;
  /** All valid values, if there are only a few. */
  readonly values?: readonly string[];
  /** Whether a value, as text, is valid. */
  readonly accepts: (value: string) => boolean;
}

const days = {
  valid: 'a whole number of days from 1 to 3650',
  accepts: (value: string) => /^[1-9]\d{0,3}$/u.test(value) && Number(value) <= 3650,
};

// The character set of IAM paths (\u0021-\u007E), less the comma that separates prefixes here.
const pathPrefix = /^\/[\x21-\x2B\x2D-\x7E]{1,510}\/$/u;
const tagKey = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu;

/** Every rule parameter by name, in the order in which they are shown. */
export const parameterDefinitions = {
  maxCredentialUsageAge: {
    description: 'Days without activity after which a password or an access key is unused',
    default: '45',
    ...days,
  },
  maxPasswordUsageAge: {
    description: 'Days without activity after which a password is unused',
    default: 'maxCredentialUsageAge',
    ...days,
  },
  maxAccessKeyUsageAge: {
    description: 'Days without activity after which an access key is unused',
    default: 'maxCredentialUsageAge',
    ...days,
  },
  evaluationScope: {
    description: 'Which unused credentials make a user NON_COMPLIANT',
    default: 'credential',
    valid: `one of ${evaluationScopes.join(', ')}`,
    values: evaluationScopes,
    accepts: (value) => evaluationScopes.some((scope) => scope === value),
  },
  exemptPathPrefixes: {
    description: 'IAM paths whose users are exempt, separated by commas',
    default: 'none',
    valid:
      'IAM paths that begin and end with /, such as /break-glass/; / alone would exempt everyone',
    accepts: (value) => splitPrefixes(value).every((prefix) => pathPrefix.test(prefix)),
  },
  exemptUntilTag: {
    description:
      'Key of the user tag that exempts the user until its value: an ISO date (to the end of that day, UTC) or an instant with an offset',
    default: defaultExemptUntilTag,
    valid:
      'a tag key of 1 to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:',
    accepts: (value) => tagKey.test(value),
  },
  maxExemptionDays: {
    description: 'An exemption that ends more than this many days from now is ignored',
    default: '365',
    ...days,
  },
} as const satisfies Record<string, ParameterDefinition>;

/** The name of a rule parameter. */
export type ParameterName = keyof typeof parameterDefinitions;

/** Every rule parameter's name, in the order in which they are shown. */
export const parameterNames = Object.keys(parameterDefinitions) as ParameterName[];

/** How an error message names parameters, and what it advises. */
interface ParameterNaming {
  readonly what: string;
  readonly nameOf: (name: string) => string;
  readonly advice: string;
}

const inRule: ParameterNaming = {
  what: 'Rule parameters',
  nameOf: (name) => name,
  advice: "Correct the rule's parameters and evaluate again.",
};

/**
 * Reads the rule's InputParameters: strings, or whole JSON numbers. The RuleParameterError lists every unknown
 * name and every invalid value, with what is valid.
 */
export function parseRuleParameters(
  input: Readonly<Record<string, unknown>>,
  { what, nameOf, advice }: ParameterNaming = inRule,
): RuleParameters {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const [name, given] of Object.entries(input)) {
    const definition = Object.hasOwn(parameterDefinitions, name)
      ? parameterDefinitions[name as ParameterName]
      : undefined;
    const value = typeof given === 'number' ? String(given) : given;
    if (definition === undefined) {
      problems.push(`unknown parameter ${quote(name)}; known are ${parameterNames.join(', ')}`);
    } else if (typeof value !== 'string' || !definition.accepts(value)) {
      problems.push(`${nameOf(name)} is ${quote(given)}; valid is ${definition.valid}`);
    } else {
      values.set(name, value);
    }
  }
  if (problems.length > 0) {
    throw new ExpectedError('RuleParameterError', `${what}: ${problems.join('; ')}. ${advice}`);
  }
  const text = (name: ParameterName): string | undefined => values.get(name);
  const credentialAge =
    text('maxCredentialUsageAge') ?? parameterDefinitions.maxCredentialUsageAge.default;
  return {
    maxCredentialUsageAge: Number(credentialAge),
    maxPasswordUsageAge: Number(text('maxPasswordUsageAge') ?? credentialAge),
    maxAccessKeyUsageAge: Number(text('maxAccessKeyUsageAge') ?? credentialAge),
    evaluationScope:
      evaluationScopes.find((scope) => scope === text('evaluationScope')) ??
      parameterDefinitions.evaluationScope.default,
    exemptPathPrefixes: splitPrefixes(text('exemptPathPrefixes')),
    exemptUntilTag: text('exemptUntilTag') ?? parameterDefinitions.exemptUntilTag.default,
    maxExemptionDays: Number(
      text('maxExemptionDays') ?? parameterDefinitions.maxExemptionDays.default,
    ),
  };
}

/** Says which parameters of a rule differ from the stack's, with both values; null if none does. */
export function describeChange(
  ruleName: string,
  rule: RuleParameters,
  stack: RuleParameters,
): string | null {
  const differences = parameterNames.flatMap((name) => {
    const [is, expected] = [showParameter(rule[name]), showParameter(stack[name])];
    return is === expected ? [] : [`${name} is ${is}, in the stack ${expected}`];
  });
  return differences.length === 0
    ? null
    : `AWS Config rule ${ruleName} was changed since its deployment: ${differences.join('; ')}`;
}

/** A parameter's value as text, `none` for an empty list. */
export function showParameter(value: RuleParameters[ParameterName]): string {
  return typeof value === 'object' ? value.join(',') || 'none' : String(value);
}

function splitPrefixes(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(',').map((prefix) => prefix.trim());
}

function quote(value: unknown): string {
  const isJson = typeof value === 'string' || typeof value === 'object';
  const text = isJson ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Rule parameters as text, not validated. */
export type ParameterTexts = Readonly<Partial<Record<ParameterName, string>>>;

/** A named set of rule parameters that follows published guidance. */
export interface Preset {
  readonly guidance: string;
  readonly parameters: ParameterTexts;
}

/** Every preset by name. Values are the strings that the rule takes. */
export const presets = {
  cis: {
    guidance: 'CIS AWS Foundations: credentials unused for 45 days or more',
    parameters: { maxCredentialUsageAge: '45' },
  },
  conformity: {
    guidance: 'Conformity checks: credentials unused for 90 days or more',
    parameters: { maxCredentialUsageAge: '90' },
  },
  '30-days': {
    guidance: 'Strict baselines: credentials unused for 30 days or more',
    parameters: { maxCredentialUsageAge: '30' },
  },
  'inactive-users': {
    guidance: 'Users to retire: all their credentials are unused for 90 days or more',
    parameters: { maxCredentialUsageAge: '90', evaluationScope: 'user' },
  },
  'console-passwords': {
    guidance:
      'Passwords unused for 90 days or more, if the user has used no access key for 45 days',
    parameters: {
      maxPasswordUsageAge: '90',
      maxAccessKeyUsageAge: '45',
      evaluationScope: 'console-password',
    },
  },
} as const satisfies Record<string, Preset>;

/** The name of a preset. */
export type PresetName = keyof typeof presets;

/**
 * Explicit parameters override the preset's. An explicit maxCredentialUsageAge applies to passwords and access
 * keys, so it also overrides the preset's ages for each.
 */
export function withPreset(preset: PresetName | null, explicit: ParameterTexts): ParameterTexts {
  const chosen: Partial<Record<ParameterName, string>> = {
    ...(preset === null ? {} : presets[preset].parameters),
  };
  if (explicit.maxCredentialUsageAge !== undefined) {
    delete chosen.maxPasswordUsageAge;
    delete chosen.maxAccessKeyUsageAge;
  }
  return { ...chosen, ...explicit };
}

/** The shorter one of the limits for passwords and access keys (days). */
export function shortestLimit(parameters: RuleParameters): number {
  return Math.min(parameters.maxPasswordUsageAge, parameters.maxAccessKeyUsageAge);
}
