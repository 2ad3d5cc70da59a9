import type { ReportKey, ReportRow } from '../../rule/formats/report-row.ts';
import type { LiveAccessKey, LiveCredentials } from '../../rule/formats/user-snapshot.ts';
import { ago } from './account.ts';

/** The user of these tests. */
export const identity = {
  userName: 'someone',
  userId: 'AIDASOMEONE',
  arn: 'arn:aws:iam::123456789012:user/a/someone',
  path: '/a/',
  createDate: ago(1000),
  tags: [{ key: 'k', value: 'v' }],
};

/** Credentials that were read live: only the given ones. */
export function live(rest: Partial<LiveCredentials> = {}): LiveCredentials {
  return { passwordLastUsed: undefined, loginProfileCreateDate: null, accessKeys: [], ...rest };
}

/** An access key that was read live; its dates are days before `now`. */
export function key(
  id: string,
  created: number,
  used?: number,
  status: LiveAccessKey['status'] = 'Active',
): LiveAccessKey {
  return {
    id,
    status,
    createDate: ago(created),
    lastUsed: used === undefined ? undefined : ago(used),
  };
}

/** A key of a report row; its dates are days before `now`. */
export function slot(number: 1 | 2, rotated: number, used?: number, active = true): ReportKey {
  return {
    slot: number,
    active,
    lastRotated: ago(rotated),
    lastUsed: used === undefined ? undefined : ago(used),
  };
}

/** The report row of the user of these tests. */
export function reportRow(rest: Partial<ReportRow> = {}): ReportRow {
  return {
    userName: 'someone',
    arn: identity.arn,
    createDate: identity.createDate,
    password: null,
    keys: [],
    certificates: [],
    additionalCredentials: null,
    ...rest,
  };
}
