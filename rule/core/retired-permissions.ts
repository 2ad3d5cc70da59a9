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
