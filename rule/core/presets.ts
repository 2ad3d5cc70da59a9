import type { ParameterName } from './rule-parameters.ts';

/** Rule parameters as text, not validated. */
export type ParameterTexts = Readonly<Partial<Record<ParameterName, string>>>;

/** A named set of rule parameters that expresses one kind of published guidance. */
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
    guidance: 'Users to retire: everything they could use is unused for 90 days or more',
    parameters: { maxCredentialUsageAge: '90', evaluationScope: 'user' },
  },
  'console-passwords': {
    guidance: 'Passwords unused for 90 days of people without an access key used in the last 45',
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
 * Takes a preset, or none, and parameters given explicitly. Gives back all of them: the explicit ones
 * win, and an explicit maxCredentialUsageAge also clears the preset's ages per kind, since it means both.
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
