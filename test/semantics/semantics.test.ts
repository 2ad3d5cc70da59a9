import { describe, expect, it } from 'vitest';
import type { LocalUser } from '../../local-aws/account.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import { generateAccounts } from './generate-users.ts';
import { judgeThreeWays, type Sabotage } from './judge-three-ways.ts';
import { type NaiveParameters, naiveParameters } from './naive-parameters.ts';
import { naiveVerdict } from './naive-semantics.ts';
import { madeAtRotation, slotsAreAmbiguous } from './slots.ts';

const seed = 20_261_121;
const daysPerSecond = 1 / 86_400;
const accounts = [...generateAccounts(10_000, seed)];
const comparisons = accounts.map((account) => judgeThreeWays(account));
const exceptions = comparisons.flatMap((comparison) => comparison.exceptions);

/** Counts the differences among 2,000 users when one side of the comparison is wrong. */
function differencesUnder(sabotage: Sabotage): number {
  const some = accounts.slice(0, 20);
  return some.flatMap((account) => judgeThreeWays(account, sabotage).differences).length;
}

/** Gives the independent implementation other parameters than the rule. */
function misreading(change: (parameters: NaiveParameters) => Partial<NaiveParameters>): Sabotage {
  return {
    naive: (user, given, now) => naiveVerdict(user, { ...given, ...change(given) }, now),
  };
}

describe('10,000 generated users', () => {
  it('have the same results by the report, by a live read, and by the independent implementation', () => {
    expect(comparisons.flatMap(({ verdicts }) => verdicts)).toHaveLength(10_000);
    expect(comparisons.flatMap(({ differences }) => differences)).toEqual([]);
  });

  it('have other results live than by the report only where the slots are ambiguous', () => {
    expect(exceptions.length).toBeGreaterThan(0);
    expect(exceptions.length).toBeLessThan(200);
    expect(exceptions.filter((user) => !slotsAreAmbiguous(user))).toEqual([]);
    // Two active keys, used alike, both moved or made together: nothing less is ambiguous.
    for (const { accessKeys } of exceptions) {
      expect(accessKeys.map(({ status }) => status)).toEqual(['Active', 'Active']);
      expect(new Set(accessKeys.map(({ lastUsed }) => lastUsed?.date)).size).toBe(1);
      const together = new Set(accessKeys.map(({ createDate }) => createDate)).size === 1;
      expect(together || accessKeys.every((key) => key.lastRotated > key.createDate)).toBe(true);
    }
  });

  it('cover every category, compliance, scope and outcome of an exemption', () => {
    const seen = new Set<string>();
    for (const [index, { verdicts }] of comparisons.entries()) {
      const scope = naiveParameters(accounts[index]?.input ?? {}).evaluationScope;
      for (const { category, compliance, exemption } of verdicts) {
        seen.add(`${scope} ${category} ${compliance}`).add(exemption);
      }
    }
    const categories = `active unused-password unused-access-key unused-password-and-access-key
      inactive-user no-credentials exempt`.split(/\s+/u);
    const scopes = ['credential', 'user', 'console-password'];
    const nonCompliant = `credential unused-password,credential unused-access-key,
      credential unused-password-and-access-key,credential inactive-user,user inactive-user,
      console-password unused-password,console-password unused-password-and-access-key,
      console-password inactive-user`.split(/,\s*/u);
    const compliant = scopes
      .flatMap((scope) => categories.map((category) => `${scope} ${category}`))
      .filter((both) => !/^credential (unused|inactive)|^user inactive/u.test(both));
    const outcomes = [
      ...nonCompliant.map((both) => `${both} NON_COMPLIANT`),
      ...compliant.map((both) => `${both} COMPLIANT`),
      ...['none', 'path', 'tag', 'ended', 'malformed', 'too-distant'],
    ];
    expect(seen).toEqual(new Set(outcomes));
  });
});

describe('the comparison fails when', () => {
  const ages = ['maxPasswordUsageAge', 'maxAccessKeyUsageAge', 'maxExemptionDays'] as const;
  const shifts = ages.flatMap((age) =>
    [1, -1].map((by): [string, Sabotage] => [
      `${age} is off by ${by} second`,
      misreading((given) => ({ [age]: given[age] + by * daysPerSecond })),
    ]),
  );

  it('does not fail without one of these mistakes', () => {
    expect(differencesUnder({})).toBe(0);
  });

  it.each<[string, Sabotage]>([
    ...shifts,
    ['the scope is another', misreading(() => ({ evaluationScope: 'user' }))],
    ['no path exempts', misreading(() => ({ exemptPathPrefixes: [] }))],
    [
      'a tag key is compared with case',
      {
        naive: (user, given, now) => {
          const tags = user.tags.filter(({ Key }) => Key === given.exemptUntilTag);
          return naiveVerdict({ ...user, tags }, given, now);
        },
      },
    ],
    [
      'the report shows all access keys as active',
      {
        render: (account) =>
          renderCredentialReport({
            ...account,
            users: account.users.map((user) => ({
              ...user,
              accessKeys: user.accessKeys.map((key) => ({ ...key, status: 'Active' as const })),
            })),
          }),
      },
    ],
    [
      'the report forgets that passwords were changed',
      {
        render: (account) =>
          renderCredentialReport({
            ...account,
            users: account.users.map(({ loginProfile: profile, ...user }) => ({
              ...user,
              loginProfile: profile && { ...profile, lastChanged: profile.createDate },
            })),
          }),
      },
    ],
  ])('%s', (_, sabotage) => {
    expect(differencesUnder(sabotage)).toBeGreaterThan(0);
  });
});

describe('users with a key made in the second in which their older one was rotated', () => {
  const judged = [...generateAccounts(10_000, seed, { madeAtRotation: true })].map((account) =>
    judgeThreeWays(account),
  );
  const differences = judged.flatMap((comparison) => comparison.differences);

  it('are the only ones with different verdicts, and never by the report', () => {
    expect(differences.filter(({ user }) => !madeAtRotation(user.accessKeys))).toEqual([]);
    const byReport = differences.map(({ report }) => report);
    expect(byReport).toEqual(differences.map(({ expected }) => expected));
  });

  // Where neither status nor last use tells the keys apart, nothing in IAM's answers does: the slot then
  // goes by creation, which is right for all keys but those made in that very second.
  it('are evaluated more strictly live only where nothing tells the keys apart', () => {
    const alike = ({ accessKeys: [a, b] }: LocalUser) =>
      (a?.status === 'Active') === (b?.status === 'Active') &&
      a?.lastUsed?.date === b?.lastUsed?.date;
    const stricter = differences.filter((difference) => difference.stricter);
    expect(stricter.length).toBeGreaterThan(0);
    expect(stricter.filter(({ user }) => !alike(user))).toEqual([]);
  });
});
