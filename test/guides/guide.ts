import Papa from 'papaparse';
import { expect, onTestFinished } from 'vitest';
import { createAccount, type LocalAccount, type LocalUser } from '../../local-aws/account.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import { type PresetName, withPreset } from '../../rule/core/rule-parameters.ts';
import { accessKey, day, now, password, user } from '../builders/account.ts';
import { startRemediation } from '../builders/remediation.ts';

/** A row of the credential report, as a guide's command sees it. */
export type Row = Readonly<Record<string, string>>;

/** Users of every kind on which guides and this project may differ; dates are days before now. */
function everyKind(): LocalAccount {
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
  return account;
}

const csv = renderCredentialReport(everyKind());

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

/** What this project does with the same users: `<user> <credential>`, and the action. */
export interface OurWork {
  readonly done: readonly string[];
  /** What a restoration with a new password does not give back. */
  readonly lost: readonly string[];
}

/** Runs the revocation for every user under the rule with that preset, by a person, and then restores everyone. */
export async function whatWeDo(
  preset: PresetName,
  actions: Readonly<
    Record<'PasswordAction' | 'AccessKeyAction' | 'NeverUsedAccessKeyAction', string>
  >,
): Promise<OurWork> {
  const account = everyKind();
  const local = await startRemediation(account, withPreset(preset, {}));
  onTestFinished(local.close);
  const users = [...account.users.values()];
  const before = structuredClone(users);
  for (const { userId } of users) {
    expect((await local.revoke(userId, actions)).status).toBe('Success');
  }
  const done = users.flatMap((now, index) => differences(before[index] ?? now, now));
  local.now += day;
  for (const { userId } of users.filter(({ userName }) =>
    done.some((each) => each.startsWith(`${userName} `)),
  )) {
    expect((await local.restore(userId, { RestorePassword: 'true' })).status).toBe('Success');
  }
  const lost = users.flatMap((now, index) => {
    const usable = credentialsOf(now);
    const missing = [...credentialsOf(before[index] ?? now).keys()].filter(
      (name) => !usable.has(name),
    );
    return missing.map((name) => `${now.userName} ${name}`);
  });
  return { done, lost };
}

/** The usable credentials, each with what tells a replaced one from the one before. */
function credentialsOf({ loginProfile, accessKeys }: LocalUser): Map<string, number> {
  const keys = accessKeys.flatMap(({ status, createDate }, index): [string, number][] =>
    status === 'Active' ? [[`key ${index + 1}`, createDate]] : [],
  );
  return new Map([
    ...(loginProfile === undefined ? [] : ([['password', loginProfile.createDate]] as const)),
    ...keys,
  ]);
}

function differences(before: LocalUser, now: LocalUser): string[] {
  const [had, has] = [credentialsOf(before), credentialsOf(now)];
  return [...had].flatMap(([name, created]) => {
    if (has.get(name) === created) return [];
    const actionOf = () => {
      if (has.has(name)) return 'Replace';
      return name === 'password' || now.accessKeys.length < before.accessKeys.length
        ? 'Delete'
        : 'Deactivate';
    };
    return [`${now.userName} ${name} ${actionOf()}`];
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
