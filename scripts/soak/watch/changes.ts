import type { LocalUser } from '../../../local-aws/account.ts';
import type { Fault } from '../../../local-aws/faults.ts';
import type { Input, ServiceName } from '../../../local-aws/protocol.ts';
import { type Change, type CredentialName, passwordOf } from '../ledger.ts';
import {
  day,
  iso,
  isTagged,
  limitOf,
  longestExecution,
  minute,
  protectionTag,
  useLag,
  userNamed,
  type WatchContext,
} from './context.ts';
import type { Executions } from './executions.ts';
import { type Recorded, recordsOf } from './records.ts';
import { permissionChanges, type RetiredPermissions } from './retired-permissions.ts';
import type { Secrecy } from './secrecy.ts';

/** A change that was asked for and that the account may not show yet. */
interface Attempt extends Change {
  readonly user: LocalUser;
  /** The creation of the login profile, if it is one. */
  readonly profile: number | undefined;
}

interface Parts {
  readonly executions: Executions;
  readonly retired: RetiredPermissions;
  readonly secrecy: Secrecy;
}

/** Checks each request that changes a credential or permissions before it is carried out, and keeps the changes. */
export class Changes {
  readonly #context: WatchContext;
  readonly #parts: Parts;
  #attempts: Attempt[] = [];
  /** Until when each user is exempt by a restoration, epoch ms. */
  readonly #grace = new Map<string, number>();
  /** When the deletion of keys was announced, by key. */
  readonly #announced = new Map<string, number>();

  constructor(context: WatchContext, parts: Parts) {
    [this.#context, this.#parts] = [context, parts];
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
      this.#parts.secrecy.keep(String(Password));
      this.#attempt(UserName, null, 'restore');
    });
    on('secretsmanager', 'PutSecretValue', ({ SecretString }) => {
      this.#parts.secrecy.keep(JSON.parse(String(SecretString)).password);
    });
    for (const operation of permissionChanges) {
      on('iam', operation, ({ UserName }) => this.#onPermission(UserName, operation));
    }
    for (const operation of ['TagUser', 'UntagUser']) {
      on('iam', operation, ({ UserName }) => {
        const user = userNamed(this.#context.account, UserName);
        if (user !== undefined) this.#context.onTagged(user.userId);
      });
    }
  }

  /** A person changed the exemption of a user. */
  endGrace(userId: string): void {
    this.#grace.delete(userId);
  }

  /** A message announced that the key will be deleted. */
  onAnnounced(accessKeyId: string): void {
    this.#announced.set(accessKeyId, this.#context.now());
  }

  /** Keeps the changes that the account shows by now. */
  settle(): void {
    if (this.#attempts.length === 0) return;
    const now = this.#context.now();
    this.#attempts = this.#attempts.filter((attempt) => {
      if (!isDone(attempt)) return now - attempt.at < 2 * minute;
      const { user: _, profile: __, ...change } = attempt;
      this.#onChange(change);
      return false;
    });
  }

