import * as v from 'valibot';
import { accountParameters } from '../parameters/account.ts';
import {
  organizationIds,
  type StackParameter,
  type StackParameters,
} from '../parameters/declare.ts';
import { mostUnits, passedOnParameters } from '../parameters/organization.ts';
import type { Settings } from './settings.ts';
import { brakesOf, mostWaveExemptions, policyCharacters, waveExemptions } from './waves.ts';

/** Takes settings of which each is valid by itself. Gives back in words what does not go together. */
export function findConflicts({ defaults, waves }: Settings): readonly string[] {
  const units = waves.flatMap(({ organizationalUnitIds }, index) =>
    organizationalUnitIds.map((id) => ({ id, where: `waves[${index}]` })),
  );
  const repeated = units.filter(
    ({ id }, index) => units.findIndex((each) => each.id === id) < index,
  );
  const characters = policyCharacters(waveExemptions(waves));
  const root = units.find(({ id }) => id.startsWith('r-'));
  return [
    ...repeated.map(({ id, where }) => {
      const first = units.find((each) => each.id === id)?.where;
      return `${where}.organizationalUnitIds has ${id}, which ${first === where ? 'it' : first} has already: an account gets the values of one wave. Name it once`;
    }),
    ...(root !== undefined && units.length > 1
      ? [
          `${root.where}.organizationalUnitIds has the root ${root.id}, and with it every other unit. Name the units instead, none of them below another`,
        ]
      : []),
    ...(units.length > mostUnits
      ? [
          `waves have ${units.length} organizational units: one operation of StackSets takes ${mostUnits}. Name units further up, none of them below another`,
        ]
      : []),
    ...(characters > mostWaveExemptions
      ? [
          `waves have ExemptUntilTag and ExemptPathPrefixes that take ${characters} characters of the policy that protects them, and ${mostWaveExemptions} are free. Put what several waves exempt into the defaults, or exempt a path further up`,
        ]
      : []),
    ...findReckless({ defaults, waves }),
  ];
}

