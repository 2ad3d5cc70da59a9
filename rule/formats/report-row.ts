import type { Certificate, Password } from '../core/credentials.ts';
import { ExpectedError } from '../core/errors.ts';
import { type Instant, parseInstant } from '../core/instant.ts';
import { type LastUse, toPlaceName } from '../core/last-use.ts';

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

/** Column names, built once because every row has the columns of two keys and two certificates. */
// Stryker disable next-line ArrowFunction: it is read when the module is loaded, before Stryker changes it
const keyColumns = slots.map((slot) => ({
  slot,
  active: `access_key_${slot}_active`,
  lastRotated: `access_key_${slot}_last_rotated`,
  lastUsed: `access_key_${slot}_last_used_date`,
  lastUsedService: `access_key_${slot}_last_used_service`,
  lastUsedRegion: `access_key_${slot}_last_used_region`,
}));
const certificateColumns = slots.map((slot) => ({
  active: `cert_${slot}_active`,
  lastRotated: `cert_${slot}_last_rotated`,
}));

/** The columns that judging requires. */
export const requiredColumns: readonly string[] = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  ...keyColumns.flatMap(({ active, lastRotated, lastUsed }) => [active, lastRotated, lastUsed]),
];

/** Columns in which a value that was cut short can be recognized. */
const checkable = /_(?:active|enabled|time|used|date|changed|rotated|rotation)$/u;
const words = new Set(['true', 'false', 'n/a', 'no_information', 'not_supported']);

/** Whether the value was cut short, in a column where this can be recognized. */
export function isIncomplete(column: string, value: string): boolean {
  const text = value.trim();
  return (
    checkable.test(column) && !words.has(text.toLowerCase()) && parseReportDate(text) === undefined
  );
}

type Field = (column: string) => string | undefined;

/**
 * Reads a row. Throws UserError for a value that AWS does not document, and for an existing credential without a
 * date of change.
 */
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
    keys: keyColumns.flatMap((columns) => readKey(field, columns)),
    certificates: certificateColumns.flatMap((columns) => readCertificate(field, columns)),
    additionalCredentials: additional === '' || additional === 'N/A' ? null : additional,
  };
}

function readKey(field: Field, columns: (typeof keyColumns)[number]): ReportKey[] {
  const active = readBoolean(field, columns.active);
  const lastRotated = readDate(field, columns.lastRotated);
  const lastUsed = readDate(field, columns.lastUsed);
  if (lastRotated === undefined) {
    if (active || lastUsed !== undefined) return missing(columns.lastRotated);
    return [];
  }
  const lastUsedService = toPlaceName(field(columns.lastUsedService));
  const lastUsedRegion = toPlaceName(field(columns.lastUsedRegion));
  return [{ slot: columns.slot, active, lastRotated, lastUsed, lastUsedService, lastUsedRegion }];
}

/** Certificates are not evaluated, so an unreadable date is not an error. */
function readCertificate(
  field: Field,
  columns: (typeof certificateColumns)[number],
): Certificate[] {
  const isActive = field(columns.active)?.toLowerCase() === 'true';
  // Stryker disable next-line StringLiteral: any text that is not a date is read as none
  const changed = parseReportDate(field(columns.lastRotated) ?? '');
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
