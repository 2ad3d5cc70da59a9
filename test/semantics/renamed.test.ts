import { describe, expect, it } from 'vitest';
import { type LocalUser, userArn } from '../../local-aws/account.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import { evidenceOf, findRenamedRows, readReport } from '../../rule/formats/credential-report.ts';
import { generateAccounts } from './generate-users.ts';
import { naiveRow } from './naive-semantics.ts';
import { createRandom, type Random } from './random.ts';

type Account = Parameters<typeof renderCredentialReport>[0];
type Listed = Pick<LocalUser, 'userId' | 'createDate'> & { readonly arn: string };

/** Gives some users the creation date of another. */
function makeTogether({ users }: Account, random: Random): void {
  for (const user of users) {
    if (random.chance(0.3)) user.createDate = random.pick(users).createDate;
  }
}

/** Renames, moves, swaps, deletes and creates users. */
function changeUsers(account: Account, random: Random, now: number): void {
  const names = account.users.map(({ userName }) => userName);
  for (const user of [...account.users]) {
    if (random.chance(0.2)) user.userName = `${user.userName}-renamed`;
    if (random.chance(0.1)) user.path = '/moved/';
    if (random.chance(0.2)) swapNames(user, random.pick(account.users));
    if (random.chance(0.1)) account.users = account.users.filter((other) => other !== user);
  }
  // Some names are given to new users, some to users who were there before.
  for (const name of names) {
    if (account.users.some(({ userName }) => userName === name) || random.chance(0.5)) continue;
    const user = random.pick(account.users);
    if (random.chance(0.5)) user.userName = name;
    else account.users.push({ ...user, userId: `AIDANEW${name}`, userName: name, createDate: now });
  }
}

function swapNames(one: LocalUser, other: LocalUser): void {
  [one.userName, other.userName] = [other.userName, one.userName];
}

/**
 * The creation dates of users who have an ARN that another user of the same date, deleted or not, had before. Nothing
 * in the answers of IAM shows that.
 */
function takenOver(listed: readonly Listed[], before: readonly Listed[]): Set<number> {
  const dates = before.flatMap(({ arn, userId, createDate }) => {
    const now = listed.find((it) => it.arn === arn && it.createDate === createDate);
    return now === undefined || now.userId === userId ? [] : [createDate];
  });
  return new Set(dates);
}

/** The users with their ARNs, as they are now. */
function listUsers(account: Account) {
  return account.users.map((user) => ({ ...user, arn: userArn(account, user), tags: [] }));
}

describe('10,000 generated users of whom many were renamed since the report', () => {
  const counts = { own: 0, found: 0, unknown: 0 };
  const wrong: unknown[] = [];
  const differing: unknown[] = [];
  for (const [index, { account, now }] of [...generateAccounts(10_000, 20_261_128)].entries()) {
    const random = createRandom(index);
    makeTogether(account, random);
    const before = listUsers(account);
    const truth = new Map(before.map(({ userId, arn }) => [userId, arn]));
    const content = renderCredentialReport(account);
    changeUsers(account, random, now);
    const report = readReport({ content, generatedAt: now });
    const listed = listUsers(account);
    const renamed = findRenamedRows(report, listed);
    const hidden = takenOver(listed, before);
    for (const user of listed) {
      const own = evidenceOf(report, user).row;
      const row = own ?? renamed.get(user.userId) ?? null;
      const sees = row?.arn ?? null;
      counts[own !== null ? 'own' : row !== null ? 'found' : 'unknown'] += 1;
      const isOthers = sees !== null && sees !== truth.get(user.userId);
      if (isOthers && !hidden.has(user.createDate)) wrong.push({ user, sees });
      if (sees !== naiveRow(user, [...report.rows.values()], listed))
        differing.push({ user, sees });
    }
  }

  it('are never given the row of another user', () => {
    expect(wrong).toEqual([]);
  });

  it('are given the row that the independent implementation gives them', () => {
    expect(differing).toEqual([]);
  });

  it('mostly have a row, and some have none because another user has their creation date', () => {
    expect(counts.own).toBeGreaterThan(2000);
    expect(counts.found).toBeGreaterThan(1000);
    expect(counts.unknown).toBeGreaterThan(100);
  });
});
