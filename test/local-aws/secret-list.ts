import { type Call, type Input, readInteger, readList, readNames } from './call.ts';
import { awsError } from './errors.ts';
import { takePage } from './page.ts';
import { describe, labelled } from './secrets.ts';

/** Lists the secrets whose names begin with a text, or all: never a value. */
export function listSecrets(call: Call): Input {
  const [filter, ...more] = readList(call, 'Filters', 10);
  const spoken = 'Only one filter of name is spoken here.';
  if (more.length > 0 || (filter?.['Key'] ?? 'name') !== 'name') {
    throw awsError('InvalidParameterException', spoken);
  }
  const values = filter === undefined ? [''] : readNames({ ...call, input: filter }, 'Values', 10);
  const secrets = [...call.account.secrets.values()].filter(({ name }) =>
    values.some((value) => name.startsWith(value)),
  );
  const limit = readInteger(call, 'MaxResults', 1, 100) ?? 100;
  const paging = { tokenName: 'NextToken', limit };
  const { items, next } = takePage(call, secrets, ({ name }) => name, paging);
  const SecretList = items.map((secret) => ({
    ...describe(secret),
    SecretVersionsToStages: labelled(secret),
  }));
  return { SecretList, NextToken: next };
}
