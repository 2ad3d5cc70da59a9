import { nameOfArn } from './arns.ts';
import { denyAllPolicyArn, denyAllPolicyName } from './names.ts';

/** An inline policy of a user. */
export interface InlinePolicy {
  readonly name: string;
  /** The JSON text exactly as IAM keeps it. */
  readonly document: string;
}

/** A group of a user. */
export interface RetiredGroup {
  readonly name: string;
  /** The unique ID, which a group of the same name made later does not have; null in earlier versions' records. */
  readonly id: string | null;
}

/** A managed policy attached to a user. */
export interface RetiredPolicy {
  readonly arn: string;
  /** The unique ID, as of a group; null also if it was not read, and for AWS's own policies, which nobody can replace. */
  readonly id: string | null;
}

/** What a retirement removes of a user besides their credentials. A kind that was not asked for is empty. */
export interface RetiredPermissions {
  readonly groups: readonly RetiredGroup[];
  readonly attachedPolicies: readonly RetiredPolicy[];
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

/** The beginning of the names of policies that AWS attaches to users whose access key was exposed. */
export const quarantinePrefix = 'AWSCompromisedKeyQuarantine';

/**
 * The permissions that a retirement may remove: all but AWSDenyAll and quarantine policies, which a restoration
 * must still find.
 */
export function removableOf(found: RetiredPermissions): RetiredPermissions {
  const stays = (arn: string) => {
    const name = nameOfArn(arn);
    return name === denyAllPolicyName || name.startsWith(quarantinePrefix);
  };
  return { ...found, attachedPolicies: found.attachedPolicies.filter(({ arn }) => !stays(arn)) };
}

/**
 * The recorded permissions that the user still has. One with the same name but another ID or document does not
 * count.
 */
export function presentOf(
  recorded: RetiredPermissions,
  { groups, attachedPolicies, inlinePolicies, mfaDevices }: RetiredPermissions,
): RetiredPermissions {
  return {
    groups: recorded.groups.filter(({ name, id }) =>
      groups.some((each) => each.name === name && isSame(each.id, id)),
    ),
    attachedPolicies: recorded.attachedPolicies.filter(({ arn, id }) =>
      attachedPolicies.some((each) => each.arn === arn && isSame(each.id, id)),
    ),
    inlinePolicies: recorded.inlinePolicies.filter(({ name, document }) =>
      inlinePolicies.some((each) => each.name === name && each.document === document),
    ),
    mfaDevices: recorded.mfaDevices.filter((serial) => mfaDevices.includes(serial)),
  };
}

/** Whether two IDs are equal. An ID that is not known counts as equal to any. */
export const isSame = (id: string | null, other: string | null): boolean =>
  id === null || other === null || id === other;

/** The kinds of what a retirement removes besides credentials, as texts name them. */
export const permissionKinds = ['group', 'attached policy', 'inline policy', 'MFA device'] as const;
export type PermissionKind = (typeof permissionKinds)[number];

/** A permission, or an MFA device, without what would be needed to restore it. */
export interface NamedPermission {
  readonly kind: PermissionKind;
  /** The name, the ARN of a policy or the serial number of an MFA device. */
  readonly id: string;
}

/**
 * For example `group admins`, `attached policy arn:aws:iam::aws:policy/ReadOnlyAccess` or `inline policy own-bucket`.
 * Marks, records and answers identify permissions by it.
 */
export function permissionName({ kind, id }: NamedPermission): string {
  return `${kind} ${id}`;
}

/** All permissions and MFA devices. */
export function namedPermissions({
  groups,
  attachedPolicies,
  inlinePolicies,
  mfaDevices,
}: RetiredPermissions): NamedPermission[] {
  return [
    ...groups.map(({ name }) => ({ kind: 'group', id: name }) as const),
    ...attachedPolicies.map(({ arn }) => ({ kind: 'attached policy', id: arn }) as const),
    ...inlinePolicies.map(({ name }) => ({ kind: 'inline policy', id: name }) as const),
    ...mfaDevices.map((serial) => ({ kind: 'MFA device', id: serial }) as const),
  ];
}

/** The names of all permissions and MFA devices, by `permissionName`. */
export function labelsOf(permissions: RetiredPermissions): string[] {
  return namedPermissions(permissions).map(permissionName);
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
  /** The unique IDs that recorded groups and customer managed policies have now, by `permissionName`. */
  readonly ids: ReadonlyMap<string, string>;
  /** Whether AWSDenyAll is attached. */
  readonly deniesAll: boolean;
}

/** Whether the user has the policy that denies everything. */
export function isDenied(
  { attachedPolicies }: Pick<RetiredPermissions, 'attachedPolicies'>,
  partition: string,
): boolean {
  return attachedPolicies.some(({ arn }) => arn === denyAllPolicyArn(partition));
}
