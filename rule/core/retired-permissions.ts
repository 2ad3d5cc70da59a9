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
