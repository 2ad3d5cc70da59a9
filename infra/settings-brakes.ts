import { remediationParameters } from './remediation-parameters.ts';
import type { Wave } from './settings-values.ts';

/** The name of a parameter that says whether, how or of whom unused credentials are revoked. */
export type BrakeName =
  | keyof typeof remediationParameters
  | 'ExemptPathPrefixes'
  | 'ExemptUntilTag';

const names = [
  ...Object.keys(remediationParameters),
  ...['ExemptPathPrefixes', 'ExemptUntilTag'],
] as BrakeName[];

/**
 * Takes a wave. Gives back the names of what it says of revoking and of whom it spares, but that it is automatic: accounts that join the
 * wave later do without it, since they get the StackSet's own values (CloudFormation User Guide, "Enable or disable
 * automatic deployments for StackSets in Organizations").
 */
export function brakesOf({ parameters }: Wave): readonly BrakeName[] {
  return names.filter((name) => {
    const value = parameters[name];
    return value !== undefined && !(name === 'AutomaticRemediation' && value === 'true');
  });
}
