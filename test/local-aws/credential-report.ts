import { type LocalAccount, type LocalUser, userArn } from './account.ts';

const COLUMNS = `user arn user_creation_time
  password_enabled password_last_used password_last_changed password_next_rotation mfa_active
  access_key_1_active access_key_1_last_rotated
  access_key_1_last_used_date access_key_1_last_used_region access_key_1_last_used_service
  access_key_2_active access_key_2_last_rotated
  access_key_2_last_used_date access_key_2_last_used_region access_key_2_last_used_service
  cert_1_active cert_1_last_rotated cert_2_active cert_2_last_rotated
  additional_credentials_info`.split(/\s+/);
const ROOT = `2014-11-03T09:00:00Z not_supported no_information not_supported not_supported true
  false N/A N/A N/A N/A false N/A N/A N/A N/A false N/A false N/A N/A`.split(/\s+/);

// A test that stops the clock replaces Date by one that takes ten times as long.
const SystemDate = Date;

/** Renders an instant (epoch ms) as IAM writes it: whole seconds, rounded down. */
export function isoSeconds(instant: number): string {
  return `${new SystemDate(instant).toISOString().slice(0, 19)}Z`;
}

/** Renders an instant that may be missing. */
export function dateOr<T>(missing: T, instant: number | undefined): string | T {
  return instant === undefined ? missing : isoSeconds(instant);
}

/** Renders the account's credential report: the root row, then users by name without case. */
export function renderCredentialReport(account: LocalAccount): string {
  const users = account.users
    .map((user) => ({ key: user.userName.toLowerCase(), row: userRow(account, user) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
  const rootArn = `arn:${account.partition}:iam::${account.accountId}:root`;
  const rows = [COLUMNS, ['<root_account>', rootArn, ...ROOT], ...users];
  const additional = account.users.some((user) => user.additionalCredentials !== undefined);
  const width = additional ? COLUMNS.length : COLUMNS.length - 1;
  return rows.map((row) => row.slice(0, width).map(quote).join(',')).join('\n');
}

function userRow(account: LocalAccount, user: LocalUser): string[] {
  const keys = user.accessKeys.toSorted((a, b) => a.createDate - b.createDate);
  const { loginProfile, passwordLastUsed } = user;
  const passwordUse = dateOr('no_information', passwordLastUsed);
  return [
    ...[user.userName, userArn(account, user), isoSeconds(user.createDate)],
    ...[String(loginProfile !== undefined), loginProfile ? passwordUse : 'N/A'],
    ...[dateOr('N/A', loginProfile?.lastChanged), 'N/A', 'false'],
    // An inactive key or certificate keeps its dates: only a missing one has none.
    ...[keys[0], keys[1]].flatMap((key) => [
      ...[String(key?.status === 'Active'), dateOr('N/A', key?.lastRotated)],
      dateOr('N/A', key?.lastUsed?.date),
      ...[key?.lastUsed?.region ?? 'N/A', key?.lastUsed?.serviceName ?? 'N/A'],
    ]),
    ...[user.certificates[0], user.certificates[1]].flatMap((certificate) => [
      ...[String(certificate?.active ?? false), dateOr('N/A', certificate?.lastRotated)],
    ]),
    user.additionalCredentials ?? 'N/A',
  ];
}

// A user name may hold a comma.
function quote(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
