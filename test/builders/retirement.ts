import type { RetiredPermissions } from '../../rule/core/retired-permissions.ts';

/** One of each kind of permission that a retirement removes. */
export const permissions: RetiredPermissions = {
  groups: [{ name: 'admins', id: 'AGPAADMINS' }],
  attachedPolicies: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', id: null }],
  inlinePolicies: [{ name: 's3', document: '{}' }],
  mfaDevices: ['arn:aws:iam::123456789012:mfa/phone'],
};
