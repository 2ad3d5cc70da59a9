import type { LocalAccount, LocalExecution, LocalUser } from '../../local-aws/account.ts';
import type { LocalAws } from '../../local-aws/server.ts';

/** Whether a record is marked as restored. */
export function isMarked(
  { account, recordName }: { readonly account: LocalAccount; readonly recordName: string },
  name = recordName,
): boolean {
  return account.parameters.get(name)?.tags.has('restored') === true;
}

export function tagsOf({ tags }: LocalUser): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

export function statusesOf({ accessKeys }: LocalUser): string[] {
  return accessKeys.map(({ status }) => status);
}

/** Events change nothing. */
const writing = /^(Update|Delete|Create|Tag|Untag|Put(?!Events)|AddTags)/;

/** The changing operations so far, in order. */
export function changes({ requests }: LocalAws): string[] {
  return requests.entries
    .map(({ operation }) => operation)
    .filter((operation) => writing.test(operation));
}

export function output({ outputs }: LocalExecution, name: string): string {
  return outputs[name]?.join('; ') ?? `no output ${name}`;
}

/** The AWSCURRENT value of each secret, as GetSecretValue returns it. */
export function currentSecrets({ secrets }: LocalAccount): unknown[] {
  return [...secrets.values()].map(({ versions }) => {
    const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'));
    return current === undefined ? null : JSON.parse(current.value);
  });
}
