import * as v from 'valibot';
import { accountParameters } from './account-parameters.ts';
import { organizationIds } from './organization-ids.ts';
import { passedOnParameters } from './organization-parameters.ts';
import type { StackParameter, StackParameters } from './stack-parameter.ts';

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
