import type { Certificate, Password } from '../core/credentials.ts';
import { ExpectedError } from '../core/errors.ts';
import { type Instant, parseInstant } from '../core/instant.ts';
import { keptText, type LastUse } from '../core/last-use.ts';

/** UTC with seconds, on a day that every month has. */
const usual =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|\+00:00)$/u;

/**
 * Parses a date of a credential report: ISO 8601 with seconds and an offset, in practice UTC. Undefined for
 * anything else, including impossible dates.
 */
export function parseReportDate(text: string): Instant | undefined {
  return usual.test(text) ? Date.parse(text) : parseInstant(text);
}

/** An access key as the credential report shows it: without an ID, and Expired counts as inactive. */
export interface ReportKey extends LastUse {
  readonly slot: 1 | 2;
  readonly active: boolean;
  /** Created or last changed; a reactivation may count as a change. */
  readonly lastRotated: Instant;
  readonly lastUsed: Instant | undefined;
}

/** One row of a credential report. */
export interface ReportRow {
  readonly userName: string;
  readonly arn: string;
  readonly createDate: Instant;
  readonly password: Password | null;
  readonly keys: readonly ReportKey[];
  readonly certificates: readonly Certificate[];
  /** The text of `additional_credentials_info`, if there is any. */
  readonly additionalCredentials: string | null;
}

const slots = [1, 2] as const;

/** The columns that judging requires. */
export const requiredColumns: readonly string[] = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  ...slots.flatMap((slot) => [
    `access_key_${slot}_active`,
    `access_key_${slot}_last_rotated`,
    `access_key_${slot}_last_used_date`,
  ]),
];

/** Columns whose values can be told from a value that was cut short. */
const checkable = /_(?:active|enabled|time|used|date|changed|rotated|rotation)$/u;
const words = new Set(['true', 'false', 'n/a', 'no_information', 'not_supported']);

/** Whether the value has been cut short, if that can be told. */
export function isIncomplete(column: string, value: string): boolean {
  const text = value.trim();
  return (
    checkable.test(column) && !words.has(text.toLowerCase()) && parseReportDate(text) === undefined
  );
}

type Field = (column: string) => string | undefined;

/** A UserError for a value that AWS does not document, and for an existing credential without a date of change. */
export function readReportRow(field: Field): ReportRow {
  const passwordChanged = readDate(field, 'password_last_changed');
  const passwordUsed = readDate(field, 'password_last_used');
  const password = readBoolean(field, 'password_enabled')
    ? { used: passwordUsed, changed: passwordChanged ?? missing('password_last_changed') }
    : null;
  const additional = field('additional_credentials_info')?.trim() ?? '';
  return {
    userName: field('user') ?? '',
    arn: field('arn') ?? '',
    createDate: readDate(field, 'user_creation_time') ?? missing('user_creation_time'),
    password,
    keys: slots.flatMap((slot) => readKey(field, slot)),
    certificates: slots.flatMap((slot) => readCertificate(field, slot)),
    additionalCredentials: additional === '' || additional === 'N/A' ? null : additional,
  };
}

function readKey(field: Field, slot: 1 | 2): ReportKey[] {
  const active = readBoolean(field, `access_key_${slot}_active`);
  const lastRotated = readDate(field, `access_key_${slot}_last_rotated`);
  const lastUsed = readDate(field, `access_key_${slot}_last_used_date`);
  if (lastRotated === undefined) {
    if (active || lastUsed !== undefined) return missing(`access_key_${slot}_last_rotated`);
    return [];
  }
  const lastUsedService = keptText(field(`access_key_${slot}_last_used_service`));
  const lastUsedRegion = keptText(field(`access_key_${slot}_last_used_region`));
  return [{ slot, active, lastRotated, lastUsed, lastUsedService, lastUsedRegion }];
}

/** Certificates are not evaluated, so that what cannot be read of them is no error. */
function readCertificate(field: Field, slot: 1 | 2): Certificate[] {
  const isActive = field(`cert_${slot}_active`)?.toLowerCase() === 'true';
  // Stryker disable next-line StringLiteral: any text that is not a date is read as none
  const changed = parseReportDate(field(`cert_${slot}_last_rotated`) ?? '');
  if (!isActive && changed === undefined) return [];
  return [{ status: isActive ? 'Active' : 'Inactive', changed }];
}

function readBoolean(field: Field, column: string): boolean {
  switch (field(column)?.toLowerCase()) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      throw unexpected(column, field(column), 'true or false');
  }
}

/** `N/A`: no such credential, or never used. `no_information`: never used, or before tracking began. */
function readDate(field: Field, column: string): Instant | undefined {
  const text = field(column) ?? '';
  if (text === 'N/A' || text === 'no_information') return undefined;
  const instant = parseReportDate(text);
  if (instant === undefined) {
    throw unexpected(column, text, 'N/A, no_information or an ISO 8601 instant with offset');
  }
  return instant;
}

function missing(column: string): never {
  throw unexpected(column, 'N/A', 'a date, since the credential exists');
}

function unexpected(column: string, text: string | undefined, expected: string): ExpectedError {
  const shown = JSON.stringify((text ?? '').slice(0, 40));
  return new ExpectedError('UserError', `${column} is ${shown}; expected ${expected}`);
}
