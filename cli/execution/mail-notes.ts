import { mailWarning, sendsMail } from '../../rule/core/last-use.ts';

/** Warns, below a user's name, if the access keys among the planned revocations probably send mail. */
export function mailNotes(userName: string, toRevoke: readonly string[]): string[] {
  const keys = toRevoke
    .filter((text) => text.startsWith('access key '))
    .map((text) => ({
      lastUsedService: /last used by (?<service>\S+)/u.exec(text)?.groups?.['service'],
    }));
  return sendsMail(userName, keys) ? [`  ${userName} ${mailWarning}`] : [];
}
