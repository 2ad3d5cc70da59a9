import type { LocalUser } from '../../local-aws/account.ts';

/** What names a credential in all of a simulation: an access key's ID, or the password of a user. */
export type CredentialName = string;

export const passwordOf = (userId: string): CredentialName => `password of ${userId}`;

/** A change of a credential by the product. */
export interface Change {
  readonly kind: 'revoke' | 'restore' | 'replace' | 'purge';
  readonly credential: CredentialName;
  readonly userId: string;
  readonly executionId: string;
  /** Epoch ms. */
  readonly at: number;
}

/** What simulated people did, independent of what the account says and of the product's code. */
export class Ledger {
  /** The last activity of each credential, epoch ms. */
  readonly #activity = new Map<CredentialName, number>();
  readonly changes: Change[] = [];

  lastActivity(credential: CredentialName): number {
    return this.#activity.get(credential) ?? 0;
  }

  note(credential: CredentialName, at: number): void {
    this.#activity.set(credential, Math.max(at, this.lastActivity(credential)));
  }

  /**
   * Begins the history of a new credential. Earlier activity, for example of the previous password, does not count.
   */
  begin(credential: CredentialName, at: number): void {
    this.#activity.set(credential, at);
  }

  /** Notes when the user's credentials were made, changed and used, as people who did that know. */
  noteAll({ userId, loginProfile, passwordLastUsed, accessKeys }: LocalUser): void {
    if (loginProfile !== undefined) {
      const { createDate, lastChanged } = loginProfile;
      this.note(passwordOf(userId), Math.max(createDate, lastChanged, passwordLastUsed ?? 0));
    }
    for (const { accessKeyId, createDate, lastRotated, lastUsed } of accessKeys) {
      this.note(accessKeyId, Math.max(createDate, lastRotated, lastUsed?.date ?? 0));
    }
  }

  /** The credentials that can be used, with their last activity. */
  usable({ userId, loginProfile, accessKeys }: LocalUser): Map<CredentialName, number> {
    const names = [
      ...(loginProfile === undefined ? [] : [passwordOf(userId)]),
      ...accessKeys
        .filter(({ status }) => status === 'Active')
        .map(({ accessKeyId }) => accessKeyId),
    ];
    return new Map(names.map((name) => [name, this.lastActivity(name)]));
  }
}
