import {
  type CurrentCredentials,
  type OutstandingRecord,
  planRestoration,
  type RestorationOptions,
} from '../../rule/core/restoration-plan.ts';
import { describeReason } from '../../rule/formats/restoration-answer.ts';
import { ago, now } from './account.ts';
import { record } from './revocation.ts';

const all: RestorationOptions = {
  ...{ revocationId: null, accessKeyId: null, includeUnconfirmed: false },
  ...{ restorePassword: true, maxRecordAgeDays: 90 },
};
/** An access key as IAM shows it now. */
export const key = (id: string, status: 'Active' | 'Inactive' | 'Expired', lastUsed?: number) => ({
  id,
  status,
  lastUsed,
});
/** A record that was applied and from which nothing was restored. */
export const applied = (of: Parameters<typeof record>[0], rest = {}): OutstandingRecord => ({
  record: record(of, rest),
  applied: true,
  running: false,
  restored: new Set(),
});
/** A user without credentials. */
export const gone: CurrentCredentials = { passwordCreated: null, accessKeys: [] };
/** A user with two deactivated keys. */
export const inactive: CurrentCredentials = {
  ...gone,
  accessKeys: [key('AKIA1', 'Inactive', ago(100)), key('AKIA2', 'Inactive')],
};

/** Plans a restoration with the given options, by default of everything. Reasons are in words. */
export function plan(records: OutstandingRecord[], current = inactive, rest = {}) {
  const { accessKeyIds, passwordRecord, notRestored } = planRestoration(
    records,
    current,
    { ...all, ...rest },
    now,
  );
  return {
    keys: accessKeyIds,
    password: passwordRecord?.executionId ?? null,
    notRestored: notRestored.map(
      ({ credential, why }) => `${credential.id ?? 'password'}: ${describeReason(why)}`,
    ),
  };
}
