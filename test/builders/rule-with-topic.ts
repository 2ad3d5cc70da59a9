import { onTestFinished } from 'vitest';
import type { LocalAccount } from '../../local-aws/account.ts';
import { now } from './account.ts';
import { digestTopicArn, type LocalRule, startLocalRule, steppingSleep } from './local-rule.ts';

/** A rule that publishes to a topic, with a clock that sleeps and tests advance. */
export interface RuleWithTopic extends LocalRule {
  /** Epoch ms. */
  readonly time: { now: number };
}

/** Starts the rule at `now`, and stops it when the test ends. */
export async function startRuleWithTopic(
  account: LocalAccount,
  topicArn: string | null = digestTopicArn,
): Promise<RuleWithTopic> {
  const time = { now };
  const sleep = steppingSleep((milliseconds) => {
    time.now += milliseconds;
  });
  const rule = await startLocalRule(account, { now: () => time.now, sleep }, topicArn);
  onTestFinished(rule.close);
  return { ...rule, time };
}
