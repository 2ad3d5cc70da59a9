import * as v from 'valibot';
import { findConflicts } from './settings-conflicts.ts';
import { settingsSchema } from './settings-schema.ts';
import type { Settings } from './settings-values.ts';

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
