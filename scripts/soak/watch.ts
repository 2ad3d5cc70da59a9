import type { LocalAccount, LocalExecution, LocalUser } from '../../local-aws/account.ts';
import type { Fault } from '../../local-aws/faults.ts';
import type { Input, ServiceName } from '../../local-aws/protocol.ts';
import type { ResolvedResource } from '../../local-aws/template/resolve.ts';
import type { Checks } from './invariants.ts';
import { type Change, type CredentialName, type Ledger, passwordOf } from './ledger.ts';
import type { Settings } from './settings.ts';
import { type Delivered, eventsOfExecution, messagesOfRules } from './topic.ts';

const [minute, day] = [60_000, 86_400_000];

/** The tag that exempts a user, and the tag that protects them, as the documentation names them. */
const exemptionTag = 'unused-iam-credentials:exempt-until';
const protectionTag = 'unused-iam-credentials:protected';

/** IAM may show a use so much later; see the simulated people. */
export const useLag = 15 * minute;

/** Between the last read of a credential and its change, an execution may take this long. */
const longestExecution = 20 * minute;

/** What the watch must know of the simulation. */
export interface WatchContext {
  readonly account: LocalAccount;
  readonly ledger: Ledger;
  readonly checks: Checks;
  readonly now: () => number;
  /** The parameters of the stack, and those before the last upgrade. */
  readonly settings: () => {
    readonly now: Settings;
    readonly before: Settings;
    readonly since: number;
  };
  readonly resources: () => readonly ResolvedResource[];
  /** Whether a fault struck between these instants; those named are all that count. */
  readonly isDisturbed: (from: number, to: number, kinds?: readonly string[]) => boolean;
  /** AWS Config records that a user's tags changed. */
  readonly onTagged: (userId: string) => void;
}

/** A change that was asked for and that the account may not show yet. */
interface Attempt extends Change {
  readonly user: LocalUser;
  /** The creation of the login profile, if it is one. */
  readonly profile: number | undefined;
}

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

/** A record of the product, read without its code. */
interface Recorded {
  readonly executionId: string;
  readonly isGenuine: boolean;
  readonly isApplied: boolean;
  readonly isRetirement: boolean;
  /** The credentials that it names, with what was to be done. */
  readonly actions: ReadonlyMap<CredentialName, string>;
}

/** Watches every request that changes something and every message, and checks what must hold. */
export class Watch {
  readonly delivered: Delivered[] = [];
  readonly outcomes = new Map<string, number>();
  readonly #context: WatchContext;
  readonly #passwords = new Set<string>();
  #attempts: Attempt[] = [];
  readonly #running = new Map<string, LocalExecution>();
  #started = 0;
  #heard = '';
  #evaluations: unknown;
  readonly #episodes = new Map<string, Episode>();
  /** Until when each user is exempt by a restoration, epoch ms. */
  readonly #grace = new Map<string, number>();
  readonly #lastEnded = new Map<string, Ended>();
  /** The permissions of users before they were retired. */
  readonly #before = new Map<string, string>();
  /** When the deletion of keys was announced, by key. */
  readonly #announced = new Map<string, number>();
  /** When users were warned, by user ID. */
  readonly #warned = new Map<string, number[]>();
  readonly #namedAt = new Map<string, number[]>();
  /** When each user was last seen exempt. */
  readonly #exemptAt = new Map<string, number>();
  /** Users whose verdict the last run did not get right. */
  #doubtful = new Set<string>();

  constructor(context: WatchContext) {
    this.#context = context;
  }

