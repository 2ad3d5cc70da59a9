import { createAccount, type LocalAccount } from '../../local-aws/account.ts';
import type { Clock } from '../../rule/clock.ts';
import { startLocalRule, steppingSleep } from './local-rule.ts';

/** Runs the rule, so that AWS Config has results for the account's users. */
export async function evaluated(
  account: LocalAccount,
  ruleParameters: Readonly<Record<string, string>> = {},
  clock: Clock = { now: Date.now, sleep: steppingSleep() },
): Promise<LocalAccount> {
  const rule = await startLocalRule(account, clock);
  await rule.schedule({ ruleParameters });
  await rule.close();
  return account;
}

/** An account that has an aggregator, `all`, of these accounts, and can assume roles in them. */
export function delegatedAdministrator(members: readonly LocalAccount[]): LocalAccount {
  const account = createAccount({ accountId: '999999999999', members });
  account.config.aggregators = new Map([['all', members]]);
  return account;
}
