import { IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAccount, userArn } from '../../../../local-aws/account.ts';
import { accessKey, ago, day, user } from '../../../builders/account.ts';
import { changeMessage } from '../../../builders/rule-event.ts';
import { startRuleWithTopic } from '../../../builders/rule-with-topic.ts';

const hour = day / 24;

/** An account whose only user has an inactive key that was last used 90 days ago, and whose report shows it so. */
async function start(reactivationMovesLastRotated: boolean, hasOther = false) {
  const account = Object.assign(createAccount(), { reactivationMovesLastRotated });
  // Its last change of status is not its creation.
  const key = accessKey(300, 90, { status: 'Inactive', lastRotated: ago(89) });
  const other = accessKey(200, 1);
  const frank = user(account, 'frank', { accessKeys: hasOther ? [key, other] : [key] });
  const rule = await startRuleWithTopic(account);
  await rule.schedule();
  const iam = new IAMClient({
    ...{ endpoint: rule.aws.endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
  });
  onTestFinished(() => iam.destroy());
  rule.time.now += hour;
  const named = { UserName: 'frank', AccessKeyId: key.accessKeyId };
  await iam.send(new UpdateAccessKeyCommand({ ...named, Status: 'Active' }));
  const change = async () => {
    rule.time.now += hour;
    const item = {
      ...{ resourceId: frank.userId, resourceName: 'frank', ARN: userArn(account, frank) },
      configurationItemCaptureTime: new Date(rule.time.now).toISOString(),
    };
    const diff = { changeType: 'UPDATE' };
    return rule.send({ ...changeMessage(item), configurationItemDiff: diff });
  };
  return { ...rule, frank, other, change };
}

describe.each([
  [true, 'COMPLIANT'],
  [false, 'NON_COMPLIANT'],
])('a key that somebody reactivates, which moves its last rotation: %s', (moves, verdict) => {
  it('has its whole limit as grace only if IAM moves the date', async () => {
    const { schedule, time, compliance } = await start(moves);
    time.now += 5 * hour;
    await schedule();
    expect(compliance()).toEqual({ frank: verdict });
  });

  it('makes nobody NON_COMPLIANT by a report that still shows it inactive', async () => {
    const { change, schedule, time, compliance } = await start(moves);
    const { undecided } = await change();
    expect([compliance(), undecided.length]).toEqual([{ frank: 'COMPLIANT' }, 1]);
    time.now += 5 * hour;
    await schedule();
    expect(compliance()).toEqual({ frank: verdict });
  });

  it('makes nobody NON_COMPLIANT although their other key is inactive meanwhile', async () => {
    const { change, schedule, time, compliance, other } = await start(moves, true);
    other.status = 'Inactive';
    const { undecided } = await change();
    expect([compliance(), undecided.length]).toEqual([{ frank: 'COMPLIANT' }, 1]);
    time.now += 5 * hour;
    await schedule();
    expect(compliance()).toEqual({ frank: verdict });
  });
});
