import * as v from 'valibot';
import { accountParameters } from '../parameters/account.ts';
import {
  organizationIds,
  type StackParameter,
  type StackParameters,
} from '../parameters/declare.ts';
import { accountInputs, maxUnits } from '../parameters/organization.ts';
import {
  deletionLimitsOf,
  exemptionCharacters,
  maxExemptionCharacters,
  revocationLimitsOf,
  type Settings,
  waveExemptions,
} from './settings.ts';

/** Names the settings that contradict each other; each is valid by itself. */
export function findConflicts({ defaults, waves }: Settings): readonly string[] {
  const units = waves.flatMap(({ organizationalUnitIds }, index) =>
    organizationalUnitIds.map((id) => ({ id, where: `waves[${index}]` })),
  );
  const repeated = units.filter(
    ({ id }, index) => units.findIndex((each) => each.id === id) < index,
  );
  const characters = exemptionCharacters(waveExemptions(waves));
  const root = units.find(({ id }) => id.startsWith('r-'));
  return [
    ...repeated.map(({ id, where }) => {
      const first = units.find((each) => each.id === id)?.where;
      return `${where}.organizationalUnitIds repeats ${id} of ${first}. An account gets the values of one wave: name each unit once`;
    }),
    ...(root !== undefined && units.length > 1
      ? [
          `${root.where}.organizationalUnitIds names the root ${root.id}, which includes every other unit. Name units instead, none of them below another`,
        ]
      : []),
    ...(units.length > maxUnits
      ? [
          `waves name ${units.length} organizational units, but one StackSet operation takes at most ${maxUnits}. Name their parents instead, none of them below another`,
        ]
      : []),
    ...(characters > maxExemptionCharacters
      ? [
          `ExemptUntilTag and ExemptPathPrefixes of the waves take ${characters} characters of the service control policy, but only ${maxExemptionCharacters} are free. Move values that several waves share to the defaults, or exempt a parent path`,
        ]
      : []),
    ...findAutomaticJoiners({ defaults, waves }),
    ...findDeletingJoiners({ defaults, waves }),
  ];
}

/** Accounts that join a wave later get the defaults, without the limits of the wave. */
function findAutomaticJoiners({ defaults, waves }: Settings): string[] {
  if (defaults.AutomaticRemediation !== 'true') return [];
  return waves.flatMap((wave, index) =>
    revocationLimitsOf(wave).map((name) => {
      const isSwitch = name === 'AutomaticRemediation';
      return [
        `waves[${index}].parameters.${name} is "${wave.parameters[name]}" while defaults.AutomaticRemediation is "true".`,
        `Accounts that join later get the defaults, which would revoke credentials${isSwitch ? '' : ` without this ${name}`}.`,
        `${isSwitch ? 'Set' : `Set ${name} in the defaults, or set`} AutomaticRemediation to "false" in the defaults and to "true" in the waves that are ready`,
      ].join(' ');
    }),
  );
}

/** Finds the same for the deletion of keys, which no restoration can undo. */
function findDeletingJoiners({ defaults, waves }: Settings): string[] {
  const { DeleteAfterDays: days = '0' } = defaults;
  if (days === '0') return [];
  return waves.flatMap((wave, index) =>
    deletionLimitsOf(wave)
      .filter((name) => wave.parameters[name] !== defaults[name])
      .map((name) =>
        [
          `waves[${index}].parameters.${name} is "${wave.parameters[name]}" while defaults.DeleteAfterDays is "${days}".`,
          'Accounts that join later get the defaults, which delete keys without this value.',
          name === 'DeleteAfterDays'
            ? 'Set DeleteAfterDays to "0" in the defaults, and in each wave that deletes keys'
            : `Set ${name} in the defaults, or set DeleteAfterDays to "0" in the defaults and in each wave that deletes keys to its days`,
        ].join(' '),
      ),
  );
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with these entries. Each unknown name is a separate issue, also one like `constructor`. */
function map(entries: v.ObjectEntries, what: string) {
  const names = Object.keys(entries);
  return v.pipe(
    v.custom<Record<string, unknown>>(isMap, `it must be an object ${what}`),
    v.rawTransform(({ dataset: { value: given }, addIssue }) => {
      for (const key of Object.keys(given)) {
        if (names.includes(key)) continue;
        const message = `unknown name. Valid names are ${names.join(', ')}. Correct or remove it`;
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

/** A value that CloudFormation would accept for the parameter. */
function parameterValue({ allowedValues, allowedPattern, constraint, maxLength }: StackParameter) {
  const pattern = new RegExp(allowedPattern ?? '', 'u');
  return v.pipe(
    v.string(({ input }) => `it must be a string in quotes, such as "${String(input)}"`),
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
      `it must have at most ${maxLength} characters`,
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
  v.string('it must be a string'),
  v.regex(
    new RegExp(`^(${root}|${unit})$`, 'u'),
    'it must be the ID of an organizational unit, such as ou-ab12-cd34ef56, or of the root, such as r-ab12',
  ),
);
const unitIds = 'it must be a list of IDs of organizational units';

const wave = map(
  {
    organizationalUnitIds: v.pipe(v.array(unitId, unitIds), v.minLength(1, unitIds)),
    parameters: parameterValues(accountInputs),
  },
  'with organizationalUnitIds and parameters',
);

const settingsSchema = map(
  {
    defaults: v.optional(parameterValues(accountParameters), {}),
    waves: v.optional(v.array(wave, 'it must be a list of waves'), []),
  },
  'with defaults, waves or both',
);

/** The key of the settings in CDK's context. */
export const settingsKey = 'unused-iam-credentials';

/** The message lists every problem. */
export class SettingsError extends Error {}

/** The context is an object from `cdk.json` or JSON text from the option `-c`. Throws a SettingsError. */
export function readSettings(context: unknown): Settings {
  const given = typeof context === 'string' ? parse(context) : (context ?? {});
  const { issues, output } = v.safeParse(settingsSchema, given);
  if (issues !== undefined) refuse(issues.map(describe));
  // The schema is built from the tables of parameters, so that its type has no names.
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
    return refuse([`The text is not JSON: ${(error as Error).message}. Example: ${example}`]);
  }
}

function refuse(problems: readonly string[]): never {
  throw new SettingsError(
    [
      `The settings "${settingsKey}" in the context of CDK are not valid:`,
      ...problems.map((problem) => `- ${problem}`),
      'Correct them in cdk.json or in the option -c. docs/deploy.md describes them.',
    ].join('\n'),
  );
}

/** Names the place, the value and what is expected. */
function describe({ path, input, message }: v.BaseIssue<unknown>): string {
  const where = (path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  const given = input === undefined ? 'missing' : shorten(JSON.stringify(input));
  return `${where.slice(1) || 'The settings object'} is ${given}: ${message}`;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
