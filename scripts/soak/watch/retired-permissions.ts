import type { LocalUser } from '../../../local-aws/account.ts';
import type { WatchContext } from './context.ts';

/** The requests by which a retirement and its restoration change permissions. */
export const permissionChanges = [
  ...['AttachUserPolicy', 'DetachUserPolicy', 'RemoveUserFromGroup', 'AddUserToGroup'],
  ...['PutUserPolicy', 'DeleteUserPolicy'],
];

/** Remembers the permissions of users before they were retired, and compares them after the restoration. */
export class RetiredPermissions {
  readonly #context: WatchContext;
  readonly #before = new Map<string, string>();

  constructor(context: WatchContext) {
    this.#context = context;
  }

  /** Right before the first change of a retirement. */
  onRetirement(user: LocalUser): void {
    if (!this.#before.has(user.userId)) this.#before.set(user.userId, permissionsOf(user));
  }

  /** After a restoration that says that it gave everything back. */
  onRestored(userId: string): void {
    const { account, checks } = this.#context;
    const before = this.#before.get(userId);
    const user = account.users.find((each) => each.userId === userId);
    if (before === undefined || user === undefined) return;
    this.#before.delete(userId);
    const after = permissionsOf(user);
    checks.check('a restoration of a retired user is complete', after === before, () => {
      return `${user.userName} had ${before}, and has ${after}`;
    });
  }
}

function permissionsOf({ groups, attachedPolicies, inlinePolicies }: LocalUser): string {
  const inline = inlinePolicies?.map(({ name, document }) => `${name}: ${document}`);
  return [groups, attachedPolicies, inline]
    .map((texts = []) => texts.toSorted((a, b) => (a < b ? -1 : 1)).join(', '))
    .join('; ');
}
