import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createAccount, type LocalAccount, type LocalUser } from '../../../../local-aws/account.ts';
import { deny } from '../../../../local-aws/faults.ts';
import { type Clause, isExtra, parseAnnotation } from '../../../../rule/core/annotation-clauses.ts';
import { accessKey, day, now, password, user } from '../../../builders/account.ts';
import { type LocalRule, startLocalRule, steppingSleep } from '../../../builders/local-rule.ts';
import { changeMessage } from '../../../builders/rule-event.ts';
import { storeReport } from '../../../builders/stored-report.ts';
import { createRandom, type Random } from '../../../semantics/random.ts';

// The rule that puts only what changed runs beside one that has no earlier results, and so reads every accused user
// live and puts everything, over the same users and the same credential report.
let rule: LocalRule;
let whole: LocalRule;
const time = { now };
afterEach(async () => {
  await rule.close();
  await whole.close();
});

const clock = {
  now: () => time.now,
  sleep: steppingSleep((milliseconds) => {
    time.now += milliseconds;
  }),
};
const weekly = { reportUnchanged: 'Weekly', automaticRemediation: false } as const;
const exemptionTag = 'unused-iam-credentials:exempt-until';

async function start(): Promise<LocalAccount> {
  time.now = now;
  const account = createAccount();
  rule = await startLocalRule(account, clock);
  whole = await startLocalRule(createAccount(), clock);
  return account;
}

function addSomeone(account: LocalAccount, random: Random, userName: string): void {
  const [created, used] = [random.integer(50, 300), random.integer(0, 60)];
  user(account, userName, {
    createDate: time.now - 400 * day,
    ...(random.chance(0.6) ? password(created, Math.min(used, created)) : {}),
    accessKeys: Array.from({ length: random.integer(0, 2) }, () =>
      accessKey(created, random.chance(0.2) ? undefined : Math.min(created, random.integer(0, 60))),
    ),
  });
}

/** Something that happens to a user now. Resolves to whether AWS Config records it. */
function happen(account: LocalAccount, someone: LocalUser, random: Random): boolean {
  const key = someone.accessKeys.at(-1);
  switch (random.integer(0, 8)) {
    case 0:
      if (someone.loginProfile) someone.passwordLastUsed = time.now;
      return false;
    case 1:
      if (key) key.lastUsed = { date: time.now, region: 'us-east-1', serviceName: 's3' };
      return false;
    case 2:
      if (someone.loginProfile) someone.loginProfile.lastChanged = time.now;
      return false;
    case 3:
      if (key) key.status = key.status === 'Active' ? 'Inactive' : 'Active';
      return false;
    case 4:
      someone.loginProfile = undefined;
      return false;
    case 5:
      someone.accessKeys.pop();
      return false;
    case 6: {
      const Value = new Date(time.now + random.integer(1, 30) * day).toISOString().slice(0, 10);
      someone.tags = random.chance(0.5) ? [] : [{ Key: exemptionTag, Value }];
      return true;
    }
    case 7:
      someone.path = random.pick(['/', '/break-glass/']);
      return true;
    default:
      account.users.splice(account.users.indexOf(someone), 1);
      if (random.chance(0.5)) addSomeone(account, random, someone.userName);
      return false;
  }
}

async function sendChange({ userId, userName }: LocalUser): Promise<void> {
  const captured = new Date(time.now).toISOString();
  const item = {
    resourceId: userId,
    resourceName: userName,
    configurationItemCaptureTime: captured,
  };
  await rule.send({ ...changeMessage(item), notificationCreationTime: captured }, settings());
}

let ruleParameters: Record<string, string> = {};
const settings = () => ({ ruleParameters, reporting: weekly });

/** A disturbance of the rule before a run. The run may then fail, but the next one must be right. */
function disturb(account: LocalAccount, random: Random): boolean {
  const { config } = account;
  switch (random.integer(0, 9)) {
    case 0:
      rule.aws.faults.push(deny('GetComplianceDetailsByConfigRule'));
      return true;
    case 1:
      rule.aws.faults.push({
        operation: 'PutEvaluations',
        failEvaluation: () => random.chance(0.5),
      });
      return true;
    case 2:
      config.evaluations = [];
      return false;
    case 3:
      ruleParameters = { maxCredentialUsageAge: String(random.integer(20, 60)) };
      return false;
    case 4:
      config.evaluations = config.evaluations.map((result) => {
        return { ...result, annotation: `of a version before: ${result.annotation}` };
      });
      return false;
    default:
      return false;
  }
}

interface Shown {
  readonly compliance: string;
  readonly clauses: readonly Clause[];
}

