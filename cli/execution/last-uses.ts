import pMap from 'p-map';
import type { Clients } from '../../rule/aws/clients.ts';
import { findUser } from '../../rule/aws/iam-credentials.ts';
import { isUsable } from '../../rule/core/credentials.ts';
import { messageOf } from '../../rule/core/errors.ts';
import { describeLastUse, mailWarning, sendsMail } from '../../rule/core/last-use.ts';
import { nameOf } from '../../rule/core/revocation-record.ts';
import type { LiveCredentials, UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment } from '../environment.ts';
import { withProgress } from '../terminal/io.ts';
import { plain } from '../terminal/style.ts';

/** Users that are read at the same time. */
const concurrency = 4;

/**
 * When and for what each credential that works was last used, one line each, so that a person sees before they
 * confirm which job would stop. Users who cannot be read have a line that says so.
 */
export async function describeLastUses(
  iam: Clients['iam'],
  users: readonly UserIdentity[],
  environment: CommandEnvironment,
): Promise<string[]> {
  return withProgress(environment, 'Reading when they were last used', () =>
    readLastUses(iam, users),
  );
}

async function readLastUses(
  iam: Clients['iam'],
  users: readonly UserIdentity[],
): Promise<string[]> {
  const lines = await pMap(
    users,
    async ({ userId, userName }) => {
      try {
        const live = await findUser(iam, userId, userName);
        return live === null ? [] : linesOf(userName, live.credentials);
      } catch (error) {
        return [`${userName}: the last use is not known: ${messageOf(error)}`];
      }
    },
    { concurrency },
  );
  return lines.flat().map(plain);
}

function linesOf(userName: string, credentials: LiveCredentials): string[] {
  const { loginProfileCreateDate, passwordLastUsed: used } = credentials;
  const keys = credentials.accessKeys.filter(({ status }) => isUsable(status));
  const password =
    loginProfileCreateDate === null ? [] : [`password, ${describeLastUse({ used })}`];
  const ofKeys = keys.map((key) => {
    const use = describeLastUse({ ...key, used: key.lastUsed });
    return `${nameOf({ type: 'access-key', id: key.id })}, ${use}`;
  });
  return [
    ...[...ofKeys, ...password].map((line) => `${userName}: ${line}`),
    ...(sendsMail(userName, keys) ? [`${userName} ${mailWarning}`] : []),
  ];
}
