import type { LocalAccount, LocalUser } from '../../../local-aws/account.ts';
import type { ResolvedResource } from '../../../local-aws/template/resolve.ts';
import type { Checks } from '../invariants.ts';
import type { CredentialName, Ledger } from '../ledger.ts';
import type { Settings } from '../settings.ts';

export const [minute, day] = [60_000, 86_400_000];

/** IAM may show a use so much later (milliseconds); see the simulated people. */
export const useLag = 15 * minute;

/** Between the last read of a credential and its change, an execution may take this long (milliseconds). */
export const longestExecution = 20 * minute;

/** The tag that protects a user, as the documentation names it. */
export const protectionTag = 'unused-iam-credentials:protected';

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

export function userNamed({ users }: LocalAccount, name: unknown): LocalUser | undefined {
  return users.find(({ userName }) => userName === name);
}

export function isTagged(user: LocalUser, key: string): boolean {
  return user.tags.some(({ Key, Value }) => Key === key && Value !== 'false');
}

/** Days. */
export function limitOf(
  credential: CredentialName,
  { passwordLimit, accessKeyLimit }: Settings,
): number {
  return credential.startsWith('password') ? passwordLimit : accessKeyLimit;
}

/** `2026-11-21T06:30`, UTC. */
export function iso(instant: number): string {
  return Number.isFinite(instant) ? new Date(instant).toISOString().slice(0, 16) : 'never';
}
