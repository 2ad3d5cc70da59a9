import { describe, expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { problemsOfEvent } from '../../infra/event-schemas.ts';
import { type PurgeCase, revokedUsers, withKeys } from './purge-case.ts';

describe('an execution that stopped after it deleted a key', () => {
  const deletions = ({ account }: PurgeCase) => ({
    events: account.events
      .filter((event) => event['detail-type'] === 'Access Key Deleted')
      .map(({ detail }) => detail['executionId']),
    messages: account.published
      .filter(({ attributes }) => attributes['event'] === 'access-key-deleted')
      .map(({ message }) => message),
  });

  it.each([['DeleteKey'], ['ReleaseOwner'], ['DeleteKeys']])(
    'at %s is reported once, by the next one, even a dry run',
    async (step) => {
      const found = await revokedUsers('frank', 'grace');
      const { account, purgeOn } = found;
      await purgeOn(23);
      Object.assign(found.local.purgeLimits ?? {}, { MaxRevocationsPerDay: '1' });
      account.automation.stopAfter = step;
      const stopped = await purgeOn(30);
      account.automation.stopAfter = undefined;
      const [left] = withKeys(found);
      const [gone] = ['frank', 'grace'].filter((name) => name !== left);
      expect(deletions(found)).toEqual({ events: [], messages: [] });
      await purgeOn(30.2, { DryRun: 'true' });
      expect(deletions(found)).toEqual({
        events: [stopped.id],
        messages: [expect.stringContaining(`of ${gone} (`)],
      });
      expect(account.events.flatMap(problemsOfEvent)).toEqual([]);
      await purgeOn(30.4);
      const last = await purgeOn(31);
      expect(deletions(found).events).toEqual([stopped.id, last.id]);
      expect(deletions(found).messages).toHaveLength(2);
    },
  );

  it('is reported even if an execution that cannot plan comes in between', async () => {
    const found = await revokedUsers('frank');
    const { account, local, purgeOn } = found;
    await purgeOn(23);
    account.automation.stopAfter = 'DeleteKey';
    const stopped = await purgeOn(30);
    account.automation.stopAfter = undefined;
    local.aws.faults.push({ ...deny('GetAutomationExecution'), times: 2 });
    expect((await purgeOn(31)).status).toBe('Failed');
    expect(deletions(found)).toEqual({ events: [], messages: [] });
    await purgeOn(32);
    await purgeOn(33);
    expect(deletions(found)).toEqual({
      events: [stopped.id],
      messages: [expect.stringContaining('of frank (')],
    });
  });

  it('is reported even if the document ran in between under a role of another account', async () => {
    const found = await revokedUsers('frank');
    await found.purgeOn(23);
    found.account.automation.stopAfter = 'DeleteKey';
    const stopped = await found.purgeOn(30);
    found.account.automation.stopAfter = undefined;
    // Its function is that of the other account. The local one, which has the same name, reports to nobody meanwhile.
    const AutomationAssumeRole =
      'arn:aws:iam::210987654321:role/UnusedIamCredentials-Purge-us-east-1';
    await found.purgeOn(31, { AutomationAssumeRole });
    found.account.events = [];
    found.account.published = [];
    await found.purgeOn(32);
    expect(deletions(found).events).toEqual([stopped.id]);
  });

  it('is not reported to have deleted a key that still exists', async () => {
    const found = await revokedUsers('frank');
    await found.purgeOn(23);
    found.local.aws.faults.push({ operation: 'DeleteAccessKey', ignored: true });
    found.account.automation.stopAfter = 'DeleteKey';
    await found.purgeOn(30);
    found.account.automation.stopAfter = undefined;
    await found.purgeOn(31, { DryRun: 'true' });
    expect([withKeys(found), deletions(found)]).toEqual([['frank'], { events: [], messages: [] }]);
  });

  it('is not reported if the document ran under a role of another account', async () => {
    const found = await revokedUsers('frank');
    await found.purgeOn(23);
    found.account.automation.stopAfter = 'DeleteKey';
    const AutomationAssumeRole =
      'arn:aws:iam::210987654321:role/UnusedIamCredentials-Purge-us-east-1';
    await found.purgeOn(30, { AutomationAssumeRole });
    found.account.automation.stopAfter = undefined;
    await found.purgeOn(31);
    expect([withKeys(found), deletions(found)]).toEqual([[], { events: [], messages: [] }]);
  });
});