  /** Listens to the requests of the product. */
  listen(faults: Fault[]): void {
    const on = (service: ServiceName, operation: string, hear: (input: Input) => void) =>
      faults.unshift({
        ...{ service, operation, before: () => undefined },
        when: (input) => {
          hear(input);
          return false;
        },
      });
    on('iam', 'UpdateAccessKey', ({ UserName, AccessKeyId, Status }) =>
      this.#attempt(UserName, String(AccessKeyId), Status === 'Active' ? 'restore' : 'revoke'),
    );
    on('iam', 'DeleteAccessKey', ({ UserName, AccessKeyId }) =>
      this.#attempt(UserName, String(AccessKeyId), 'purge'),
    );
    on('iam', 'DeleteLoginProfile', ({ UserName }) => this.#attempt(UserName, null, 'revoke'));
    on('iam', 'CreateLoginProfile', ({ UserName, Password }) => {
      this.#passwords.add(String(Password));
      this.#attempt(UserName, null, 'restore');
    });
    on('secretsmanager', 'PutSecretValue', ({ SecretString }) => {
      this.#passwords.add(JSON.parse(String(SecretString)).password);
    });
    for (const operation of permissionChanges) {
      on('iam', operation, ({ UserName }) => this.#onPermission(UserName, operation));
    }
    for (const operation of ['TagUser', 'UntagUser']) {
      on('iam', operation, ({ UserName }) => {
        const user = this.#userNamed(UserName);
        if (user !== undefined) this.#context.onTagged(user.userId);
      });
    }
  }

  /** A person changed the exemption of a user. */
  endGrace(userId: string): void {
    this.#grace.delete(userId);
  }

  /** What was written to the log. */
  hear(text: string): void {
    this.#heard += `${text}\n`;
  }

  /** Looks at the account when nothing is going on. */
  look(): void {
    this.#settleAttempts();
    this.#readMessages();
    this.#readExecutions();
    this.#readEvaluations();
  }

  #userNamed(name: unknown): LocalUser | undefined {
    return this.#context.account.users.find(({ userName }) => userName === name);
  }

  #records(userId: string): Recorded[] {
    const path = `/unused-iam-credentials/records/${userId}/`;
    return [...this.#context.account.parameters]
      .filter(([name]) => name.startsWith(path) && !name.slice(path.length).includes('/'))
      .map(([name, { versions, tags }]) => {
        const [first] = versions;
        const text = Buffer.from(first?.value ?? '', 'base64url').toString();
        const { credentials = [], retirement } = text.startsWith('{') ? JSON.parse(text) : {};
        const writer = first?.user ?? '';
        return {
          executionId: name.slice(path.length),
          isGenuine:
            versions.length === 1 && writer.includes(':assumed-role/UnusedIamCredentials-'),
          isApplied: tags.has('applied'),
          isRetirement: retirement !== undefined,
          actions: new Map(
            credentials.map(({ id, action }: { id: string | null; action: string }) => [
              id ?? passwordOf(userId),
              action,
            ]),
          ),
        };
      });
  }

  #executionsOf(userId: string, ...documents: string[]): LocalExecution[] {
    const { executions } = this.#context.account.automation;
    return [...this.#running.keys(), ...[...executions.keys()].slice(this.#started)]
      .flatMap((id) => executions.get(id) ?? [])
      .filter(({ status }) => status === 'InProgress')
      .filter(({ documentName }) => documents.some((name) => documentName.endsWith(`-${name}`)))
      .filter(({ parameters }) => (parameters['IAMResourceId'] ?? userId) === userId);
  }

  /** A request to change a credential. It must be right even if it fails. */
  #attempt(userName: unknown, id: string | null, asked: 'revoke' | 'restore' | 'purge'): void {
    const user = this.#userNamed(userName);
    // It will fail.
    if (user === undefined) return;
    const { userId } = user;
    const { checks, ledger, now } = this.#context;
    const credential = id ?? passwordOf(userId);
    const records = this.#records(userId).filter(({ actions }) => actions.has(credential));
    const revoking = this.#executionsOf(userId, 'Revoke', 'Retire');
    const own = records.find(
      (record) => record.isGenuine && revoking.some((each) => each.id === record.executionId),
    );
    const isReplacement = asked === 'restore' && own?.actions.get(credential) === 'Replace';
    const isDeletion = asked === 'purge' && own !== undefined;
    const kind = isReplacement ? 'replace' : isDeletion ? 'revoke' : asked;
    const what = () => `${asked} ${credential} of ${userName}`;
    const [execution] =
      kind === 'purge'
        ? this.#executionsOf(userId, 'Purge')
        : kind === 'restore'
          ? this.#executionsOf(userId, 'Restore')
          : revoking;
    const isRecorded =
      kind === 'restore' ? records.some(({ isGenuine }) => isGenuine) : own !== undefined;
    if (kind !== 'purge') checks.check('a record comes first', isRecorded, what);
    if (kind === 'revoke') {
      const days = this.#leastLimitOf(credential);
      const idle = now() - ledger.lastActivity(credential);
      const leastIdle = days * day - useLag - longestExecution;
      checks.check('nothing used lately is revoked', idle >= leastIdle, () => {
        return `${what()}, used ${(idle / day).toFixed(2)} days ago; limit ${days}`;
      });
      const isFree = !isTagged(user, protectionTag) && !user.path.startsWith('/break-glass/');
      checks.check('nobody protected or exempt is revoked', isFree, what);
      const until = this.#grace.get(userId) ?? 0;
      checks.check('grace holds', now() >= until, () => `${what()}; grace ends ${iso(until)}`);
    }
    if (kind === 'purge') this.#checkDeletion(user, credential, records);
    this.#attempts.push({
      ...{ kind, credential, userId, user, at: now() },
      executionId: own?.executionId ?? execution?.id ?? '',
      profile: user.loginProfile?.createDate,
    });
  }

  /** A request to change the permissions of a user, which only retirements and restorations send. */
  #onPermission(userName: unknown, operation: string): void {
    const user = this.#userNamed(userName);
    if (user === undefined) return;
    const { userId } = user;
    const { checks, ledger, now } = this.#context;
    const what = () => `${operation} of ${userName}`;
    const retirements = this.#records(userId).filter(
      (record) => record.isGenuine && record.isRetirement,
    );
    const retiring = this.#executionsOf(userId, 'Retire');
    const own = retirements.some(({ executionId }) => {
      return retiring.some(({ id }) => id === executionId);
    });
    const isRestored = this.#executionsOf(userId, 'Restore').length > 0 && retirements.length > 0;
    checks.check('a record comes first', own || isRestored, what);
    if (operation !== 'AttachUserPolicy' || !own) return;
    if (!this.#before.has(userId)) this.#before.set(userId, permissionsOf(user));
    const used = [...ledger.usable(user)].filter(([name, at]) => {
      return now() - at < this.#leastLimitOf(name) * day - useLag - longestExecution;
    });
    checks.check('nothing used lately is revoked', used.length === 0, () => {
      return `${what()}, who used ${used.map(([name]) => name)}`;
    });
  }

  /** The stricter one for a day after an upgrade: a plan may be older. */
  #leastLimitOf(credential: CredentialName): number {
    const { now: current, before, since } = this.#context.settings();
    const isNew = this.#context.now() - since < day;
    const limit = limitOf(credential, current);
    return isNew ? Math.min(limit, limitOf(credential, before)) : limit;
  }

  #checkDeletion(user: LocalUser, credential: string, records: readonly Recorded[]): void {
    const { checks, ledger, now } = this.#context;
    const of = ledger.changes.filter((change) => change.credential === credential);
    const last = of.at(-1);
    const newest = records.find(({ executionId }) => executionId === last?.executionId);
    const { now: current, before, since } = this.#context.settings();
    const days =
      now() - since < day
        ? Math.min(current.deleteAfterDays, before.deleteAfterDays)
        : current.deleteAfterDays;
    const offSince = last?.at ?? 0;
    const announced = this.#announced.get(credential) ?? Number.POSITIVE_INFINITY;
    const key = user.accessKeys.find(({ accessKeyId }) => accessKeyId === credential);
    const problems = [
      [last?.kind !== 'revoke', 'its last change was no revocation'],
      [newest?.isGenuine !== true || !newest.isApplied, 'no genuine applied record'],
      [days === 0 || now() - offSince < days * day, `deactivated ${iso(offSince)}`],
      [announced < offSince || now() - announced < 7 * day, `announced ${iso(announced)}`],
      [ledger.lastActivity(credential) > offSince, 'used since'],
      [key !== undefined && key.status !== 'Inactive', 'it is active'],
      [isTagged(user, protectionTag), 'the user is protected'],
    ] as const;
    const found = problems.filter(([isProblem]) => isProblem).map(([, text]) => text);
    checks.check('deletions are allowed and announced', found.length === 0, () => {
      return `${credential} of ${user.userName}: ${found.join(', ')}`;
    });
  }

  #settleAttempts(): void {
    if (this.#attempts.length === 0) return;
    const now = this.#context.now();
    this.#attempts = this.#attempts.filter((attempt) => {
      if (!isDone(attempt)) return now - attempt.at < 2 * minute;
      const { user: _, profile: __, ...change } = attempt;
      this.#onChange(change);
      return false;
    });
  }

  #onChange(change: Change): void {
    const { ledger, checks, account } = this.#context;
    const { kind, credential, userId, executionId, at } = change;
    // The service may have done what it failed to answer.
    const isRepeated = ledger.changes.some(
      (each) =>
        each.executionId === executionId && each.kind === kind && each.credential === credential,
    );
    if (isRepeated) return;
    ledger.changes.push(change);
    if (kind === 'restore' || kind === 'replace') {
      if (credential.startsWith('password')) ledger.begin(credential, at);
    }
    const execution = account.automation.executions.get(executionId);
    if (kind === 'restore') {
      const days = Number(execution?.parameters['GraceDays'] ?? 14);
      this.#grace.set(userId, Math.max(this.#grace.get(userId) ?? 0, at + days * day - minute));
    }
    if (kind !== 'revoke') return;
    const recent = ledger.changes.filter(
      (each) => at - each.at < 30 * day && each.kind !== 'purge',
    );
    const same = recent.filter((each) => each.credential === credential);
    const restored = same.findLastIndex((each) => each.kind === 'restore');
    const again = same
      .slice(restored + 1)
      .filter((each) => this.#isAutomatic(each.executionId))
      .filter(
        (each) => each.executionId === executionId || this.#isApplied(userId, each.executionId),
      );
    checks.check('no loop', again.length <= 3, () => {
      return `${credential} was revoked ${again.length} times: ${again.map((each) => iso(each.at))}`;
    });
    const lately = recent.filter((each) => each.kind === 'revoke' && at - each.at < day);
    const { now: current, before, since } = this.#context.settings();
    const most =
      at - since < day
        ? Math.max(current.maxRevocationsPerDay, before.maxRevocationsPerDay)
        : current.maxRevocationsPerDay;
    const users = new Set(lately.map((each) => each.userId));
    checks.check('the daily limit holds', users.size <= most + 2, () => {
      return `${users.size} users were revoked within 24 hours; the limit is ${most}`;
    });
  }

  #isAutomatic(executionId: string): boolean {
    const execution = this.#context.account.automation.executions.get(executionId);
    return execution?.executedBy?.includes('AWSServiceRoleForConfigRemediation') ?? true;
  }

  #isApplied(userId: string, executionId: string): boolean {
    return this.#records(userId).some((each) => each.executionId === executionId && each.isApplied);
  }

  #readMessages(): void {
    const { account, now } = this.#context;
    for (const { subject = '', message, attributes } of account.published.splice(0)) {
      this.hear(JSON.stringify({ subject, message, attributes }));
      const { event = '', userName = '' } = attributes;
      this.delivered.push({ at: now(), subject, message, event, userName });
      this.#readMessage(event, message);
    }
    for (const event of account.events.splice(0)) {
      this.hear(JSON.stringify(event));
      this.#readEvent(event);
    }
  }

  #readEvent(event: unknown): void {
    const { now, resources } = this.#context;
    for (const message of messagesOfRules(resources(), event)) {
      this.delivered.push({ at: now(), subject: '', message, event: 'rule', userName: '' });
    }
  }

  #readMessage(event: string, message: string): void {
    const { now } = this.#context;
    if (event === 'access-keys-will-be-deleted') {
      for (const [, id = ''] of message.matchAll(/- access key (AKIA\w+) of/gu)) {
        this.#announced.set(id, now());
      }
    }
    const [, found = ''] =
      /newly NON_COMPLIANT in account \d+:\n((?:- .*\n)*)/u.exec(message) ?? [];
    for (const [, name] of found.matchAll(/^- ([^:\n]+): /gmu)) this.#named(name);
    const [, warned = ''] = /before the date:\n((?:- .*\n)*)/u.exec(message) ?? [];
    for (const [, name] of warned.matchAll(/^- ([^:\n]+): /gmu)) {
      const user = this.#userNamed(name);
      if (user !== undefined) push(this.#warned, user.userId, now());
    }
  }

  #named(name: string | undefined): void {
    const user = this.#userNamed(name);
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

  #readExecutions(): void {
    const { executions } = this.#context.account.automation;
    if (executions.size > this.#started) {
      for (const [id, execution] of [...executions].slice(this.#started)) {
        this.#running.set(id, execution);
      }
      this.#started = executions.size;
    }
    for (const [id, execution] of this.#running) {
      if (execution.status === 'InProgress') continue;
      this.#running.delete(id);
      this.#onEnded(execution);
    }
  }

  /** Executions are kept for 30 days. */
  forgetExecutions(): void {
    const { executions, running } = this.#context.account.automation;
    const oldest = this.#context.now() - 30 * day;
    for (const [id, { end = Number.POSITIVE_INFINITY }] of executions) {
      if (end >= oldest) continue;
      executions.delete(id);
      running.delete(id);
      this.#started -= 1;
    }
  }

  #onEnded(execution: LocalExecution): void {
    const { account, checks, ledger, isDisturbed } = this.#context;
    const { id, documentName, parameters, status, start, end = start, outputs } = execution;
    this.hear(JSON.stringify(execution));
    for (const event of eventsOfExecution(account, execution)) this.#readEvent(event);
    const said = new Map(Object.entries(outputs));
    const [outcome = ''] = said.get('Decision.Outcome') ?? [];
    const [reason = ''] = said.get('Decision.Reason') ?? [];
    const short = documentName.replace(/^.*-/u, '');
    const name = `${short} ${status === 'Success' ? outcome : status}`;
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    const userId = new Map(Object.entries(parameters)).get('IAMResourceId') ?? '';
    if (short === 'Revoke') {
      this.#lastEnded.set(userId, { at: end, start, status, outcome, reason });
    }
    const made = ledger.changes.filter(({ executionId }) => executionId === id);
    const fromNow = this.delivered.filter(({ at }) => at >= start);
    const byRule = fromNow.some(({ event, message }) => event === 'rule' && message.includes(id));
    if (made.length > 0 || status !== 'Success') {
      checks.check('changes are announced', byRule, () => `no event rule matched ${name} ${id}`);
    }
    const isLost = isDisturbed(start, end, ['lost message']);
    const tell = (event: string, isMeant: (message: Delivered) => boolean) => {
      const isAnnounced = fromNow.some((each) => each.event === event && isMeant(each));
      checks.check(
        'changes are announced',
        isAnnounced || isLost,
        () => `no message of ${name} ${id}`,
      );
    };
    if (status !== 'Success') return;
    // Who starts a restoration chooses whether the topic gets a message as well.
    const hasTopic = parameters['NotificationTopicArn'] !== 'none';
    const ofUser = ({ message }: Delivered) => message.includes(`(${userId})`);
    if (short === 'Revoke' && made.length > 0) tell('credentials-revoked', ofUser);
    if (short === 'Restore' && made.length > 0 && hasTopic) tell('credentials-restored', ofUser);
    if (outcome === 'Retire') tell('user-retired', ofUser);
    const before = this.#before.get(userId);
    const user = account.users.find((each) => each.userId === userId);
    const isWhole = said.get('Result.Outcome')?.[0] === 'Restored';
    if (short === 'Restore' && isWhole && before !== undefined && user !== undefined) {
      this.#before.delete(userId);
      const after = permissionsOf(user);
      checks.check('a retired user gets everything back', after === before, () => {
        return `${user.userName} had ${before}, and has ${after}`;
      });
    }
    if (outcome === 'KeepsComingBack') tell('credentials-keep-coming-back', ofUser);
    if (short === 'Purge' && made.length > 0) {
      for (const { credential } of made) {
        tell('access-key-deleted', ({ message }) => message.includes(credential));
      }
    }
  }

  #readEvaluations(): void {
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
    this.look();
    const { account, checks, isDisturbed } = this.#context;
    const doubtful = new Set<string>();
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
      // By days, beyond the limit: negative if every credential was used lately.
      const isWrong = isShown ? isExempt || idle < -1 / 24 : !isExempt && idle > 1 / 24;
      const isFalse = isShown && isNew && isWrong;
      if (isWrong) doubtful.add(userId);
      const isTwice = isWrong && this.#doubtful.has(userId);
      checks.check('verdicts are true', !isFalse && !isTwice, () => {
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

  /** Whoever used a credential for the last time in the time watched must have been warned. */
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
      checks.check('warnings come first', isWarned, () => {
        return `nobody warned that the ${name} of ${userName} becomes unused ${iso(unusedFrom)}`;
      });
    }
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
      checks.check('everybody is resolved or named', isTrue && ended?.reason !== '', () => {
        return `${user.userName} is NON_COMPLIANT since ${iso(since)}; last execution: ${JSON.stringify(ended)}`;
      });
    }
  }

  /** Searches what was written since the last time for passwords, in the forms in which AWS might quote one. */
  checkSecrecy(): void {
    const { account, checks } = this.#context;
    const kept = [
      ...account.users.map(({ tags }) => tags),
      ...[...account.parameters].map(([name, { versions, tags }]) => [name, versions, [...tags]]),
      ...[...account.secrets.values()].map(({ versions: _, ...rest }) => rest),
    ];
    const text = `${this.#heard}${JSON.stringify(kept)}`;
    this.#heard = '';
    for (const password of this.#passwords) {
      const escaped = JSON.stringify(password).slice(1, -1);
      const forms = [password, escaped, JSON.stringify(escaped).slice(1, -1)];
      const encoded = [encodeURIComponent(password), Buffer.from(password).toString('base64')];
      const isFound = [...forms, ...encoded].some((form) => text.includes(form));
      checks.check('no password outside its secret', !isFound, () => {
        const at = text.indexOf(password);
        return `a password was written: ${text.slice(Math.max(0, at - 200), at)}`;
      });
    }
  }
}

