import { onTestFinished } from 'vitest';
import type { LocalAccount } from '../../local-aws/account.ts';
import { now } from './account.ts';
import { digestTopicArn, type LocalRule, startLocalRule, steppingSleep } from './local-rule.ts';

/** A rule that tells a topic, in a time of its own, which sleeps and tests move on. */
export interface ToldRule extends LocalRule {
  /** Epoch ms. */
  readonly time: { now: number };
}

/** Starts the rule, until the test ends, with a topic unless there is to be none, at `now`. */
export async function startToldRule(
  account: LocalAccount,
  topicArn: string | null = digestTopicArn,
): Promise<ToldRule> {
  const time = { now };
  const sleep = steppingSleep((milliseconds) => {
    time.now += milliseconds;
  });
  const rule = await startLocalRule(account, { now: () => time.now, sleep }, topicArn);
  onTestFinished(rule.close);
  return { ...rule, time };
}
