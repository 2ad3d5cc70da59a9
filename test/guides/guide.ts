import Papa from 'papaparse';
import { createAccount } from '../../local-aws/account.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import { judge } from '../../rule/core/annotation.ts';
import { planChanges, type RevocationOptions } from '../../rule/core/revocation-plan.ts';
import {
  type PresetName,
  parseRuleParameters,
  withPreset,
} from '../../rule/core/rule-parameters.ts';
import { parseUserArn } from '../../rule/formats/arns.ts';
import { parseCredentialReport } from '../../rule/formats/credential-report.ts';
import { fromReport } from '../../rule/formats/user-snapshot.ts';
import { accessKey, day, now, password, user } from '../builders/account.ts';

/** A row of the credential report, as a guide's command sees it. */
export type Row = Readonly<Record<string, string>>;

/** Users of every kind on which guides and this project may differ; dates are days before now. */
function everyKind(): string {
  const account = createAccount();
  user(account, 'active', { ...password(400, 3), accessKeys: [accessKey(300, 1)] });
  user(account, 'idle', { ...password(400, 120), accessKeys: [accessKey(300, 100)] });
  user(account, 'never-used-key', { accessKeys: [accessKey(300)] });
  user(account, 'new-key', { accessKeys: [accessKey(5)] });
  user(account, 'rotated-key', {
    accessKeys: [{ ...accessKey(300, 200), lastRotated: now - day }],
  });
  user(account, 'never-used-password', password(400));
  user(account, 'new-password', password(5));
  user(account, 'reissued-password', password(5, 200));
  for (const days of [30, 45, 90]) user(account, `used-${days}-days-ago`, password(400, days));
  user(account, 'key-used', { ...password(400, 200), accessKeys: [accessKey(300, 10)] });
  user(account, 'inactive-key', {
    ...password(400, 200),
    accessKeys: [accessKey(300, 200, { status: 'Inactive' })],
  });
  return renderCredentialReport(account);
}

const csv = everyKind();

/** The rows of the users, without the root user's. */
export const rows: readonly Row[] = Papa.parse<Row>(csv, { header: true }).data.filter(
  (row) => row['user'] !== '<root_account>',
);

/** How many days ago that was; undefined for N/A and no_information. */
export function daysAgo(row: Row, column: string): number | undefined {
  const at = Date.parse(row[column] ?? '');
  return Number.isNaN(at) ? undefined : (now - at) / day;
}

/** The numbers of the active access keys. */
export const activeKeys = (row: Row) =>
  [1, 2].filter((slot) => row[`access_key_${slot}_active`] === 'true');

/** What this project does: `<user> <credential> <action>`, with the presets' parameters and a document's options. */
export function whatWeDo(
  preset: PresetName,
  actions: Pick<
    RevocationOptions,
    'passwordAction' | 'accessKeyAction' | 'neverUsedAccessKeyAction'
  >,
): readonly string[] {
  const parameters = parseRuleParameters(withPreset(preset, {}));
  const options = { minimumIdleDays: 30, maxRevocationsPerDay: 20, enforceFrom: 0, dryRun: false };
  return [...parseCredentialReport(csv).rows.values()].flatMap((row) => {
    const { userName, arn } = row;
    const path = parseUserArn(arn)?.path ?? '/';
    const identity = { userName, arn, path, userId: null, tags: [] };
    const judgement = judge(fromReport(identity, row), { parameters, now, currentTime: now });
    const { revocations } = planChanges(judgement.assessment, { ...options, ...actions });
    return revocations.map(({ credential: { type, slot }, action }) => {
      return `${userName} ${type === 'password' ? 'password' : `key ${slot}`} ${action}`;
    });
  });
}

/** What a guide does and we do not, and the reverse. */
export function compare(guide: readonly string[], ours: readonly string[]) {
  const without = (all: readonly string[], other: readonly string[]) =>
    all.filter((each) => !other.includes(each)).sort();
  return {
    both: guide.filter((each) => ours.includes(each)).sort(),
    onlyGuide: without(guide, ours),
    onlyWe: without(ours, guide),
  };
}