/** Accounts that join a wave later do without its brakes. */
function findReckless({ defaults, waves }: Settings): string[] {
  if (defaults.AutomaticRemediation !== 'true') return [];
  return waves.flatMap((wave, index) =>
    brakesOf(wave).map((name) => {
      const isSwitch = name === 'AutomaticRemediation';
      return [
        `waves[${index}].parameters.${name} is "${wave.parameters[name]}" while defaults.AutomaticRemediation is "true":`,
        `an account that joins later gets the default, so that credentials would be revoked there${isSwitch ? '' : ' without it'}.`,
        `${isSwitch ? 'Set' : `Put ${name} into the defaults, or set`} the default of AutomaticRemediation to "false", and "true" in the waves that are ready`,
      ].join(' ');
    }),
  );
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads an object by the schemas of its entries. Every other name is an issue of its own. */
function map(entries: v.ObjectEntries, what: string) {
  const names = Object.keys(entries);
  return v.pipe(
    v.custom<Record<string, unknown>>(isMap, `it must be an object ${what}`),
    v.rawTransform(({ dataset: { value: given }, addIssue }) => {
      for (const key of Object.keys(given)) {
        if (names.includes(key)) continue;
        const message = `there is no such name here. Valid are ${names.join(', ')}. Correct it or leave it out`;
        addIssue({ message, path: [step(given, key)], input: given[key] });
      }
      const read = Object.entries(entries).map(([key, schema]) => {
        const { output, issues = [] } = v.safeParse(schema, given[key]);
        for (const { message, path = [], input } of issues) {
          const whole = [step(given, key), ...path] as [v.IssuePathItem, ...v.IssuePathItem[]];
          addIssue({ message, path: whole, input });
        }
        return [key, output] as const;
      });
      return Object.fromEntries(read.filter(([, output]) => output !== undefined));
    }),
  );
}

function step(input: Record<string, unknown>, key: string): v.IssuePathItem {
  return { type: 'object', origin: 'value', input, key, value: input[key] };
}

/** What a template's parameter takes; CloudFormation checks the same when it is deployed. */
function parameterValue({ allowedValues, allowedPattern, constraint, maxLength }: StackParameter) {
  const pattern = new RegExp(allowedPattern ?? '', 'u');
  return v.pipe(
    v.string(({ input }) => `it must be text in quotes, such as "${String(input)}"`),
    v.check(
      (value) => allowedValues?.includes(value) ?? true,
      `it must be one of ${allowedValues?.map((value) => `"${value}"`).join(', ')}`,
    ),
    v.check(
      (value) => pattern.test(value),
      `it ${constraint ?? `must match ${allowedPattern ?? 'anything'}`}`,
    ),
    v.check(
      (value) => value.length <= (maxLength ?? Number.POSITIVE_INFINITY),
      `it may have ${maxLength} characters`,
    ),
  );
}

function parameterValues(definitions: StackParameters) {
  const entries = Object.entries(definitions).map(
    ([name, definition]) => [name, v.optional(parameterValue(definition))] as const,
  );
  return map(Object.fromEntries(entries), 'of parameters, such as {"MaxCredentialUsageAge": "90"}');
}

const { root, unit } = organizationIds;
const unitId = v.pipe(
  v.string('it must be text'),
  v.regex(
    new RegExp(`^(${root}|${unit})$`, 'u'),
    'it must be the ID of an organizational unit, such as ou-ab12-cd34ef56, or of the root, such as r-ab12',
  ),
);
const unitIds = 'it must be a list of IDs of organizational units';

const wave = map(
  {
    organizationalUnitIds: v.pipe(v.array(unitId, unitIds), v.minLength(1, unitIds)),
    parameters: parameterValues(passedOnParameters),
  },
  'with organizationalUnitIds and parameters',
);

/** What CDK's context may say: defaults for the templates, and waves for the organization's. */
export const settingsSchema = map(
  {
    defaults: v.optional(parameterValues(accountParameters), {}),
    waves: v.optional(v.array(wave, 'it must be a list of waves'), []),
  },
  'with defaults, waves or both',
);

/** The key of the settings in CDK's context. */
export const settingsKey = 'unused-iam-credentials';

/** The settings are wrong; the message names every problem. */
export class SettingsError extends Error {}

/**
 * Takes what CDK's context has under the key: nothing, an object, or its JSON text, as `-c` gives it. Gives back
 * the settings. Throws a SettingsError that names everything that is wrong.
 */
export function readSettings(context: unknown): Settings {
  const given = typeof context === 'string' ? parse(context) : (context ?? {});
  const { issues, output } = v.safeParse(settingsSchema, given);
  if (issues !== undefined) refuse(issues.map(describe));
  // The schema is made of the parameters' tables, so that the compiler does not know its names.
  const settings = output as unknown as Settings;
  const conflicts = findConflicts(settings);
  if (conflicts.length > 0) refuse(conflicts);
  return settings;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const example = '{"defaults":{"MaxCredentialUsageAge":"90"}}';
    return refuse([`The text is no JSON: ${(error as Error).message}. Give it like ${example}`]);
  }
}

function refuse(problems: readonly string[]): never {
  throw new SettingsError(
    [
      `The settings under "${settingsKey}" in the context of CDK are wrong:`,
      ...problems.map((problem) => `- ${problem}`),
      'Correct them in cdk.json or in the option -c. docs/organization.md describes them.',
    ].join('\n'),
  );
}

/** Says where it is, what was given, and what to do. */
function describe({ path, input, message }: v.BaseIssue<unknown>): string {
  const where = (path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  const given = input === undefined ? 'missing' : shorten(JSON.stringify(input));
  return `${where.slice(1) || 'The whole'} is ${given}: ${message}`;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
