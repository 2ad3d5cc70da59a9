import { accountParameterGroups, ruleParameters } from '../../infra/parameters/account.ts';
import type { ParameterGroup, StackParameter } from '../../infra/parameters/declare.ts';
import { organizationParameterGroups } from '../../infra/parameters/organization.ts';

/** The parameters of a template that are variables of its Terraform module. */
interface ModuleParameters {
  readonly groups: readonly ParameterGroup[];
  /** The parameters that can be null although they have no default, because a template can lack them. */
  readonly optional: readonly string[];
}

/** The parameters of the module for an account. */
export const accountModule: ModuleParameters = { groups: accountParameterGroups, optional: [] };

/** The parameters of the module for an organization, which knows the URL of the account template. */
export const organizationModule: ModuleParameters = {
  groups: organizationParameterGroups(false).map(({ label, parameters }) => {
    const { TemplateUrl: _, ...rest } = parameters;
    return { label, parameters: rest };
  }),
  // A template with waves does not have it.
  optional: ['OrganizationalUnitIds'],
};

/** The types that a Terraform variable has for a parameter; every parameter of the template is a string. */
type VariableType = 'bool' | 'number' | 'string' | 'list(string)';

/** A comma-separated list in an allowed pattern. */
interface ListPattern {
  /** The pattern of the value that stands for the whole list; it is empty if the list can be empty. */
  readonly whole: string;
  readonly element: string;
  readonly longest: number | undefined;
}

/** The variables of a Terraform module, one for each parameter. */
export function renderVariables({ groups, optional }: ModuleParameters): string {
  const blocks = groups.flatMap(({ label, parameters }) => [
    `# ${label}`,
    ...Object.entries(parameters).map(([name, parameter]) =>
      renderVariable(name, parameter, optional.includes(name)),
    ),
  ]);
  return `\n${blocks.join('\n\n')}\n`;
}

/** The Terraform local value that maps the template's parameters to the variables' values. */
export function renderGiven({ groups, optional }: ModuleParameters): string {
  const given = groups.flatMap(({ parameters }) =>
    Object.entries(parameters).map(([name, parameter]): [string, string] => {
      const variable = `var.${variableName(name)}`;
      if (typeOf(parameter) !== 'list(string)') return [name, variable];
      const joined = `join(",", ${variable})`;
      return [name, optional.includes(name) ? `${variable} == null ? null : ${joined}` : joined];
    }),
  );
  return ['locals {', '  given = {', ...align(given, 4), '  }', '}'].join('\n');
}

/** The name of a parameter as a Terraform variable, such as max_usage_age for MaxUsageAge. */
export function variableName(parameter: string): string {
  return parameter.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, '_').toLowerCase();
}

function renderVariable(name: string, parameter: StackParameter, isOptional: boolean): string {
  const type = typeOf(parameter);
  const fallback = defaultOf(parameter, type);
  const isNullable = isOptional || fallback === 'null';
  const variable = variableName(name);
  const condition = conditionOf(`var.${variable}`, parameter, type, isNullable);
  const adapt = (text: string) => adaptText(text, type);
  const { allowedValues, constraint, description } = parameter;
  const allowed = allowedValues?.filter((value) => value !== '').join(', ');
  const message = `${variable} ${adapt(constraint ?? `must be one of ${allowed}`)}.`;
  const attributes = [
    ['type', type],
    ...(fallback === undefined ? [] : [['default', fallback] as const]),
    ...(isNullable ? [] : [['nullable', 'false'] as const]),
    ['description', quote(adapt(description))],
  ] as const;
  const validation = [
    ['condition', condition ?? 'true'],
    ['error_message', quote(message)],
  ] as const;
  return [
    `variable "${variable}" {`,
    ...align(attributes, 2),
    ...(condition === undefined ? [] : ['', '  validation {', ...align(validation, 4), '  }']),
    '}',
  ].join('\n');
}

function typeOf({ allowedValues, allowedPattern }: StackParameter): VariableType {
  if (allowedValues?.join() === 'true,false') return 'bool';
  if (allowedValues?.every((value) => /^\d+$/u.test(value))) return 'number';
  if (allowedPattern === undefined) return 'string';
  if (readListPattern(allowedPattern) !== undefined) return 'list(string)';
  const withoutClasses = allowedPattern.replaceAll(/\[[\d-]+\]/gu, '');
  return /^(?:\\d|[\d^$()|{},?])*$/u.test(withoutClasses) ? 'number' : 'string';
}

