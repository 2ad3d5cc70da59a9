import type { LocalExecution, LocalUser } from '../../../local-aws/account.ts';
import {
  day,
  iso,
  isTagged,
  limitOf,
  minute,
  protectionTag,
  userNamed,
  type WatchContext,
} from './context.ts';

/** The tag that exempts a user, as the documentation names it. */
const exemptionTag = 'unused-iam-credentials:exempt-until';

/** The result of a user in AWS Config, and since when it is NON_COMPLIANT. */
interface Episode {
  readonly since: number;
  named: number;
  checked: boolean;
}

/** How the last execution of a user's revocation ended. */
interface Ended {
  readonly at: number;
  readonly start: number;
  readonly status: string;
  readonly outcome: string;
  readonly reason: string;
}

/** Checks the results in AWS Config: that they are true, that messages name them, and that they do not stay. */
export class Verdicts {
  readonly #context: WatchContext;
  #evaluations: unknown;
  readonly #episodes = new Map<string, Episode>();
  readonly #lastEnded = new Map<string, Ended>();
  /** When users were warned, by user ID. */
  readonly #warned = new Map<string, number[]>();
  readonly #namedAt = new Map<string, number[]>();
  /** When each user was last seen exempt. */
  readonly #exemptAt = new Map<string, number>();
  /**
   * Users whose result the last run did not get right, and when its credential report was requested. A result may be
   * as old as its report, which IAM keeps for four hours.
   */
  #doubtful = new Map<string, number>();

  constructor(context: WatchContext) {
    this.#context = context;
  }

