import type { RetiredPermissions } from '../../rule/core/retired-permissions.ts';

/** One of each kind of permission that a retirement removes. */
export const permissions: RetiredPermissions = {
  groups: ['admins'],
  attachedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  inlinePolicies: [{ name: 's3', document: '{}' }],
  mfaDevices: ['arn:aws:iam::123456789012:mfa/phone'],
};
