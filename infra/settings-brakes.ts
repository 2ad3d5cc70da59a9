import { remediationParameters } from './remediation-parameters.ts';
import type { Wave } from './settings.ts';

/** The name of a parameter that says whether and how unused credentials are revoked. */
export type RemediationName = keyof typeof remediationParameters;

const names = Object.keys(remediationParameters) as RemediationName[];

/**
 * Takes a wave. Gives back the names of what it says of revoking, but that it is automatic: accounts that join the
 * wave later do without it, since they get the StackSet's own values (CloudFormation User Guide, "Enable or disable
 * automatic deployments for StackSets in Organizations").
 */
export function brakesOf({ parameters }: Wave): readonly RemediationName[] {
  return names.filter((name) => {
    const value = parameters[name];
    return value !== undefined && !(name === 'AutomaticRemediation' && value === 'true');
  });
}
