import type { Random } from '../../test/semantics/random.ts';

/** The parameters of the stack that the invariants depend on. */
export interface Settings {
  /** Days. */
  readonly passwordLimit: number;
  readonly accessKeyLimit: number;
  readonly deleteAfterDays: number;
  readonly warningDays: number;
  readonly maxRevocationsPerDay: number;
}

const always = {
  AutomaticRemediation: 'true',
  PasswordReaderRoleArn: 'arn:aws:iam::{account}:role/PasswordReader',
  ExemptPathPrefixes: '/break-glass/',
};

/** The parameters that an upgrade chooses from. The first are those of the first deployment, with a limit of its own. */
const versions: readonly Readonly<Record<string, string>>[] = [
  { DeleteAfterDays: '30' },
  {
    ...{ MaxCredentialUsageAge: '60', DeleteAfterDays: '45', DigestPerOwner: 'true' },
    ...{ ReportUnchanged: 'Always', MaxRevocationsPerDay: '20' },
  },
  {
    ...{ MaxPasswordUsageAge: '90', MaxAccessKeyUsageAge: '45', DeleteAfterDays: '60' },
    ...{ NeverUsedAccessKeyAction: 'Delete', WarningDays: '7', MaxRevocationsPerDay: '15' },
  },
  { MaxCredentialUsageAge: '50', DeleteAfterDays: '30', EvaluateOnChange: 'true' },
];

/** The parameters of the stack after that many upgrades. At first, the daily limit holds some users back. */
export function stackParameters(upgrades: number, users: number): Readonly<Record<string, string>> {
  const MaxRevocationsPerDay = String(Math.ceil(users / 12));
  return { ...always, MaxRevocationsPerDay, ...versions[upgrades % versions.length] };
}

/** What those parameters come to, with the defaults of the stack. */
export function settingsOf(parameters: Readonly<Record<string, string>>): Settings {
  const numberOf = (name: string, otherwise: number) => Number(parameters[name] ?? otherwise);
  const limit = numberOf('MaxCredentialUsageAge', 45);
  return {
    passwordLimit: numberOf('MaxPasswordUsageAge', limit),
    accessKeyLimit: numberOf('MaxAccessKeyUsageAge', limit),
    deleteAfterDays: numberOf('DeleteAfterDays', 0),
    warningDays: numberOf('WarningDays', 14),
    maxRevocationsPerDay: numberOf('MaxRevocationsPerDay', 20),
  };
}

/** The days of upgrades, two months apart. */
export function upgradeDays(days: number, random: Random): ReadonlySet<number> {
  const found = new Set<number>();
  for (let at = random.integer(45, 70); at < days; at += random.integer(45, 75)) found.add(at);
  return found;
}
