import { describe, expect, it } from 'vitest';
import { crowd, pair } from '../../../builders/account.ts';
import { changeMessage } from '../../../builders/rule-event.ts';
import { type RuleWithTopic, startRuleWithTopic } from '../../../builders/rule-with-topic.ts';

let rule: RuleWithTopic;

async function start(...given: Parameters<typeof startRuleWithTopic>) {
  rule = await startRuleWithTopic(...given);
  return rule;
}

describe('the summary line', () => {
  it('of a scheduled run says so, and how many were announced, under names that alarms rely on', async () => {
    const { schedule, log } = await start(crowd(3, () => true));
    const { summary } = await schedule();
    const requests = {
      GetComplianceDetailsByConfigRule: 1,
      GenerateCredentialReport: expect.any(Number),
      GetCredentialReport: 1,
      GetAccountAuthorizationDetails: 1,
      ListServiceSpecificCredentials: 1,
      PutEvaluations: 1,
      Publish: 1,
      PutEvents: 1,
    };
    expect(summary).toEqual({
      ...{ outcome: 'succeeded', trigger: 'schedule', evaluatedAt: '2026-11-21T06:30:00Z' },
      ...{ users: 3, verdicts: { COMPLIANT: 0, NON_COMPLIANT: 3, NOT_APPLICABLE: 0 } },
      ...{ put: 3, standing: 0, undecided: 0, failed: 0, announced: 3, requests },
      ...{ reportAgeSeconds: expect.any(Number), durationMs: expect.any(Number) },
    });
    expect(log.at(-1)).toEqual({ ...summary, level: 'info', message: 'summary' });
  });

  it('of a change says so, and announces no user', async () => {
    const account = pair();
    const { send, log } = await start(account);
    const item = { resourceId: account.users[0]?.userId, resourceName: 'idle' };
    await send(changeMessage(item));
    const summary = { message: 'summary', outcome: 'succeeded', trigger: 'change', announced: 0 };
    expect(log).toMatchObject([summary]);
  });

  it('of a run that failed says what triggered it, unless the event is not one of AWS Config', async () => {
    const { schedule, log } = await start(pair());
    await expect(schedule({ ruleParameters: { typo: '1' } })).rejects.toThrow('typo');
    await expect(schedule({ event: { resultToken: '' } })).rejects.toThrow('resultToken');
    expect(log).toMatchObject([{ outcome: 'failed', trigger: 'schedule' }, { outcome: 'failed' }]);
    expect(log[1]).not.toHaveProperty('trigger');
  });
});
