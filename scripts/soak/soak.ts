import {
  createAccount,
  createAutomation,
  type LocalAccount,
  type LocalUser,
} from '../../local-aws/account.ts';
import { sharedPython } from '../../local-aws/automation/python.ts';
import { type RunningStack, runStack } from '../../local-aws/template/deploy.ts';
import type { Template } from '../../local-aws/template/resolve.ts';
import { functionNames } from '../../rule/core/names.ts';
import { ruleName, scheduledNotification } from '../../test/builders/local-rule.ts';
import { createRandom, type Random } from '../../test/semantics/random.ts';
import { changeNotification } from '../simulate-organization/item-event.ts';
import {
  People,
  type Person,
  type RecordedChange,
  setTag,
} from '../simulate-organization/people.ts';
import { startInProcess } from './in-process-function.ts';
import { Checks } from './invariants.ts';
import { Ledger } from './ledger.ts';
import { RandomFaults } from './random-faults.ts';
import { type Settings, settingsOf, stackParameters, upgradeDays } from './settings.ts';
import { VirtualTime } from './virtual-time.ts';
import { useLag } from './watch/context.ts';
import { Watch } from './watch/watch.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

/** The first day of every soak, a Tuesday. */
const begin = Date.parse('2026-09-01T00:00:00Z');

const protectionTag = 'unused-iam-credentials:protected';

const groups = ['admins', 'developers'];

const exemptionTag = 'unused-iam-credentials:exempt-until';

/** What a soak runs. */
export interface SoakPlan {
  readonly seed: number;
  readonly users: number;
  readonly days: number;
  readonly template: Template;
  /** Called after each day. If it returns true, the soak ends. */
  readonly onDay?: (done: number, checks: Checks) => boolean | undefined;
}

/** What happened, and what did not hold. */
export interface SoakOutcome {
  readonly seed: number;
  readonly users: number;
  readonly days: number;
  /** How often each invariant was checked. */
  readonly checks: Readonly<Record<string, number>>;
  readonly violations: Checks['violations'];
  /** How executions ended: how often each outcome. */
  readonly executions: Readonly<Record<string, number>>;
  /** Changes of credentials, by kind. */
  readonly changes: Readonly<Record<string, number>>;
  /** What people did. */
  readonly acts: Readonly<Record<string, number>>;
  /** Faults that struck, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly messages: number;
}

/** Runs the deployed template in a local account of simulated people, in virtual time. */
export async function runSoak(plan: SoakPlan): Promise<SoakOutcome> {
  const soak = await Soak.start(plan);
  try {
    return await soak.run();
  } finally {
    await soak.close();
  }
}

const operator = (account: LocalAccount) => `arn:aws:iam::${account.accountId}:user/operator`;

class Soak {
  readonly #plan: SoakPlan;
  readonly #random: Random;
  readonly #time: VirtualTime;
  readonly #account: LocalAccount;
  readonly #people: People;
  readonly #stack: RunningStack;
  readonly #watch: Watch;
  readonly #checks = new Checks();
  readonly #ledger: Ledger;
  readonly #faults: RandomFaults;
  readonly #acts = new Map<string, number>();
  readonly #upgrades: ReadonlySet<number>;
  #watched = 0;
  #upgraded = 0;
  #requests = 0;
  #settings: { now: Settings; before: Settings; since: number };
  readonly #managed = new Set<string>();
  readonly #tagged = new Set<string>();
  /** The IDs of users whom AWS Config is about to remediate. */
  readonly #waiting = new Set<string>();

