import { remediationParameters } from '../parameters/account.ts';
import type { PassedOnName } from '../parameters/organization.ts';
import type { Wave } from './settings.ts';

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

/** ARNs of all users, of any partition and account; a path and a name follow. */
export const anyUser = 'arn:*:iam::*:user';

/** What waves spare of their own, as a service control policy names it. */
export interface WaveExemptions {
  readonly tagKeys: readonly string[];
  readonly userArns: readonly string[];
}

/** Takes waves. Gives back the tag keys that exempt in one of them, and the ARNs of users below its exempt paths. */
export function waveExemptions(waves: readonly Wave[]): WaveExemptions {
  const valuesOf = (name: PassedOnName) => {
    const values = waves.flatMap(({ parameters }) => (parameters[name] ?? '').split(','));
    return [...new Set(values)].filter((value) => value !== '');
  };
  return {
    tagKeys: valuesOf('ExemptUntilTag'),
    userArns: valuesOf('ExemptPathPrefixes').map((path) => `${anyUser}${path}*`),
  };
}

/** So many characters of the policy are left for them where every parameter is as long as can be; a test holds that. */
export const mostWaveExemptions = 1_200;

/** Takes what waves spare. Gives back how many characters of the policy it takes. */
export function policyCharacters({ tagKeys, userArns }: WaveExemptions): number {
  return [...tagKeys, ...userArns].reduce((sum, text) => sum + JSON.stringify(text).length + 1, 0);
}
