import { denyAllPolicyName } from './names.ts';

/** An inline policy of a user. */
export interface InlinePolicy {
  readonly name: string;
  /** The JSON text exactly as IAM keeps it. */
  readonly document: string;
}

/** What a retirement removes of a user besides their credentials. A kind that was not asked for is empty. */
export interface RetiredPermissions {
  readonly groups: readonly string[];
  /** ARNs. */
  readonly attachedPolicies: readonly string[];
  readonly inlinePolicies: readonly InlinePolicy[];
  /** Serial numbers. They cannot be activated again. */
  readonly mfaDevices: readonly string[];
}

/** No permissions. */
export const noPermissions: RetiredPermissions = {
  groups: [],
  attachedPolicies: [],
  inlinePolicies: [],
  mfaDevices: [],
};

/** AWS attaches policies whose names begin so to users whose access key leaked. */
export const quarantinePrefix = 'AWSCompromisedKeyQuarantine';

/** What a retirement may remove: neither AWSDenyAll nor a quarantine, which a restoration must still find. */
export function removableOf(found: RetiredPermissions): RetiredPermissions {
  const stays = (arn: string) => {
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    return name === denyAllPolicyName || name.startsWith(quarantinePrefix);
  };
  return { ...found, attachedPolicies: found.attachedPolicies.filter((arn) => !stays(arn)) };
}

/** What of the recorded permissions the user has. An inline policy with another document is not the recorded one. */
export function presentOf(
  recorded: RetiredPermissions,
  { groups, attachedPolicies, inlinePolicies, mfaDevices }: RetiredPermissions,
): RetiredPermissions {
  return {
    groups: recorded.groups.filter((name) => groups.includes(name)),
    attachedPolicies: recorded.attachedPolicies.filter((arn) => attachedPolicies.includes(arn)),
    inlinePolicies: recorded.inlinePolicies.filter(({ name, document }) =>
      inlinePolicies.some((each) => each.name === name && each.document === document),
    ),
    mfaDevices: recorded.mfaDevices.filter((serial) => mfaDevices.includes(serial)),
  };
}

/** How texts name them: `group admins`, `attached policy arn:…`, `inline policy s3`, `MFA device arn:…`. */
export function labelsOf({
  groups,
  attachedPolicies,
  inlinePolicies,
  mfaDevices,
}: RetiredPermissions): string[] {
  return [
    ...groups.map((name) => `group ${name}`),
    ...attachedPolicies.map((arn) => `attached policy ${arn}`),
    ...inlinePolicies.map(({ name }) => `inline policy ${name}`),
    ...mfaDevices.map((serial) => `MFA device ${serial}`),
  ];
}

/** What the user has now of the permissions that their records list. */
export interface CurrentPermissions {
  readonly groups: ReadonlySet<string>;
  /** ARNs of the attached managed policies. */
  readonly policies: ReadonlySet<string>;
  /** The documents by name, at least of the recorded inline policies. */
  readonly inlinePolicies: ReadonlyMap<string, string>;
  /** Recorded groups and managed policies, by `permissionName`, that no longer exist or cannot be attached. */
  readonly gone: ReadonlySet<string>;
  /** Whether AWSDenyAll is attached. */
  readonly deniesAll: boolean;
}
