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

/** The name of AWS's managed policy that denies everything. */
export const denyAllPolicy = 'AWSDenyAll';

/** The ARN of AWS's managed policy that denies everything. */
export function denyAllPolicyArn(partition: string): string {
  return `arn:${partition}:iam::aws:policy/${denyAllPolicy}`;
}

/** AWS attaches policies whose names begin so to users whose access key leaked. */
export const quarantinePrefix = 'AWSCompromisedKeyQuarantine';

/** What a retirement may remove: neither AWSDenyAll nor a quarantine, which a restoration must still find. */
export function removableOf(found: RetiredPermissions): RetiredPermissions {
  const stays = (arn: string) => {
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    return name === denyAllPolicy || name.startsWith(quarantinePrefix);
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

/** A permission: the name, ARN or serial number that IAM takes, and how texts name it. */
interface PermissionItem {
  readonly id: string;
  /** `group admins`, `attached policy arn:…`, `inline policy s3` or `MFA device arn:…`. */
  readonly label: string;
}

export function itemsOf({
  groups,
  attachedPolicies,
  inlinePolicies,
  mfaDevices,
}: RetiredPermissions): PermissionItem[] {
  const named = (kind: string, ids: readonly string[]) =>
    ids.map((id) => ({ id, label: `${kind} ${id}` }));
  return [
    ...named('group', groups),
    ...named('attached policy', attachedPolicies),
    ...named(
      'inline policy',
      inlinePolicies.map(({ name }) => name),
    ),
    ...named('MFA device', mfaDevices),
  ];
}

/** How texts name the permissions. */
export function labelsOf(permissions: RetiredPermissions): string[] {
  return itemsOf(permissions).map(({ label }) => label);
}
