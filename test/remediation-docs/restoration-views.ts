import type { LocalAccount, LocalExecution, LocalUser } from '../../local-aws/account.ts';
import type { LocalAws } from '../../local-aws/server.ts';
import type { RestorationCase } from './restoration-case.ts';

/** Tells whether a record is marked as restored. */
export function isMarked({ account, recordName }: RestorationCase, name = recordName): boolean {
  return account.parameters.get(name)?.tags.has('restored') === true;
}

/** Gives a user's tags by key. */
export function tagsOf({ tags }: LocalUser): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Gives the states of a user's access keys, in order. */
export function statusesOf({ accessKeys }: LocalUser): string[] {
  return accessKeys.map(({ status }) => status);
}

const writing = /^(Update|Delete|Create|Tag|Untag|Put|AddTags)/;

/** Gives the operations so far that change something in the account, in order. */
export function changes({ requests }: LocalAws): string[] {
  return requests.entries
    .map(({ operation }) => operation)
    .filter((operation) => writing.test(operation));
}

/** Gives an output of an execution as text. */
export function output({ outputs }: LocalExecution, name: string): string {
  return outputs[name]?.join('; ') ?? `no output ${name}`;
}

/** Gives what GetSecretValue would: the value labelled AWSCURRENT of each secret. */
export function currentSecrets({ secrets }: LocalAccount): unknown[] {
  return [...secrets.values()].map(({ versions }) => {
    const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'));
    return current === undefined ? null : JSON.parse(current.value);
  });
}
