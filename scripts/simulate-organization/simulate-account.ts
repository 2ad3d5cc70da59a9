import { createAccount, issueResultToken, type LocalAccount } from '../../local-aws/account.ts';
import type { Clients } from '../../rule/aws/clients.ts';
import { readStoredCredentialReport } from '../../rule/aws/iam-credential-report.ts';
import type { Clock } from '../../rule/clock.ts';
import { isFresh } from '../../rule/core/credentials.ts';
import { formatInstant } from '../../rule/core/instant.ts';
import { protectedTag, revokedTag } from '../../rule/core/names.ts';
import { parseRuleParameters } from '../../rule/core/rule-parameters.ts';
import { evidenceOf, type ReadReport, readReport } from '../../rule/formats/credential-report.ts';
import { type EvaluationResult, evaluateEvent } from '../../rule/handlers/evaluate/evaluate.ts';
import type { UserVerdict } from '../../rule/handlers/evaluate/verdicts.ts';
import { judgeAccount } from '../../rule/judging/judge-account.ts';
import {
  type EvidenceSource,
  type JudgementContext,
  judgeUser,
} from '../../rule/judging/judge-user.ts';
import { ruleName, scheduledNotification, steppingSleep } from '../../test/builders/local-rule.ts';
import { createRandom, type Random } from '../../test/semantics/random.ts';
import { Agenda } from './agenda.ts';
import { type Figures, nothing, plus } from './figures.ts';
import { connectInProcess, perform } from './in-process-aws.ts';
import { changeNotification, type ItemEvent } from './item-event.ts';
import { addRun, noRuns, type Parity } from './parity.ts';
import { People, type Population, type RecordedChange, setTag } from './people.ts';
import { assessNow, describeUser, isUnusedByLiveDates, tagOf } from './state-of-user.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** The first day of every simulation, a Tuesday. */
const begin = Date.parse('2026-09-01T00:00:00Z');

/** The parameters of the documents that matter here, as the stack sets them. */
const maxRevocationsPerDay = 20;
const minimumIdleDays = 30;

/** One account, and how the rule is set up there. */
export interface AccountPlan extends Population {
  readonly accountId: string;
  readonly seed: number;
  readonly evaluateOnChange: boolean;
  readonly automaticRemediation: boolean;
}

/**
 * What the rule did; what it would do if it evaluated and put everything on each run; and the evaluations of AWS's
 * managed rule, one for each user and day.
 */
export interface Compared {
  readonly rule: Figures;
  readonly everything: Figures;
  readonly managed: Figures;
}

export const comparedNothing: Compared = { rule: nothing, everything: nothing, managed: nothing };

/** The outcome of a simulated account: of all days, of the last 30, and how the verdicts compare. */
export interface AccountOutcome {
  readonly all: Compared;
  readonly month: Compared;
  readonly parity: Parity;
}

/** Clients of the rule, whose requests the account answers. */
type RuleClients = Clients<'iam' | 'config'>;
export type Connect = (
  account: LocalAccount,
  now: () => number,
) => RuleClients | Promise<RuleClients>;

/**
 * Simulates an account with the rule for that many days, from the day on which the rule was created. Time is virtual;
 * the handler, and the judging that it is compared with, are the real ones.
 */
export async function simulateAccount(
  plan: AccountPlan,
  days: number,
  connect: Connect = connectInProcess,
): Promise<AccountOutcome> {
  // IAM takes some seconds for a report.
  const reportDurationMs = 2000 + plan.users;
  const account = createAccount({ accountId: plan.accountId, reportDurationMs });
  const time = { now: begin };
  const connectTo = () => connect(account, () => time.now);
  const simulation = new Simulation(plan, days, account, time, {
    rule: await connectTo(),
    everything: await connectTo(),
  });
  await simulation.run();
  return simulation.outcome;
}

