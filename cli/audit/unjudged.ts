import pMap from 'p-map';
import type { Clients } from '../../rule/aws/clients.ts';
import { listServiceSpecificCredentials, listSshKeys } from '../../rule/aws/iam-unjudged.ts';
import type { User } from '../../rule/core/credentials.ts';
import { messageOf } from '../../rule/core/errors.ts';
import type { Instant } from '../../rule/core/instant.ts';
import {
  countUnjudged,
  groupByUser,
  type OwnedCredential,
  type UnjudgedCounts,
  type UnjudgedCredential,
  unjudgedOf,
} from '../../rule/core/unjudged.ts';

/** What is shown but decides nothing, in a live account. */
interface UnjudgedCredentials {
  readonly unjudgedOf: (user: User) => readonly UnjudgedCredential[];
  readonly unjudged: UnjudgedCounts;
  /** What was not read, and how to read it. */
  readonly notes: readonly string[];
}

interface ReadingOptions {
  readonly sshKeys: boolean;
  readonly now: Instant;
  readonly onProgress: (what: string) => void;
}

/** IAM throttles at a rate that cannot be raised. */
const concurrency = 4;

/** Reads the service-specific credentials of the account and, if asked, the SSH keys of each user. What cannot be read is a note. */
export async function readUnjudged(
  iam: Clients<'iam'>['iam'],
  users: readonly User[],
  { sshKeys, now, onProgress }: ReadingOptions,
): Promise<UnjudgedCredentials> {
  onProgress('Listing service-specific credentials');
  const services = await orNote('service-specific credentials', () =>
    listServiceSpecificCredentials(iam),
  );
  const readKeys = async ({ userName }: User, index: number) => {
    onProgress(`Listing SSH keys: user ${index + 1} of ${users.length}`);
    return listSshKeys(iam, userName);
  };
  const keys = sshKeys
    ? await orNote('SSH keys', async () => (await pMap(users, readKeys, { concurrency })).flat())
    : {
        listed: null,
        notes: ['SSH keys not listed; --ssh-keys lists them, with one request for each user'],
      };

  const listed = [...(services.listed ?? []), ...(keys.listed ?? [])];
  const names = users.map(({ userName }) => userName);
  const { of, rest } = groupByUser(listed, names);
  const all = (user: User) => [...unjudgedOf(user), ...of(user.userName)];
  const read = { serviceSpecific: services.listed !== null, ssh: keys.listed !== null };
  return {
    unjudgedOf: all,
    unjudged: countUnjudged([...users.map(all), rest], read, now),
    notes: [...services.notes, ...keys.notes],
  };
}

async function orNote(what: string, list: () => Promise<readonly OwnedCredential[]>) {
  try {
    return { listed: await list(), notes: [] };
  } catch (error) {
    return { listed: null, notes: [`${what} not listed: ${messageOf(error)}`] };
  }
}
