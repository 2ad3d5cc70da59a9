/** The columns of a credential report in IAM's order. */
const columns = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((slot) =>
    ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
      (column) => `access_key_${slot}_${column}`,
    ),
  ),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
];

/** A row by column; missing columns are those of a user without credentials. */
export type RowValues = Readonly<Record<string, string>>;

const empty: RowValues = {
  user: 'someone',
  arn: 'arn:aws:iam::123456789012:user/someone',
  user_creation_time: '2024-01-01T00:00:00+00:00',
  password_enabled: 'false',
  mfa_active: 'false',
  access_key_1_active: 'false',
  access_key_2_active: 'false',
  cert_1_active: 'false',
  cert_2_active: 'false',
};
const root: RowValues = {
  ...empty,
  user: '<root_account>',
  arn: 'arn:aws:iam::123456789012:root',
  password_enabled: 'not_supported',
  password_last_used: 'no_information',
  password_last_changed: 'not_supported',
  password_next_rotation: 'not_supported',
};

/** A credential report with the root user's row and the given rows, its columns in the given order. */
export function reportCsv(rows: readonly RowValues[], order: readonly string[] = columns): string {
  const line = (values: RowValues) =>
    order.map((column) => quote(values[column] ?? empty[column] ?? 'N/A')).join(',');
  const account = /::(\d{12}):/u.exec(rows[0]?.['arn'] ?? '')?.[1] ?? '123456789012';
  const ownRoot = { ...root, arn: `arn:aws:iam::${account}:root` };
  return [order.join(','), line(ownRoot), ...rows.map(line)].join('\n');
}

/** The columns of a credential report in IAM's order. */
export const reportColumns: readonly string[] = columns;

/** The values of a user's row; the ARN follows from the name. */
export function row(user: string, values: RowValues = {}): RowValues {
  return { user, arn: `arn:aws:iam::123456789012:user/${user}`, ...values };
}

function quote(value: string): string {
  return /[",\n]/u.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
