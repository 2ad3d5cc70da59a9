import { type IssuedSecret, listIssuedSecrets } from '../../../rule/aws/secrets.ts';
import { millisecondsPerDay } from '../../../rule/core/instant.ts';
import { type Check, inCommand, ok, warning } from '../check.ts';

/** Days after which an unread password is probably forgotten. */
const patience = 7;

/** Checks for issued passwords that have not been read. */
export const secrets: Check<readonly IssuedSecret[]> = {
  id: 'secrets',
  read: ({ clients }) => listIssuedSecrets(clients.secrets),
  judge: (issued, { now }) => {
    const age = ({ changedAt }: IssuedSecret) => Math.floor((now - changedAt) / millisecondsPerDay);
    const unread = issued.filter((secret) => !isRead(secret) && age(secret) >= patience);
    const [first] = unread;
    if (first === undefined) return ok(`${issued.length} kept; none unread for ${patience} days`);
    const named = unread.map((secret) => `${secret.name} (${age(secret)} days)`).join(', ');
    return warning(
      `new passwords that have not been read: ${named}`,
      `read each with the reader role (docs/undo.md, Fetch the new password), then aws secretsmanager delete-secret --recovery-window-in-days 7 --secret-id ${inCommand(first.name)}`,
    );
  },
};

/** AWS returns only the day of the last access. */
function isRead({ changedAt, accessedAt }: IssuedSecret): boolean {
  if (accessedAt === null) return false;
  return accessedAt >= changedAt - (changedAt % millisecondsPerDay);
}
