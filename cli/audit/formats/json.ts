import { escapeControls } from '../../terminal/style.ts';
import type { AuditedUser } from '../result.ts';
import type { ShownResult, View } from '../view.ts';

const usersPerPiece = 100;

/**
 * Yields the JSON in pieces. In one piece, the JSON of an organization would take several times as much memory as
 * its users.
 */
export function* renderJson(result: ShownResult, { users }: View): Generator<string> {
  yield '{';
  for (const [index, [key, value]] of Object.entries(result).entries()) {
    yield `${index === 0 ? '' : ','}\n  ${JSON.stringify(key)}: `;
    if (key !== 'users' || users.length === 0) {
      yield indented(key === 'users' ? [] : value);
      continue;
    }
    yield '[';
    for (let start = 0; start < users.length; start += usersPerPiece) {
      const elements = indented(users.slice(start, start + usersPerPiece)).slice(1, -4);
      yield start === 0 ? elements : `,${elements}`;
    }
    yield '\n  ]';
  }
  yield '\n}\n';
}

/** The JSON of a member of the outermost object, already indented. Indenting it afterwards would take longer. */
function indented(value: unknown): string {
  const inObject = JSON.stringify({ '': value }, null, 2);
  return escapeControls(inObject.slice('{\n  "": '.length, -'\n}'.length));
}

/** One line of JSON Lines. */
type Line =
  | ({ readonly type: 'user' } & AuditedUser)
  | ({ readonly type: 'credential' } & Readonly<Record<string, unknown>>);

/**
 * Yields JSON Lines: a line for each user, or for each usable credential with its user, then one for each error, and
 * at the end one with everything else. The field `type` says which a line is.
 */
export function* renderJsonLines(result: ShownResult, { users, by }: View): Generator<string> {
  for (const user of users) {
    for (const line of linesOf(user, by)) yield jsonLine(line);
  }
  for (const error of result.errors) yield jsonLine({ type: 'error', ...error });
  const { users: _, errors: __, ...rest } = result;
  yield jsonLine({ type: 'result', ...rest });
}

function linesOf(user: AuditedUser, by: View['by']): Line[] {
  if (by === 'user') return [{ type: 'user', ...user }];
  const { credentials, unjudged: _, annotation: __, becomesUnused: ___, ...owner } = user;
  return credentials.map(({ type: credentialType, ...credential }) => ({
    ...{ type: 'credential', credentialType },
    ...credential,
    ...owner,
  }));
}

function jsonLine(value: unknown): string {
  return `${escapeControls(JSON.stringify(value))}\n`;
}
