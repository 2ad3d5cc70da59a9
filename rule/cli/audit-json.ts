import type { AuditedUser, AuditResult } from './audit-result.ts';
import { escapeControls } from './plain-json.ts';

const usersPerChunk = 100;

/**
 * Takes the result and the users to show. Gives back its JSON in pieces, since that of an organization's
 * users takes several times the memory of the users themselves.
 */
export function* renderAuditJson(
  result: AuditResult,
  users: readonly AuditedUser[],
): Generator<string> {
  const frame = `${escapeControls(JSON.stringify({ ...result, users: [] }, null, 2))}\n`;
  if (users.length === 0) {
    yield frame;
    return;
  }
  const opening = '"users": [';
  const at = frame.indexOf(`${opening}]`) + opening.length;
  yield frame.slice(0, at);
  for (let start = 0; start < users.length; start += usersPerChunk) {
    const chunk = JSON.stringify(users.slice(start, start + usersPerChunk), null, 2);
    const lines = escapeControls(chunk).slice(1, -2).replaceAll('\n', '\n  ');
    yield start === 0 ? lines : `,${lines}`;
  }
  yield `\n  ${frame.slice(at)}`;
}
