import type { Clients } from '../../aws/clients.ts';
import { readCurrentPermissions } from '../../aws/current-permissions.ts';
import { userChangingError } from '../../aws/iam-credentials.ts';
import { readUser } from '../../aws/iam-users.ts';
import type { OutstandingRecord } from '../../core/restoration-plan.ts';
import type { CurrentPermissions } from '../../core/retired-permissions.ts';

/** The user's permissions now. Undefined if no record is of a retirement. Throws UserError if the name passes to another user meanwhile. */
export async function readPermissionsOf(
  iam: Clients<'iam'>['iam'],
  { userId, userName }: { readonly userId: string; readonly userName: string },
  records: readonly OutstandingRecord[],
  partition: string,
): Promise<CurrentPermissions | undefined> {
  const permissions = await readCurrentPermissions(iam, userName, records, partition);
  if (permissions === undefined) return undefined;
  const owner = await readUser(iam, userName);
  if (owner?.identity.userId !== userId) throw userChangingError(userId);
  return permissions;
}