/** What AWS Config shows for each user. */
function shown({ account }: LocalRule): Map<string, Shown> {
  const results = account.config.evaluations.filter(
    ({ resourceType, complianceType }) =>
      resourceType === 'AWS::IAM::User' && complianceType !== 'NOT_APPLICABLE',
  );
  return new Map(
    results.map(({ resourceId, complianceType, annotation = '' }) => {
      return [
        resourceId,
        {
          compliance: complianceType,
          // How many extra clauses fit depends on whether keys have IDs or numbers.
          clauses: (parseAnnotation(annotation) ?? []).filter((each) => !isExtra(each)),
        },
      ];
    }),
  );
}

/** The clauses, without idle days and dates of becoming unused; IDs of keys are those of their live read. */
function lasting(clauses: readonly Clause[]) {
  return clauses.map(({ kind, values: { idle, flip, credential, ...values } }) => {
    if (kind === 'becomesUnused') return { kind };
    return { kind, ...values, credential: credential?.replace(/ .*/u, '') };
  });
}

/** How far the numbers of two annotations are apart at most, in days; earlier flips are negative. */
function distances(mine: readonly Clause[], theirs: readonly Clause[]) {
  return mine.flatMap(({ values }, index) => {
    const other = theirs[index]?.values ?? {};
    const idle = Number.parseInt(other.idle ?? '0', 10) - Number.parseInt(values.idle ?? '0', 10);
    const flip =
      (Date.parse(other.flip ?? '2026-01-01') - Date.parse(values.flip ?? '2026-01-01')) / day;
    return [idle, flip];
  });
}

/** Numbers may be those of a week ago, and of one day more where a run failed. */
function checkNumbers(seen: Shown | undefined, truth: Shown): void {
  for (const distance of distances(seen?.clauses ?? [], truth.clauses)) {
    expect(distance).toBeGreaterThanOrEqual(0);
    expect(distance).toBeLessThanOrEqual(8);
  }
}

/** What happens in the hours before a run. Returns the IDs of the users to whom something happened. */
async function liveUntil(run: number, account: LocalAccount, random: Random): Promise<Set<string>> {
  const touched = new Set<string>();
  const moments = Array.from({ length: random.integer(0, 2) }, () => {
    return run - random.integer(60_000, 5 * 3_600_000);
  });
  for (const moment of moments.sort((a, b) => a - b)) {
    time.now = moment;
    const someone = random.pick(account.users);
    touched.add(someone.userId);
    const recorded = happen(account, someone, random);
    if (recorded && random.chance(0.5)) await sendChange(someone);
    if (random.chance(0.4)) storeReport(account, moment);
  }
  time.now = run;
  return touched;
}

describe('a month of runs that put only what changed', () => {
  it.each([1, 2, 3, 4, 5, 40])(
    'shows what evaluating and putting everything would show (seed %i)',
    async (seed) => {
      const random = createRandom(seed);
      const account = await start();
      ruleParameters = {};
      for (let index = 0; index < 10; index += 1) addSomeone(account, random, `user-${index}`);
      const counts = { put: 0, stale: 0, all: 0 };
      for (let days = 1; days <= 30; days += 1) {
        const run = now + days * day;
        const touched = await liveUntil(run, account, random);
        const fails = disturb(account, random);
        const before = shown(rule);
        const result = rule.schedule(settings());
        if (fails) await result.catch(() => undefined);
        else counts.put += Number((await result).summary['put']);
        rule.aws.faults.length = 0;

        time.now = run;
        const { users, credentialReport } = account;
        Object.assign(whole.account, { users, credentialReport });
        whole.account.config.evaluations = [];
        await whole.schedule({ ruleParameters });
        const [mine, theirs] = [shown(rule), shown(whole)];
        for (const [id, truth] of theirs) {
          counts.all += 1;
          const seen = mine.get(id);
          const [left, right] = [seen, truth].map((each) => ({
            ...{ id, days, compliance: each?.compliance },
            clauses: lasting(each?.clauses ?? []),
          }));
          if (isDeepStrictEqual(left, right)) {
            checkNumbers(seen, truth);
          } else if (fails && seen?.compliance === before.get(id)?.compliance) {
            // What could not be put stays until the next run.
          } else {
            // An old report describes who was NON_COMPLIANT before, and does not know what happened in the last hours.
            const isStale = before.get(id)?.compliance === 'NON_COMPLIANT' && touched.has(id);
            if (!isStale) expect(left).toEqual(right);
            counts.stale += 1;
          }
        }
        const ids = new Set(users.map(({ userId }) => userId));
        if (!fails) expect([...mine.keys()].filter((id) => !ids.has(id))).toEqual([]);
      }
      // It would prove nothing if everything was put, or much was left out.
      expect(counts.put).toBeLessThan(counts.all * 0.75);
      expect(counts.put).toBeGreaterThan(counts.all / 7);
      expect(counts.stale).toBeLessThan(counts.all / 50);
    },
  );
});
