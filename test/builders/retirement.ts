import { withPermissions } from '../../rule/core/permission-plan.ts';
import type { DamagedPart, OutstandingRecord } from '../../rule/core/restoration-plan.ts';
import type {
  CurrentPermissions,
  RetiredPermissions,
} from '../../rule/core/retired-permissions.ts';
import { applied } from './restoration.ts';

/** One of each kind of permission that a retirement removes. */
export const permissions: RetiredPermissions = {
  groups: [{ name: 'admins', id: 'AGPAADMINS' }],
  attachedPolicies: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess', id: null }],
  inlinePolicies: [{ name: 's3', document: '{}' }],
  mfaDevices: ['arn:aws:iam::123456789012:mfa/phone'],
};

/** What a user has whose permissions were all removed, and who has AWSDenyAll. */
export const nothingLeft: CurrentPermissions = {
  ...{ groups: new Set(), policies: new Set(), inlinePolicies: new Map(), gone: new Set() },
  ids: new Map(),
  deniesAll: true,
};
/** One of each kind, with short names. */
export const some: RetiredPermissions = {
  groups: [{ name: 'admins', id: 'AGPA1' }],
  attachedPolicies: [{ arn: 'arn:1', id: 'ANPA1' }],
  mfaDevices: ['mfa-1'],
  inlinePolicies: [{ name: 'own', document: '{}' }],
};
/** The names of `some`, without the MFA device. */
export const names = ['group admins', 'attached policy arn:1', 'inline policy own'];

/** A retirement that was carried out. */
export function retirement(
  removed: RetiredPermissions = some,
  rest: Parameters<typeof applied>[1] = {},
  denyAttached = true,
  damaged: readonly DamagedPart[] = [],
): OutstandingRecord {
  const part = { parameters: 1, sha256: 'a'.repeat(64), holds: [], more: 0 };
  const said = { denyAttached, parts: [part] };
  const outstanding = applied([], { retirement: said, ...rest });
  return withPermissions(outstanding, { permissions: removed, damaged });
}