class Simulation {
  outcome: AccountOutcome = {
    all: comparedNothing,
    month: comparedNothing,
    parity: noRuns,
  };
  readonly #plan: AccountPlan;
  readonly #end: number;
  readonly #random: Random;
  readonly #account: LocalAccount;
  readonly #people: People;
  readonly #clients: Readonly<Record<'rule' | 'everything', RuleClients>>;
  readonly #clock: Clock;
  readonly #time: { now: number };
  readonly #parameters = parseRuleParameters({});
  readonly #agenda = new Agenda();
  #revokedAt: number[] = [];
  #executions = 0;
  #parsed: { readonly content: string; readonly report: ReadReport } | undefined;

  constructor(
    plan: AccountPlan,
    days: number,
    account: LocalAccount,
    time: { now: number },
    clients: Readonly<Record<'rule' | 'everything', RuleClients>>,
  ) {
    [this.#plan, this.#account, this.#time, this.#clients] = [plan, account, time, clients];
    this.#end = begin + days * day;
    this.#random = createRandom(plan.seed);
    this.#people = new People(account, plan, this.#random, begin);
    const sleep = steppingSleep((milliseconds) => {
      time.now += milliseconds;
    });
    this.#clock = { now: () => time.now, sleep };
  }

  async run(): Promise<void> {
    const scheduledAt = this.#random.integer(0, day - hour);
    for (let midnight = begin; midnight < this.#end; midnight += day) {
      // AWS Config starts the runs of a day at about the same time.
      const runAt = midnight + scheduledAt + this.#random.integer(0, 10 * minute);
      this.#agenda.plan({ at: runAt, act: () => this.#evaluateOnSchedule() });
      if (midnight === begin) this.#createRule(runAt);
      this.#planDay(midnight);
      await this.#agenda.run(this.#time, midnight + day);
    }
  }

  #planDay(midnight: number): void {
    const random = this.#random;
    const sometime = () => midnight + random.integer(0, day - 1);
    for (const person of this.#people.all) {
      if (this.#people.usesOn(person, midnight)) {
        const act = () => {
          if (!person.hasLeft) this.#people.use(person, this.#time.now);
        };
        this.#agenda.plan({ at: sometime(), act });
      }
      const change = this.#people.pickChange(person);
      if (change === null) continue;
      const act = () => {
        if (!person.hasLeft) this.#record(this.#people.change(person, change, this.#time.now));
      };
      this.#agenda.plan({ at: sometime(), act });
    }
    // Other tools make reports, and IAM hands out each for four hours.
    for (let tools = random.integer(0, this.#plan.reports); tools > 0; tools -= 1) {
      const act = () => {
        perform(this.#account, 'iam', 'GenerateCredentialReport', {}, this.#time.now);
      };
      this.#agenda.plan({ at: sometime(), act });
    }
  }

  /** AWS Config sends the item of every user again when the rule is created. */
  #createRule(at: number): void {
    if (!this.#plan.evaluateOnChange) return;
    const captured = at - 12 * hour;
    for (const { user } of this.#people.all) {
      const sentAt = at + this.#random.integer(-5 * minute, 5 * minute);
      const event = {
        ...describeUser(this.#account, user),
        status: 'ResourceDiscovered',
        captured,
        diff: null,
      };
      this.#agenda.plan({ at: sentAt, act: () => this.#evaluateRepeated(event) });
    }
  }

  /** AWS Config notices a change within minutes. */
  #record(changes: readonly RecordedChange[]): void {
    if (!this.#plan.evaluateOnChange) return;
    for (const { user, status } of changes) {
      const captured = this.#time.now;
      const diff = { changedProperties: {}, changeType: 'UPDATE' };
      const event = { ...describeUser(this.#account, user), status, captured, diff };
      this.#agenda.later(captured + this.#random.integer(minute, 10 * minute), () =>
        this.#evaluateChange(event),
      );
    }
  }

  async #evaluate(invokingEvent: object): Promise<EvaluationResult> {
    const { requests } = this.#clients.rule;
    const publish = async () => {
      requests.set('Publish', (requests.get('Publish') ?? 0) + 1);
    };
    const event = {
      invokingEvent: JSON.stringify(invokingEvent),
      ruleParameters: '{}',
      resultToken: issueResultToken(this.#account, ruleName),
      eventLeftScope: false,
      configRuleName: ruleName,
      accountId: this.#plan.accountId,
    };
    return evaluateEvent(event, 900_000, {
      ...this.#clients.rule,
      ...{ clock: this.#clock, log: () => undefined, deployedRule: ruleName },
      topic: { arn: `arn:aws:sns:us-east-1:${this.#plan.accountId}:topic`, publish },
      reporting: {
        reportUnchanged: 'Weekly',
        automaticRemediation: this.#plan.automaticRemediation,
      },
      ...{
        bus: null,
        region: 'us-east-1',
        ownerTag: 'owner',
        digestPerOwner: false,
        warningDays: 14,
      },
    });
  }

  async #evaluateOnSchedule(): Promise<void> {
    const startedAt = this.#time.now;
    const earlier = this.#shown();
    const { users, undecided, summary } = await this.#evaluate(
      scheduledNotification(this.#account, startedAt),
    );
    const put = Number(summary['put']);
    const requests = requestsOf(summary);
    const shared = {
      ...{ scheduledRuns: 1, evaluatedUsers: users.length, metricHours: 1 },
      waitedMs: this.#time.now - startedAt,
    };
    this.#count({ ...shared, requests, evaluations: [Math.max(put, 1)] });

    const { listed, verdicts, requests: judging } = await this.#judgeAll(startedAt);
    const lingering = [...earlier.keys()].filter((userId) => !listed.has(userId));
    const evaluations = verdicts.size + lingering.length;
    // These requests are the same in both.
    const {
      GenerateCredentialReport = 0,
      GetComplianceDetailsByConfigRule = 0,
      Publish = 0,
    } = requests;
    this.#count(
      {
        ...{ ...shared, evaluations: [evaluations] },
        requests: {
          ...judging,
          ...{ GenerateCredentialReport, GetComplianceDetailsByConfigRule, Publish },
          PutEvaluations: Math.ceil(evaluations / 100),
        },
      },
      'everything',
    );
    this.#count({ evaluations: [listed.size] }, 'managed');
    const run = {
      ...{ earlier, shown: this.#shown(), scratch: verdicts },
      listed,
      undecided: undecided.length,
      isStale: !isFresh(this.#reportedAt(), startedAt),
      isUnusedLive: (userId: string) => {
        const user = this.#people.find(userId)?.user;
        return user !== undefined && isUnusedByLiveDates(user, startedAt);
      },
    };
    this.outcome = { ...this.outcome, parity: addRun(this.outcome.parity, run) };
    this.#remediate(users);
  }

  /** Evaluates everybody again by the same report. Returns the verdicts and the requests. */
  async #judgeAll(startedAt: number) {
    const { iam, requests } = this.#clients.everything;
    requests.clear();
    const { judged, failed, listed } = await judgeAccount({
      ...{ iam, parameters: this.#parameters, now: startedAt },
      ...{ clock: this.#clock, deadline: this.#time.now + 800_000 },
    });
    if (failed.length > 0) throw new Error(failed[0]?.message);
    const verdicts = new Map(judged.map((it) => [it.userId, it.assessment.compliance]));
    return { listed, verdicts, requests: Object.fromEntries(requests) };
  }

  async #evaluateChange(event: ItemEvent): Promise<void> {
    const { users, summary } = await this.#evaluate(changeNotification(event, this.#time.now));
    const figures = {
      changeRuns: 1,
      ...{ requests: requestsOf(summary), evaluations: [Number(summary['put'])] },
    };
    this.#count(figures);
    this.#count(figures, 'everything');
    this.#remediate(users);
  }

  async #evaluateRepeated(event: ItemEvent): Promise<void> {
    const { users, summary } = await this.#evaluate(changeNotification(event, this.#time.now));
    this.#count({
      changeRuns: 1,
      ...{ requests: requestsOf(summary), evaluations: [Number(summary['put'])] },
    });
    this.#remediate(users);
    const { iam, requests } = this.#clients.everything;
    requests.clear();
    const context = {
      ...{ iam, parameters: this.#parameters, now: this.#time.now },
      ...{ clock: this.#clock, deadline: this.#time.now + 800_000 },
    };
    await judgeUser(event, this.#storedReport(context), context);
    const everything = { requests: Object.fromEntries(requests), evaluations: [1], changeRuns: 1 };
    this.#count(
      { ...everything, requests: { ...everything.requests, PutEvaluations: 1 } },
      'everything',
    );
  }

  /**
   * The stored report. It is requested for each user, but parsed only once, because parsing would take most of the
   * time.
   */
  #storedReport({ iam, clock, deadline }: JudgementContext): EvidenceSource {
    return (identity) => async () => {
      const stored = await readStoredCredentialReport(iam, clock, deadline);
      if (this.#parsed?.content !== stored.content) {
        this.#parsed = { content: stored.content, report: readReport(stored) };
      }
      return evidenceOf(this.#parsed.report, identity);
    };
  }

  /** AWS Config starts an execution for each NON_COMPLIANT result that was put; with automatic remediation all are. */
  #remediate(users: readonly UserVerdict[]): void {
    if (!this.#plan.automaticRemediation) return;
    // Live reads end in any order.
    const sorted = users.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
    for (const { userId, compliance } of sorted) {
      if (compliance !== 'NON_COMPLIANT') continue;
      // A password waits for the next credential report, up to four hours.
      this.#agenda.later(this.#time.now + this.#random.integer(5 * minute, 4 * hour), () =>
        this.#revoke(userId),
      );
    }
  }

  #revoke(userId: string): void {
    this.#executions += 1;
    const person = this.#people.find(userId);
    const due =
      person === undefined
        ? []
        : assessNow(this.#account, person.user, this.#parameters, this.#time.now).due;
    const isDue = due.some(({ idleDays }) => idleDays >= minimumIdleDays);
    this.#revokedAt = this.#revokedAt.filter((at) => this.#time.now - at < day);
    const isProtected = person !== undefined && tagOf(person.user, protectedTag) === 'true';
    const isHeld = isProtected || this.#revokedAt.length >= maxRevocationsPerDay;
    if (person === undefined || !isDue || isHeld) {
      this.#count({ unchanged: 1 });
      this.#count({ unchanged: 1 }, 'everything');
      return;
    }
    const { user } = person;
    for (const { type, id } of due) {
      if (type === 'password') user.loginProfile = undefined;
      for (const key of user.accessKeys) if (key.accessKeyId === id) key.status = 'Inactive';
    }
    setTag(user, revokedTag, `${formatInstant(this.#time.now)} execution-${this.#executions}`);
    this.#revokedAt.push(this.#time.now);
    // Once for the tag that binds the execution to the user, and once for the tag that it leaves.
    this.#record([
      { user, status: 'OK' },
      { user, status: 'OK' },
    ]);
    this.#count({ revocations: 1 });
    this.#count({ revocations: 1 }, 'everything');
  }

  /** The verdicts that AWS Config shows. */
  #shown(): Map<string, string> {
    const results = this.#account.config.evaluations.filter(
      ({ resourceType, complianceType }) =>
        resourceType === 'AWS::IAM::User' && complianceType !== 'NOT_APPLICABLE',
    );
    return new Map(results.map(({ resourceId, complianceType }) => [resourceId, complianceType]));
  }

  #reportedAt(): number {
    return this.#account.credentialReport?.requestedAt ?? 0;
  }

  #count(figures: Partial<Figures>, which: keyof Compared = 'rule'): void {
    const { all, month } = this.outcome;
    const isInMonth = this.#time.now >= this.#end - 30 * day;
    this.outcome = {
      ...this.outcome,
      all: { ...all, [which]: plus(all[which], figures) },
      ...(isInMonth && { month: { ...month, [which]: plus(month[which], figures) } }),
    };
  }
}

function requestsOf(summary: EvaluationResult['summary']): Record<string, number> {
  return { ...(summary['requests'] as Record<string, number>) };
}
