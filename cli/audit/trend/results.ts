import * as v from 'valibot';
import type { Instant } from '../../../rule/core/instant.ts';
import {
  type ParameterName,
  parameterNames,
  showParameter,
} from '../../../rule/core/rule-parameters.ts';
import { instant } from '../../../rule/formats/fields.ts';
import { decodeText } from '../file-text.ts';

/** What a stored result says of one account. */
export interface StoredAccount {
  readonly accountId: string;
  readonly asOf: Instant;
  /** Null if the result has only some of the users of several accounts, and so no number. */
  readonly users: number | null;
  readonly nonCompliant: number;
  /** Null in results without accounts, which older versions wrote. */
  readonly unusedCredentials: number | null;
}

/** What a result of `audit --format json` says of its accounts. Accounts that could not be read are left out. */
export interface StoredResult {
  readonly accounts: readonly StoredAccount[];
  /** As text, by name; only those that the result has. */
  readonly parameters: ReadonlyMap<ParameterName, string>;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const value = v.union([v.string(), v.number(), v.array(v.string())]);
const stored = v.object({
  asOf: instant,
  /** Null in a result of an aggregator. */
  parameters: v.nullable(v.record(v.string(), value)),
  summary: v.object({ users: whole, nonCompliant: whole }),
  accounts: v.optional(
    v.array(
      v.object({
        accountId: v.string(),
        asOf: instant,
        ...{ users: whole, nonCompliant: whole, unusedCredentials: whole },
        failure: v.optional(v.nullable(v.string()), null),
      }),
    ),
  ),
  users: v.array(v.object({ accountId: v.string(), compliance: v.string() })),
});

/** Reads what `audit --format json` wrote, also before results had accounts. Null for anything else. */
export function readStoredResult(bytes: Uint8Array): StoredResult | null {
  let json: unknown;
  try {
    json = JSON.parse(decodeText(bytes));
  } catch {
    return null;
  }
  const { success, output } = v.safeParse(stored, json);
  if (!success) return null;
  const parameters = new Map(
    parameterNames.flatMap((name) => {
      const given = output.parameters?.[name];
      return given === undefined ? [] : [[name, showParameter(given)] as const];
    }),
  );
  const accounts = output.accounts?.filter(({ failure }) => failure === null);
  return { parameters, accounts: accounts ?? accountsOf(output) };
}

/** The accounts of a result that only has users, which may be only the NON_COMPLIANT ones. */
function accountsOf({ users, summary, asOf }: v.InferOutput<typeof stored>): StoredAccount[] {
  const byAccount = new Map<string, number>();
  for (const { accountId, compliance } of users) {
    const more = compliance === 'NON_COMPLIANT' ? 1 : 0;
    byAccount.set(accountId, (byAccount.get(accountId) ?? 0) + more);
  }
  const isAlone = byAccount.size === 1;
  return [...byAccount].map(([accountId, nonCompliant]) => ({
    ...{ accountId, asOf, nonCompliant, unusedCredentials: null },
    users: isAlone ? summary.users : null,
  }));
}
