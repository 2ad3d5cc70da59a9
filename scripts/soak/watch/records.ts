import type { LocalAccount } from '../../../local-aws/account.ts';
import { type CredentialName, passwordOf } from '../ledger.ts';

/** A record of the product, read without its code. */
export interface Recorded {
  readonly executionId: string;
  readonly isGenuine: boolean;
  readonly isApplied: boolean;
  readonly isRetirement: boolean;
  /** The credentials that it names, with what was to be done. */
  readonly actions: ReadonlyMap<CredentialName, string>;
}

/** The records of a user. */
export function recordsOf({ parameters }: LocalAccount, userId: string): Recorded[] {
  const path = `/unused-iam-credentials/records/${userId}/`;
  return [...parameters]
    .filter(([name]) => name.startsWith(path) && !name.slice(path.length).includes('/'))
    .map(([name, { versions, tags }]) => {
      const [first] = versions;
      const text = Buffer.from(first?.value ?? '', 'base64url').toString();
      const { credentials = [], retirement } = text.startsWith('{') ? JSON.parse(text) : {};
      const writer = first?.user ?? '';
      return {
        executionId: name.slice(path.length),
        isGenuine: versions.length === 1 && writer.includes(':assumed-role/UnusedIamCredentials-'),
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
