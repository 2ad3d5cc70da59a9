import type { FoundRecord } from '../../rule/aws/ssm-parameters.ts';
import { formatInstant, type Instant, millisecondsPerDay } from '../../rule/core/instant.ts';
import { type CurrentCredentials, planRestoration } from '../../rule/core/restoration-plan.ts';
import {
  nameOf,
  type RecordedCredential,
  type RevocationRecord,
} from '../../rule/core/revocation-record.ts';
import type { LiveCredentials } from '../../rule/formats/user-snapshot.ts';

/** The options of restore that stand for parameters which its document's reasons name. */
const options: Readonly<Record<string, string>> = {
  RestorePassword: '--password',
  IncludeUnconfirmed: '--include-unconfirmed',
  MaxRecordAgeDays: '--max-record-age-days',
  AccessKeyId: '--access-key',
};

const names = new RegExp(`\\b(?:${Object.keys(options).join('|')})\\b`, 'gu');

/** Takes a reason in the document's words, `use RestorePassword to issue a new one`. Gives it back with the option after each parameter. */
export function withOptions(reason: string): string {
  return reason.replace(names, (name) => `${name} (${options[name]})`);
}

/** A record that is not marked as restored, as `restore --list` shows it. */
export type ListedRecord = {
  /** Null where the user is gone. */
  readonly userName: string | null;
  readonly userId: string;
  readonly revocationId: string;
  readonly recordName: string;
  /** Whether the revocation was verified. */
  readonly confirmed: boolean;
} & (
  | {
      readonly genuine: true;
      readonly recordedAt: string;
      readonly ageDays: number;
      readonly credentials: readonly ListedCredential[];
    }
  | { readonly genuine: false; readonly why: string; readonly writer: string }
  /** No IAM user is left, whose ARN would tell which account this is and thereby who may write records. */
  | { readonly genuine: null }
);

/** A revoked credential, and what restore would do about it now. */
export interface ListedCredential extends Pick<RecordedCredential, 'type' | 'id' | 'action'> {
  readonly name: string;
  /** How it would come back: reactivated, as a new password, or not at all. */
  readonly restorable: 'Reactivate' | 'NewPassword' | 'No';
  /** The options without which it would not. */
  readonly needs: readonly string[];
  /** Why it would not come back; null where it would. */
  readonly whyNot: string | null;
  /** Why it was revoked. */
  readonly reason: string;
}

/** What is known of a record's user. */
export interface RecordUser {
  readonly userId: string;
  /** Null where the user is gone. */
  readonly userName: string | null;
  /** Null where the user is gone, or something among the records is forged: then nothing is restored. */
  readonly credentials: LiveCredentials | null;
}

/** Takes a record, its revocation, its user, how old it may be, and the present. Gives back what is shown of it. */
export function toListed(
  found: FoundRecord,
  revocationId: string,
  user: RecordUser,
  maxRecordAgeDays: number,
  now: Instant,
): ListedRecord {
  const { name: recordName, applied: confirmed, check } = found;
  const { userName, userId } = user;
  const common = { userName, userId, revocationId, recordName, confirmed };
  if (!check.genuine) return { ...common, genuine: false, why: check.why, writer: check.writer };
  const { record } = check;
  const reasonOf = planned(found, record, user, maxRecordAgeDays, now);
  return {
    ...common,
    genuine: true,
    recordedAt: formatInstant(record.recordedAt),
    ageDays: Math.floor((now - record.recordedAt) / millisecondsPerDay),
    credentials: record.credentials.map((credential) => {
      const { type, id, action, reason } = credential;
      const whyNot = reasonOf(credential);
      const restorable = type === 'password' ? 'NewPassword' : 'Reactivate';
      const needs = [
        ...(type === 'password' ? ['--password'] : []),
        ...(confirmed ? [] : ['--include-unconfirmed']),
      ];
      return {
        ...{ name: nameOf(credential), type, id, action, reason, whyNot },
        ...(whyNot === null ? { restorable, needs } : { restorable: 'No', needs: [] }),
      };
    }),
  };
}

/** Gives back what says why a recorded credential would not come back: null where it would. */
function planned(
  found: FoundRecord,
  record: RevocationRecord,
  { userName, credentials }: RecordUser,
  maxRecordAgeDays: number,
  now: Instant,
): (credential: RecordedCredential) => string | null {
  if (userName === null) return () => 'the user is gone';
  if (credentials === null) {
    return () =>
      'another record of the user is not genuine, and until it is deleted restore refuses';
  }
  const current: CurrentCredentials = {
    ...credentials,
    hasPassword: credentials.loginProfileCreateDate !== null,
  };
  const options = {
    ...{ revocationId: record.executionId, accessKeyId: null, maxRecordAgeDays },
    ...{ includeUnconfirmed: true, restorePassword: true },
  };
  const plan = planRestoration([{ ...found, record, running: false }], current, options, now);
  return ({ type, id }) => {
    const comesBack =
      type === 'password'
        ? plan.passwordRecord !== null
        : id !== null && plan.accessKeyIds.includes(id);
    if (comesBack) return null;
    const found = plan.notRestored.find(({ credential }) => credential.id === id);
    return withOptions(found?.why ?? 'it is left unchanged');
  };
}
