import type { IssuedSecret } from '../../../rule/aws/secrets.ts';
import { type Instant, millisecondsPerDay } from '../../../rule/core/instant.ts';
import { type Finding, inCommand, ok, warning } from '../finding.ts';

/** A password that nobody has fetched for so long (days) is waited for by nobody. */
const patience = 7;

/** Takes the secrets that hold issued passwords and the instant. Gives back whether any lies about unread. */
export function judgeSecrets(secrets: readonly IssuedSecret[], now: Instant): Finding {
  const age = ({ changedAt }: IssuedSecret) => Math.floor((now - changedAt) / millisecondsPerDay);
  const unread = secrets.filter((secret) => !isRead(secret) && age(secret) >= patience);
  const [first] = unread;
  if (first === undefined) return ok(`${secrets.length} kept; none unread for ${patience} days`);
  const named = unread.map((secret) => `${secret.name} (${age(secret)} days)`).join(', ');
  return warning(
    `new passwords that nobody has read: ${named}`,
    `have the reader's role fetch each (docs/operations.md, Restoring), then aws secretsmanager delete-secret --recovery-window-in-days 7 --secret-id ${inCommand(first.name)}`,
  );
}

/** AWS tells only the day of the last access. */
function isRead({ changedAt, accessedAt }: IssuedSecret): boolean {
  if (accessedAt === null) return false;
  return accessedAt >= changedAt - (changedAt % millisecondsPerDay);
}