  /** A request to change a credential. It must be right even if it fails. */
  #attempt(userName: unknown, id: string | null, asked: 'revoke' | 'restore' | 'purge'): void {
    const user = userNamed(this.#context.account, userName);
    // It will fail.
    if (user === undefined) return;
    const { userId } = user;
    const { checks, ledger, now } = this.#context;
    const credential = id ?? passwordOf(userId);
    const records = recordsOf(this.#context.account, userId).filter(({ actions }) =>
      actions.has(credential),
    );
    const revoking = this.#parts.executions.inProgress(userId, 'Revoke', 'Retire');
    const own = records.find(
      (record) => record.isGenuine && revoking.some((each) => each.id === record.executionId),
    );
    const isReplacement = asked === 'restore' && own?.actions.get(credential) === 'Replace';
    const isDeletion = asked === 'purge' && own !== undefined;
    const kind = isReplacement ? 'replace' : isDeletion ? 'revoke' : asked;
    const what = () => `${asked} ${credential} of ${userName}`;
    const [execution] =
      kind === 'purge'
        ? this.#parts.executions.inProgress(userId, 'Purge')
        : kind === 'restore'
          ? this.#parts.executions.inProgress(userId, 'Restore')
          : revoking;
    const isRecorded =
      kind === 'restore' ? records.some(({ isGenuine }) => isGenuine) : own !== undefined;
    if (kind !== 'purge') checks.check('a record is written before each change', isRecorded, what);
    if (kind === 'revoke') {
      const days = this.#leastLimitOf(credential);
      const idle = now() - ledger.lastActivity(credential);
      const leastIdle = days * day - useLag - longestExecution;
      checks.check('no recently used credential is revoked', idle >= leastIdle, () => {
        return `${what()}, used ${(idle / day).toFixed(2)} days ago; limit ${days}`;
      });
      const isFree = !isTagged(user, protectionTag) && !user.path.startsWith('/break-glass/');
      checks.check('no protected or exempt user is revoked', isFree, what);
      const until = this.#grace.get(userId) ?? 0;
      checks.check(
        'restored credentials keep their grace period',
        now() >= until,
        () => `${what()}; grace ends ${iso(until)}`,
      );
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
    const user = userNamed(this.#context.account, userName);
    if (user === undefined) return;
    const { userId } = user;
    const { checks, ledger, now } = this.#context;
    const what = () => `${operation} of ${userName}`;
    const retirements = recordsOf(this.#context.account, userId).filter(
      (record) => record.isGenuine && record.isRetirement,
    );
    const retiring = this.#parts.executions.inProgress(userId, 'Retire');
    const own = retirements.some(({ executionId }) => {
      return retiring.some(({ id }) => id === executionId);
    });
    const isRestored =
      this.#parts.executions.inProgress(userId, 'Restore').length > 0 && retirements.length > 0;
    checks.check('a record is written before each change', own || isRestored, what);
    if (operation !== 'AttachUserPolicy' || !own) return;
    this.#parts.retired.onRetirement(user);
    const used = [...ledger.usable(user)].filter(([name, at]) => {
      return now() - at < this.#leastLimitOf(name) * day - useLag - longestExecution;
    });
    checks.check('no recently used credential is revoked', used.length === 0, () => {
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
    checks.check('no credential is revoked in a loop', again.length <= 3, () => {
      return `${credential} was revoked ${again.length} times: ${again.map((each) => iso(each.at))}`;
    });
    const lately = recent.filter((each) => each.kind === 'revoke' && at - each.at < day);
    const { now: current, before, since } = this.#context.settings();
    const most =
      at - since < day
        ? Math.max(current.maxRevocationsPerDay, before.maxRevocationsPerDay)
        : current.maxRevocationsPerDay;
    const users = new Set(lately.map((each) => each.userId));
    checks.check('the daily limit is respected', users.size <= most + 2, () => {
      return `${users.size} users were revoked within 24 hours; the limit is ${most}`;
    });
  }

  #isAutomatic(executionId: string): boolean {
    const execution = this.#context.account.automation.executions.get(executionId);
    return execution?.executedBy?.includes('AWSServiceRoleForConfigRemediation') ?? true;
  }

  #isApplied(userId: string, executionId: string): boolean {
    return recordsOf(this.#context.account, userId).some(
      (each) => each.executionId === executionId && each.isApplied,
    );
  }
}

function isDone({ kind, credential, user, profile }: Attempt): boolean {
  if (credential.startsWith('password')) {
    const current = user.loginProfile?.createDate;
    return kind === 'revoke' ? current === undefined || current !== profile : current !== undefined;
  }
  const key = user.accessKeys.find(({ accessKeyId }) => accessKeyId === credential);
  // A key that is to be deleted is inactive before.
  if (kind === 'purge') return key === undefined;
  return kind === 'restore' ? key?.status === 'Active' : key?.status !== 'Active';
}