/** Undefined if a value is required. A number that can be left empty is null. */
function defaultOf({ default: value }: StackParameter, type: VariableType): string | undefined {
  if (value === undefined) return undefined;
  if (type === 'list(string)') return value === '' ? '[]' : list(value.split(','));
  if (type === 'number' && value === '') return 'null';
  return type === 'string' ? quote(value) : value;
}

/** Undefined if every value of the type is valid. */
function conditionOf(
  variable: string,
  { allowedValues, allowedPattern, maxLength }: StackParameter,
  type: VariableType,
  isNullable: boolean,
): string | undefined {
  if (type === 'bool') return undefined;
  const text = type === 'list(string)' ? `join(",", ${variable})` : variable;
  const conditions = [
    ...(allowedValues === undefined ? [] : [isOneOf(variable, allowedValues, type)]),
    ...(allowedPattern === undefined ? [] : matches(variable, allowedPattern)),
    ...(maxLength === undefined ? [] : [`length(${text}) <= ${maxLength}`]),
  ];
  if (conditions.length === 0) return undefined;
  const condition = conditions.join(' && ');
  return isNullable ? `${variable} == null ? true : ${condition}` : condition;
}

function isOneOf(variable: string, values: readonly string[], type: VariableType): string {
  const literals = type === 'number' ? `[${values.join(', ')}]` : list(values);
  return `contains(${literals}, ${variable})`;
}

/**
 * Terraform's regular expressions (RE2) have no lookahead, so a negative lookahead becomes a separate condition.
 */
function matches(variable: string, pattern: string): string[] {
  const listPattern = readListPattern(pattern);
  if (listPattern !== undefined) return [matchesList(variable, listPattern)];
  const ahead = /^\^(?<before>\(\|)?\(\?!(?<not>[^()]+)\)(?<rest>.+)$/u.exec(pattern)?.groups;
  if (ahead === undefined) return [`can(regex(${quote(pattern)}, ${variable}))`];
  const { before = '', not = '', rest = '' } = ahead;
  return [
    `!can(regex(${quote(`^${not}`)}, ${variable}))`,
    `can(regex(${quote(`^${before}${rest}`)}, ${variable}))`,
  ];
}

/** The elements one by one, because RE2 repeats nothing more than 1,000 times in all. */
function matchesList(variable: string, { whole, element, longest }: ListPattern): string {
  const each = `alltrue([for element in ${variable} : can(regex(${quote(`^(${element})$`)}, element))])`;
  const elements = [
    ...(whole === '' ? [] : [`length(${variable}) > 0`]),
    ...(longest === undefined ? [] : [`length(${variable}) <= ${longest}`]),
    each,
  ].join(' && ');
  if (whole === '') return elements;
  return `(can(regex(${quote(`^${whole}$`)}, join(",", ${variable}))) || (${elements}))`;
}

/** A pattern such as `^(|element(,element){0,9})$`, or undefined if it is not one of a list. */
function readListPattern(pattern: string): ListPattern | undefined {
  const found =
    /^\^\((?<whole>[^()|]*)\|(?<element>.+)\(,\k<element>\)(?:\*|\{0,(?<more>\d+)\})\)\$$/u;
  const { whole, element, more } = found.exec(pattern)?.groups ?? {};
  if (whole === undefined || element === undefined) return undefined;
  return { whole, element, longest: more === undefined ? undefined : Number(more) + 1 };
}

const ruleParameterName = new RegExp(`\\b(?:${Object.keys(ruleParameters).join('|')})\\b`, 'gu');

/** Adapts a parameter's description to a variable of this type. */
function adaptText(text: string, type: VariableType): string {
  const named = text
    .replaceAll(/\b[a-z]+(?:[A-Z][a-z]+)+\b/gu, variableName)
    .replaceAll(ruleParameterName, variableName);
  if (type === 'list(string)') return named.replace(', separated by commas', '');
  if (type !== 'number') return named;
  return named.replace('Empty means', 'Null means').replace('must be empty or', 'must be null or');
}

/** Lines `name = value` with the equals signs below each other, as terraform fmt writes them. */
function align(entries: readonly (readonly [string, string])[], indent: number): string[] {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${' '.repeat(indent)}${name.padEnd(width)} = ${value}`);
}

const list = (values: readonly string[]) => `[${values.map(quote).join(', ')}]`;

/** A string of Terraform's language, in which `${` and `%{` begin templates. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/gu, '$&$&');
}