  static async start(plan: SoakPlan): Promise<Soak> {
    const random = createRandom(plan.seed);
    const looking = { look: (): void => undefined };
    const time = new VirtualTime(begin, () => looking.look());
    const python = {
      ...sharedPython,
      run: (script: string, handler: string, events: unknown) =>
        time.outside(sharedPython.run(script, handler, events)),
    };
    const automation = createAutomation({ python, clock: time });
    const account = createAccount({ automation, reportDurationMs: 4 * second });
    const faults = new RandomFaults(createRandom(plan.seed + 1), time.now);
    const parameters = stackParameters(0, plan.users);
    const heard = { hear: (_: string): void => undefined };
    const stack = await runStack(
      account,
      plan.template,
      {
        ...{ stackName: 'UnusedIamCredentials', accountId: account.accountId },
        ...{ region: 'us-east-1', partition: 'aws', parameters },
      },
      {
        clock: time.now,
        start: (...started) =>
          startInProcess(
            { time, write: (line) => heard.hear(line), interrupt: () => faults.interrupt() },
            ...started,
          ),
      },
    );
    const soak = new Soak(plan, random, time, account, stack, faults);
    looking.look = () => soak.#look();
    heard.hear = (line) => soak.#watch.hear(line);
    return soak;
  }

  private constructor(
    plan: SoakPlan,
    random: Random,
    time: VirtualTime,
    account: LocalAccount,
    stack: RunningStack,
    faults: RandomFaults,
  ) {
    [this.#plan, this.#random, this.#time, this.#account] = [plan, random, time, account];
    [this.#stack, this.#faults, this.#ledger] = [stack, faults, new Ledger()];
    const settings = settingsOf(stackParameters(0, plan.users));
    this.#settings = { now: settings, before: settings, since: begin };
    this.#upgrades = upgradeDays(plan.days, random);
    const population = {
      ...{ users: plan.users, dormant: 0.25, occasional: 0.2, changing: 0.02, reports: 6 },
    };
    this.#people = new People(account, population, random, begin);
    const [breakGlass, important, ...others] = account.users;
    if (breakGlass !== undefined) {
      breakGlass.path = '/break-glass/';
      this.#stopUsing(breakGlass);
    }
    if (important !== undefined) {
      setTag(important, protectionTag, 'true');
      this.#stopUsing(important);
    }
    for (const user of others) {
      if (random.chance(0.5)) setTag(user, 'owner', `team-${random.integer(1, 3)}`);
    }
    // Keys that nobody uses, and that a tool activates again each day.
    const withKeys = others.filter(({ accessKeys }) => accessKeys.length > 0);
    for (const user of withKeys.slice(0, Math.max(1, Math.round(plan.users / 40)))) {
      setTag(user, 'aws:cloudformation:stack-name', 'jobs');
      this.#managed.add(user.userId);
      this.#stopUsing(user);
    }
    account.groups = new Map(groups.map((name) => [name, { path: '/', createDate: begin }]));
    for (const user of account.users) {
      this.#ledger.noteAll(user);
      this.#givePermissions(user);
    }
    this.#watch = new Watch({
      ...{ account, ledger: this.#ledger, checks: this.#checks, now: time.now },
      settings: () => this.#settings,
      resources: () => stack.stack.resources,
      isDisturbed: (from, to, kinds) => faults.isDisturbed(from, to, kinds),
      onTagged: (userId) => void this.#tagged.add(userId),
    });
    this.#watch.listen(stack.aws.faults);
    this.#watched = stack.aws.faults.length;
  }

  async run(): Promise<SoakOutcome> {
    const { days, onDay } = this.#plan;
    const scheduledAt = this.#random.integer(6 * hour, 18 * hour);
    for (let index = 0; index < days; index += 1) {
      const midnight = begin + index * day;
      this.#planDay(midnight, index, scheduledAt);
      await this.#time.runUntil(midnight + day);
      this.#watch.checkResolved();
      this.#watch.checkSecrecy();
      this.#watch.forgetExecutions();
      this.#requests += this.#stack.aws.requests.entries.length;
      this.#stack.aws.requests.reset();
      if (onDay?.(index + 1, this.#checks) === true) break;
    }
    const kinds = this.#ledger.changes.map(({ kind }) => kind);
    return {
      ...{ seed: this.#plan.seed, users: this.#plan.users, days },
      checks: Object.fromEntries(this.#checks.counts),
      violations: this.#checks.violations,
      executions: sorted(this.#watch.outcomes),
      changes: count(kinds),
      acts: sorted(this.#acts),
      faults: count(this.#faults.strikes.map(({ kind }) => kind)),
      requests: this.#requests,
      messages: this.#watch.delivered.length,
    };
  }

  close(): Promise<void> {
    return this.#stack.close();
  }

  #look(): void {
    this.#watch.look();
    for (const userId of this.#tagged) {
      const user = this.#people.find(userId)?.user;
      if (user !== undefined) this.#record([{ user, status: 'OK' }]);
    }
    this.#tagged.clear();
    const { stopAfter, executions } = this.#account.automation;
    if (stopAfter === undefined) return;
    const isStopped = [...executions.values()].some(
      ({ status, end = 0 }) => status === 'Cancelled' && end >= this.#time.now() - second,
    );
    if (!isStopped) return;
    this.#account.automation.stopAfter = undefined;
    this.#faults.strike('crash between steps');
  }

  #planDay(midnight: number, index: number, scheduledAt: number): void {
    const random = this.#random;
    const sometime = () => midnight + random.integer(0, day - 1);
    for (const person of this.#people.all) {
      if (this.#people.usesOn(person, midnight)) {
        this.#time.at(sometime(), () => {
          if (!person.hasLeft) this.#use(person);
        });
      }
      const change = this.#people.pickChange(person);
      if (change === null) continue;
      this.#time.at(sometime(), () => {
        if (!person.hasLeft) this.#change(person, change);
      });
    }
    for (let tools = random.integer(0, 6); tools > 0; tools -= 1) {
      this.#time.at(sometime(), () => {
        const request = { service: 'iam', operation: 'GenerateCredentialReport', input: {} };
        try {
          this.#stack.aws.perform({ ...request, caller: operator(this.#account) });
        } catch {
          // A fault struck another tool.
        }
      });
    }
    this.#time.at(midnight + 5 * hour, () => this.#manage());
    this.#time.at(midnight + scheduledAt + random.integer(0, 10 * minute), () =>
      this.#evaluateOnSchedule(),
    );
    if (random.chance(0.1)) {
      // AWS Config may send an event twice.
      this.#time.at(midnight + scheduledAt + 11 * minute, () => this.#evaluateOnSchedule());
    }
    if (random.chance(0.3)) {
      // Before AWS Config starts the revocations.
      this.#time.at(midnight + scheduledAt + 12 * minute, () => this.#replacePassword());
    }
    if (random.chance(0.3)) {
      this.#time.at(midnight + scheduledAt + 13 * minute, () => this.#retire());
    }
    for (const person of this.#people.all) {
      if (!isLocked(person.user) || !random.chance(0.02)) continue;
      // Some ask for what they then do not use.
      if (random.chance(0.6)) person.habit = 'daily';
      this.#time.at(sometime(), () => {
        if (!person.hasLeft && isLocked(person.user)) this.#restore(person.user);
      });
    }
    this.#time.at(midnight + 3 * hour, () => {
      this.#stack.startScheduled();
    });
    if (random.chance(0.6)) {
      // Most happens in the hours after the scheduled run.
      const at = random.chance(0.3)
        ? sometime()
        : midnight + scheduledAt + random.integer(-1, 3) * 20 * minute;
      this.#time.at(at, () =>
        this.#faults.prepare(this.#account, this.#stack.aws.faults, this.#watched),
      );
    }
    if (this.#upgrades.has(index)) this.#time.at(sometime(), () => this.#upgrade());
  }

  #givePermissions(user: LocalUser): void {
    user.groups = groups.filter(() => this.#random.chance(0.5));
    user.attachedPolicies = this.#random.chance(0.5) ? ['ReadOnlyAccess'] : [];
    const document = `{ "Version": "2012-10-17", "Statement": [ { "Sid": "${user.userName.replace('-', '')}" } ] }`;
    user.inlinePolicies = this.#random.chance(0.3) ? [{ name: 'own', document }] : [];
  }

  /** Nobody has used the user's credentials for long. */
  #stopUsing(user: LocalUser): void {
    user.passwordLastUsed = undefined;
    for (const key of user.accessKeys) key.lastUsed = undefined;
    const person = this.#people.find(user.userId);
    if (person !== undefined) person.habit = 'dormant';
  }

  #count(act: string): void {
    this.#acts.set(act, (this.#acts.get(act) ?? 0) + 1);
  }

  /** IAM shows a use some minutes later. */
  #use(person: Person): void {
    const { user } = person;
    const before = {
      password: user.passwordLastUsed,
      keys: new Map(user.accessKeys.map((key) => [key, key.lastUsed])),
    };
    this.#people.use(person, this.#time.now());
    this.#ledger.noteAll(user);
    this.#count('used');
    const later = this.#time.now() + this.#random.integer(0, useLag - minute);
    const used = user.passwordLastUsed;
    if (used !== before.password) {
      user.passwordLastUsed = before.password;
      this.#time.at(later, () => {
        user.passwordLastUsed = Math.max(used ?? 0, user.passwordLastUsed ?? 0);
      });
    }
    for (const [key, earlier] of before.keys) {
      const { lastUsed } = key;
      if (lastUsed === earlier || lastUsed === undefined) continue;
      key.lastUsed = earlier;
      this.#time.at(later, () => {
        if ((key.lastUsed?.date ?? 0) < lastUsed.date) key.lastUsed = lastUsed;
      });
    }
  }

  #change(person: Person, change: Parameters<People['change']>[1]): void {
    const { user } = person;
    // Its keys are the tool's.
    if (this.#managed.has(user.userId) && (change === 'returned' || change === 'rotated')) return;
    if (change === 'returned' && isLocked(user) && this.#random.chance(0.8)) {
      person.habit = 'daily';
      this.#restore(user);
      return;
    }
    const exempt = exemptionOf(user);
    const recorded = this.#people.change(person, change, this.#time.now());
    this.#count(change);
    if (exemptionOf(user) !== exempt) this.#watch.endGrace(user.userId);
    for (const each of new Set([user, ...recorded.map((it) => it.user)]))
      this.#ledger.noteAll(each);
    this.#record(recorded);
  }

  /** A tool such as Terraform sets its keys to Active. */
  #manage(): void {
    for (const user of this.#account.users) {
      if (!this.#managed.has(user.userId)) continue;
      for (const key of user.accessKeys) {
        if (key.status === 'Active') continue;
        key.status = 'Active';
        this.#count('activated by a tool');
      }
    }
  }

  #start(document: string, user: LocalUser, parameters: Readonly<Record<string, string>>): void {
    const { account } = this.#stack;
    const role = `arn:aws:iam::${account.accountId}:role/UnusedIamCredentials-${document}-us-east-1`;
    const given = { IAMResourceId: user.userId, AutomationAssumeRole: role, ...parameters };
    this.#stack.aws.perform({
      ...{ service: 'ssm', operation: 'StartAutomationExecution', caller: operator(account) },
      input: {
        DocumentName: `UnusedIamCredentials-${document}`,
        Parameters: Object.fromEntries(
          Object.entries(given).map(([name, value]) => [name, [value]]),
        ),
      },
    });
    this.#count(`started ${document}`);
  }

  /** Most ask at once, some ask again, and some want another grace. */
  #restore(user: LocalUser): void {
    const GraceDays = String(this.#random.pick([14, 14, 7, 30]));
    const evaluate = this.#stack.stack.functions.get(functionNames.evaluate);
    const topic = evaluate?.environment['NOTIFICATION_TOPIC_ARN'] ?? 'none';
    const parameters = {
      ...{ RevocationId: 'All', RestorePassword: 'true', GraceDays },
      ...(this.#random.chance(0.7) && { NotificationTopicArn: topic }),
    };
    const restore = () => {
      if (this.#account.users.includes(user)) this.#start('Restore', user, parameters);
    };
    restore();
    if (this.#random.chance(0.3)) {
      this.#time.at(this.#time.now() + this.#random.integer(second, 2 * minute), restore);
    }
    // A user who still cannot use anything asks again.
    this.#time.at(this.#time.now() + day, () => {
      if (isLocked(user)) restore();
    });
  }

  /** The users whom AWS Config shows as NON_COMPLIANT. */
  #accused(): LocalUser[] {
    const { users, config } = this.#account;
    const ids = new Set(
      config.evaluations
        .filter(({ complianceType }) => complianceType === 'NON_COMPLIANT')
        .map(({ resourceId }) => resourceId),
    );
    const isProtected = ({ tags }: LocalUser) => tags.some(({ Key }) => Key === protectionTag);
    // Now and then a protected one.
    return users.filter((user) => {
      return ids.has(user.userId) && (!isProtected(user) || this.#random.chance(0.05));
    });
  }

  /** A person replaces the password of somebody who is NON_COMPLIANT. */
  #replacePassword(): void {
    const users = this.#accused().filter(({ loginProfile }) => loginProfile !== undefined);
    if (users.length === 0) return;
    this.#start('Revoke', this.#random.pick(users), { PasswordAction: 'Replace' });
  }

  /** A person retires somebody who is NON_COMPLIANT. Not all of them are inactive. */
  #retire(): void {
    const users = this.#accused();
    if (users.length === 0) return;
    const isAsked = () => String(this.#random.chance(0.7));
    const parameters = { RemoveGroups: isAsked(), DetachPolicies: isAsked() };
    this.#start('Retire', this.#random.pick(users), parameters);
  }

  async #upgrade(): Promise<void> {
    this.#upgraded += 1;
    const parameters = stackParameters(this.#upgraded, this.#plan.users);
    await this.#stack.update(parameters);
    const { now: before } = this.#settings;
    this.#settings = { now: settingsOf(parameters), before, since: this.#time.now() };
    this.#count('upgraded the stack');
    // AWS Config evaluates a rule that changed.
    this.#time.at(this.#time.now() + minute, () => this.#evaluateOnSchedule());
  }

  async #evaluateOnSchedule(): Promise<void> {
    const start = this.#time.now();
    await this.#stack.evaluateAsynchronously(scheduledNotification(this.#account, start));
    const isDisturbed = this.#faults.isDisturbed(start - minute, this.#time.now());
    this.#remediate(start);
    if (!isDisturbed) this.#watch.afterRun(start);
  }

  /** AWS Config notices a change within minutes. */
  #record(changes: readonly RecordedChange[]): void {
    for (const { user, status } of changes) {
      const captured = this.#time.now();
      const { userId, userName, path } = user;
      const arn = `arn:aws:iam::${this.#account.accountId}:user${path}${userName}`;
      const diff = { changedProperties: {}, changeType: 'UPDATE' };
      const event = { userId, userName, arn, status, captured, diff };
      this.#time.at(captured + this.#random.integer(minute, 10 * minute), async () => {
        const start = this.#time.now();
        await this.#stack.evaluateAsynchronously(changeNotification(event, start));
        this.#remediate(start);
      });
    }
  }

  /** AWS Config starts an execution for each NON_COMPLIANT result that was put since; now and then two. */
  #remediate(since: number): void {
    const { evaluations } = this.#account.config;
    const found = evaluations
      .filter(({ complianceType, recordedAt }) => {
        return complianceType === 'NON_COMPLIANT' && recordedAt >= since;
      })
      .map(({ resourceId }) => resourceId)
      .toSorted((a, b) => (a < b ? -1 : 1));
    for (const resourceId of found) {
      if (this.#waiting.has(resourceId)) continue;
      this.#waiting.add(resourceId);
      const start = () => {
        this.#waiting.delete(resourceId);
        const key = { resourceType: 'AWS::IAM::User', resourceId };
        const input = { ConfigRuleName: ruleName, ResourceKeys: [key] };
        this.#stack.aws.perform({
          ...{ service: 'config', operation: 'StartRemediationExecution', input },
          caller: operator(this.#account),
        });
      };
      const at = this.#time.now() + this.#random.integer(5 * minute, 2 * hour);
      this.#time.at(at, start);
      if (this.#random.chance(0.05)) this.#time.at(at + this.#random.integer(0, minute), start);
    }
  }
}

function isLocked({ loginProfile, accessKeys }: LocalUser): boolean {
  return loginProfile === undefined && accessKeys.every(({ status }) => status !== 'Active');
}

function exemptionOf({ tags }: LocalUser): string | undefined {
  return tags.find(({ Key }) => Key === exemptionTag)?.Value;
}

function count(names: readonly string[]): Record<string, number> {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return sorted(found);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
