import { type Assessment, assessUser } from '../../rule/core/assess-user.ts';
import type { User } from '../../rule/core/credentials.ts';
import type { RevocationOptions } from '../../rule/core/revocation-plan.ts';
import type { RecordedCredential, RevocationRecord } from '../../rule/core/revocation-record.ts';
import { ago, now } from './account.ts';
import { parameters } from './core-user.ts';

/** IDs in the format of AWS. */
export const userId = 'AIDATESTUSERTESTUSER2';
export const executionId = '11111111-2222-4333-8444-555555555555';
export const otherExecutionId = '99999999-2222-4333-8444-555555555555';

/** The defaults of the document. */
export function options(rest: Partial<RevocationOptions> = {}): RevocationOptions {
  return {
    passwordAction: 'Delete',
    accessKeyAction: 'Deactivate',
    neverUsedAccessKeyAction: 'Deactivate',
    minimumIdleDays: 30,
    maxRevocationsPerDay: 20,
    enforceFrom: Date.UTC(2000, 0, 1),
    dryRun: false,
    ...rest,
  };
}

export function assess(user: User, by: Parameters<typeof parameters>[0] = {}): Assessment {
  return assessUser(user, parameters(by), now);
}

/** A recorded access key to deactivate. */
export function recordedKey(id: string, rest: Partial<RecordedCredential> = {}) {
  const key: RecordedCredential = {
    type: 'access-key',
    id,
    action: 'Deactivate',
    used: ago(100),
    created: ago(400),
    reason: 'used 2026-08-13 (100 days, limit 45)',
    ...rest,
  };
  return key;
}

/** A recorded password. */
export const recordedPassword: RecordedCredential = {
  type: 'password',
  id: null,
  action: 'Delete',
  used: ago(100),
  created: ago(400),
  changed: ago(300),
  reason: 'used 2026-08-13 (100 days, limit 45)',
};

/** A record that is one day old. */
export function record(
  credentials: readonly RecordedCredential[],
  rest: Partial<RevocationRecord> = {},
): RevocationRecord {
  const id = rest.executionId ?? executionId;
  return {
    schemaVersion: 1,
    name: `/unused-iam-credentials/records/${userId}/${id}`,
    accountId: '123456789012',
    executionId: id,
    userId,
    userName: 'someone',
    ruleName: 'unused-iam-credentials',
    recordedAt: ago(1),
    credentials,
    ...rest,
  };
}