/** By which a retirement and its restoration change permissions. */
const permissionChanges = [
  ...['AttachUserPolicy', 'DetachUserPolicy', 'RemoveUserFromGroup', 'AddUserToGroup'],
  ...['PutUserPolicy', 'DeleteUserPolicy'],
];

function permissionsOf({ groups, attachedPolicies, inlinePolicies }: LocalUser): string {
  const inline = inlinePolicies?.map(({ name, document }) => `${name}: ${document}`);
  return [groups, attachedPolicies, inline]
    .map((texts = []) => texts.toSorted((a, b) => (a < b ? -1 : 1)).join(', '))
    .join('; ');
}

function isDone({ kind, credential, user, profile }: Attempt): boolean {
  if (credential.startsWith('password')) {
    const current = user.loginProfile?.createDate;
    return kind === 'revoke' ? current === undefined || current !== profile : current !== undefined;
  }
  const key = user.accessKeys.find(({ accessKeyId }) => accessKeyId === credential);
  return kind === 'restore' ? key?.status === 'Active' : key?.status !== 'Active';
}

/** Days. */
function limitOf(credential: CredentialName, { passwordLimit, accessKeyLimit }: Settings): number {
  return credential.startsWith('password') ? passwordLimit : accessKeyLimit;
}

function isTagged(user: LocalUser, key: string): boolean {
  return user.tags.some(({ Key, Value }) => Key === key && Value !== 'false');
}

function iso(instant: number): string {
  return Number.isFinite(instant) ? new Date(instant).toISOString().slice(0, 16) : 'never';
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