  /** A message warned that credentials of the user become unused soon. */
  onWarned(userName: string): void {
    const { account, now } = this.#context;
    const user = userNamed(account, userName);
    if (user !== undefined) push(this.#warned, user.userId, now());
  }

  /** A digest named the user as newly NON_COMPLIANT. */
  onNamed(name: string): void {
    const user = userNamed(this.#context.account, name);
    if (user === undefined) return;
    const { checks, now, isDisturbed } = this.#context;
    const episode = this.#episodes.get(user.userId);
    push(this.#namedAt, user.userId, now());
    if (episode === undefined) return;
    episode.named += 1;
    const isExcused = isDisturbed(episode.since - minute, now());
    const invariant = 'newly NON_COMPLIANT users are named once';
    checks.check(invariant, episode.named === 1 || isExcused, () => {
      return `${name} was named ${episode.named} times from ${iso(episode.since)} to ${iso(now())}`;
    });
  }

  /** A revocation of the user ended. */
  onRevocation(
    userId: string,
    { status, start, end = start }: LocalExecution,
    { outcome, reason }: Pick<Ended, 'outcome' | 'reason'>,
  ): void {
    this.#lastEnded.set(userId, { at: end, start, status, outcome, reason });
  }

  /** Looks at the results in AWS Config, if a run has put any since the last time. */
  read(): void {
    const { account, now, checks, isDisturbed } = this.#context;
    const { evaluations } = account.config;
    if (evaluations === this.#evaluations) return;
    this.#evaluations = evaluations;
    for (const { resourceId, complianceType, annotation = '', recordedAt } of evaluations) {
      // A change made them NON_COMPLIANT. It sends no message, so that the next digest must name them.
      const isOpen = annotation.includes('not announced yet');
      const known = this.#episodes.get(resourceId);
      if (isOpen && known !== undefined && recordedAt > known.since) {
        const isExcused = known.named === 0 || isDisturbed(known.since - minute, recordedAt);
        checks.check('newly NON_COMPLIANT users are named once', isExcused, () => {
          return `a change at ${iso(recordedAt)} asks for another digest about ${resourceId}, whom one named since ${iso(known.since)}`;
        });
        this.#episodes.delete(resourceId);
      }
      const episode = this.#episodes.get(resourceId);
      if (complianceType !== 'NON_COMPLIANT') this.#episodes.delete(resourceId);
      else if (episode === undefined) {
        // A digest is published before its results are put.
        const named = this.#namedAt.get(resourceId)?.filter((at) => now() - at < minute) ?? [];
        const since = isOpen ? recordedAt : now();
        this.#episodes.set(resourceId, {
          ...{ since, named: isOpen ? 0 : named.length, checked: false },
        });
      }
    }
  }

  /** Checks what must hold after a scheduled run that was asked for at `start` and succeeded undisturbed. */
  afterRun(start: number): void {
    const { account, checks, isDisturbed } = this.#context;
    const doubtful = new Map<string, number>();
    const report = account.credentialReport?.requestedAt ?? start;
    const results = new Map(
      account.config.evaluations.map((each) => [each.resourceId, each] as const),
    );
    for (const user of account.users) {
      const { userId, userName } = user;
      const result = results.get(userId);
      const isExempt = this.#isExempt(user, start);
      if (isExempt) this.#exemptAt.set(userId, start);
      if (result === undefined || user.createDate > start - day) continue;
      const idle = this.#mostIdle(user, start);
      const isShown = result.complianceType === 'NON_COMPLIANT';
      const episode = this.#episodes.get(userId);
      const isNew = episode !== undefined && episode.since >= start;
      // `idle` is the longest idle time minus its limit (days): negative if every credential was used within its
      // limit.
      const isWrong = isShown ? isExempt || idle < -1 / 24 : !isExempt && idle > 1 / 24;
      const isFalse = isShown && isNew && isWrong;
      const doubted = this.#doubtful.get(userId) ?? report;
      if (isWrong) doubtful.set(userId, doubted);
      const isTwice = isWrong && doubted !== report;
      checks.check('evaluation results are correct', !isFalse && !isTwice, () => {
        return `${userName} is ${result.complianceType} (${result.annotation}); ${idle.toFixed(2)} days beyond the limit${isExempt ? ', exempt' : ''}`;
      });
      if (episode === undefined || episode.checked) continue;
      episode.checked = true;
      const isExcused = isDisturbed(episode.since - minute, start);
      const invariant = 'newly NON_COMPLIANT users are named once';
      checks.check(invariant, episode.named > 0 || isExcused, () => {
        return `no digest named ${userName}, who is NON_COMPLIANT since ${iso(episode.since)}`;
      });
      if (isNew && !isWrong) this.#checkWarning(user, start);
    }
    this.#doubtful = doubtful;
  }

  /** Checks once a day, while revocations are automatic. */
  checkResolved(): void {
    const { account, checks, now, settings, ledger, isDisturbed } = this.#context;
    for (const [userId, { since }] of this.#episodes) {
      const user = account.users.find((each) => each.userId === userId);
      if (user === undefined || now() - since < 7 * day || now() - settings().since < 7 * day) {
        continue;
      }
      const ended = this.#lastEnded.get(userId);
      const changes = ledger.changes.filter((each) => each.userId === userId);
      const revocations = changes.filter(
        ({ kind, at }) => kind === 'revoke' && now() - at < 31 * day,
      );
      const isTrue = (() => {
        if (ended === undefined || now() - ended.at > 2 * day) return false;
        if (ended.status !== 'Success') return isDisturbed(ended.start, ended.at);
        switch (ended.outcome) {
          case 'Revoke':
            return changes.some(({ at }) => now() - at < 2 * day);
          case 'Protected':
            return isTagged(user, protectionTag);
          case 'Exempt':
            return this.#isExempt(user, ended.at) || changes.some(({ kind }) => kind === 'restore');
          case 'KeepsComingBack':
            return revocations.length >= 3;
          case 'LimitReached': {
            const lately = ledger.changes.filter(
              ({ kind, at }) => kind === 'revoke' && ended.at - at < day,
            );
            const users = new Set(lately.map((each) => each.userId));
            return users.size >= settings().now.maxRevocationsPerDay / 2 - 1;
          }
          default:
            return false;
        }
      })();
      checks.check(
        'every NON_COMPLIANT user is resolved or has a reason',
        isTrue && ended?.reason !== '',
        () => {
          return `${user.userName} is NON_COMPLIANT since ${iso(since)}; last execution: ${JSON.stringify(ended)}`;
        },
      );
    }
  }

  #mostIdle(user: LocalUser, now: number): number {
    const beyond = [...this.#context.ledger.usable(user)].map(
      ([name, at]) => (now - at) / day - limitOf(name, this.#context.settings().now),
    );
    return Math.max(Number.NEGATIVE_INFINITY, ...beyond);
  }

  #isExempt(user: LocalUser, now: number): boolean {
    const until = user.tags.find(({ Key }) => Key === exemptionTag)?.Value ?? '';
    const end = Date.parse(until) + (until.length === 10 ? day : 0);
    return user.path.startsWith('/break-glass/') || end > now;
  }

  /** A user whose last use of a credential was within the watched time must have been warned. */
  #checkWarning(user: LocalUser, now: number): void {
    const { ledger, checks, settings } = this.#context;
    const { since, now: current } = settings();
    const { userId, userName } = user;
    const days = current.warningDays;
    for (const [name, lastActivity] of ledger.usable(user)) {
      const unusedFrom = lastActivity + limitOf(name, current) * day;
      const from = unusedFrom - (days + 1) * day;
      const isRecent = now - unusedFrom < 1.5 * day && unusedFrom <= now;
      const isChanged = ledger.changes.some(
        (each) => each.userId === userId && each.at > from - 2 * day,
      );
      const wasExempt = (this.#exemptAt.get(userId) ?? 0) > from - day;
      if (!isRecent || isChanged || wasExempt || since > from - day) continue;
      const warnings = this.#warned.get(userId) ?? [];
      const isWarned = warnings.some((at) => at >= from && at <= unusedFrom);
      checks.check('each user is warned first', isWarned, () => {
        return `nobody warned that the ${name} of ${userName} becomes unused ${iso(unusedFrom)}`;
      });
    }
  }
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
