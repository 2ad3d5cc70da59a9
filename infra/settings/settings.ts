import { type AccountParameterName, remediationParameters } from '../parameters/account.ts';
import type { AccountInputName } from '../parameters/organization.ts';

/** Other defaults for the parameters of the templates. */
export type Defaults = Readonly<Partial<Record<AccountParameterName, string>>>;

/** Organizational units, and the values that override the StackSet's own in their accounts. */
export interface Wave {
  readonly organizationalUnitIds: readonly string[];
  readonly parameters: Readonly<Partial<Record<AccountInputName, string>>>;
}

/** What the context of CDK sets in the templates. */
export interface Settings {
  readonly defaults: Defaults;
  /** If there are none, a parameter of the template names the organizational units. */
  readonly waves: readonly Wave[];
}

type RevocationSetting =
  | keyof typeof remediationParameters
  | 'ExemptPathPrefixes'
  | 'ExemptUntilTag';

const names = [
  ...Object.keys(remediationParameters),
  ...['ExemptPathPrefixes', 'ExemptUntilTag'],
] as RevocationSetting[];

/**
 * The parameters by which a wave limits revocation or exempts users. Accounts that join the wave later do without
 * them: they get the StackSet's own values (CloudFormation User Guide, "Enable or disable automatic deployments for
 * StackSets in Organizations"). AutomaticRemediation `true` is not one of them.
 */
export function revocationLimitsOf({ parameters }: Wave): readonly RevocationSetting[] {
  return names.filter((name) => {
    const value = parameters[name];
    return value !== undefined && !(name === 'AutomaticRemediation' && value === 'true');
  });
}

/** The parameters that hold back the deletion of keys. */
const deletionLimits = [
  'DeleteAfterDays',
  'MaxRevocationsPerDay',
  'EnforceFrom',
  'ExemptPathPrefixes',
  'ExemptUntilTag',
] as const;

/** The parameters by which a wave limits the deletion of keys. Accounts that join the wave later do without them. */
export function deletionLimitsOf({ parameters }: Wave): readonly AccountInputName[] {
  return deletionLimits.filter((name) => parameters[name] !== undefined);
}

/** ARNs of all users, in any partition and account; a path and a name follow. */
export const anyUser = 'arn:*:iam::*:user';

/** What waves exempt, in the terms of a service control policy. */
interface WaveExemptions {
  readonly tagKeys: readonly string[];
  readonly userArns: readonly string[];
}

/** The exemption tags of all waves, and the ARNs of the users below their exempt paths. */
export function waveExemptions(waves: readonly Wave[]): WaveExemptions {
  const valuesOf = (name: AccountInputName) => {
    const values = waves.flatMap(({ parameters }) => (parameters[name] ?? '').split(','));
    return [...new Set(values)].filter((value) => value !== '');
  };
  return {
    tagKeys: valuesOf('ExemptUntilTag'),
    userArns: valuesOf('ExemptPathPrefixes').map((path) => `${anyUser}${path}*`),
  };
}

/** The characters that the policy has left if every parameter has its maximum length. A test checks this. */
export const maxExemptionCharacters = 1_200;

/** How many characters of the service control policy these exemptions take. */
export function exemptionCharacters({ tagKeys, userArns }: WaveExemptions): number {
  return [...tagKeys, ...userArns].reduce((sum, text) => sum + JSON.stringify(text).length + 1, 0);
}
