import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { deny } from '../../../local-aws/faults.ts';
import { topicArn } from '../../builders/remediation.ts';
import { forgeries, otherId, writeOther } from '../forged-records.ts';
import {
  mallory,
  type RestorationCase,
  recordOf,
  recordText,
  revoked,
} from '../restoration-case.ts';
import { changes, output } from '../restoration-views.ts';

it.each(forgeries)('refuses if a record is %s', async (_, why, writer, forge) => {
  const found = await revoked();
  const name = await forge(found);
  await expectRefusal(found, name, why, writer);
});

it('refuses if another principal wrote a record over HTTP', async () => {
  const found = await revoked();
  const name = recordOf(found.frank, otherId);
  const credentials = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'operator' };
  const ssm = new SSMClient({ region: 'us-east-1', endpoint: found.aws.endpoint, credentials });
  const Value = recordText(found);
  await ssm.send(new PutParameterCommand({ Name: name, Value, Type: 'String' }));
  ssm.destroy();
  await expectRefusal(
    found,
    name,
    'is not a genuine record',
    'arn:aws:iam::123456789012:user/operator',
  );
});

it('refuses for a user quarantined by AWS, and names the policy', async () => {
  const found = await revoked();
  found.frank.attachedPolicies = ['ReadOnlyAccess', 'AWSCompromisedKeyQuarantineV2'];
  await expectRefusal(found, 'AWSCompromisedKeyQuarantineV2', 'quarantines the user');
});

it('refuses if a record is forged, even if only a genuine one was requested', async () => {
  const found = await revoked();
  const name = writeOther(found, mallory);
  const parameters = { RevocationId: found.revocation.id };
  await expectRefusal(found, name, 'is not a genuine record', mallory, parameters);
});

it('refuses if a record is forged, even if it is marked as restored', async () => {
  const found = await revoked();
  const name = writeOther(found, mallory);
  found.account.parameters.get(name)?.tags.set('restored', '2026-11-21T06:30:00Z');
  await expectRefusal(found, name, 'is not a genuine record', mallory);
});

it('refuses all the same where the topic cannot be notified, and logs that', async () => {
  const found = await revoked();
  found.frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV2'];
  found.aws.faults.push(deny('Publish'));
  const done = await found.local.restore(found.frank.userId);
  expect([done.status, output(done, 'Decision.Outcome')]).toEqual(['Failed', 'Refused']);
  expect(found.local.log).toContainEqual({
    ...{ level: 'error', message: 'not notified' },
    reason: expect.stringContaining(`Topic ${topicArn} could not be notified`),
  });
});

/** Restores with and without a topic of the starter, and expects a refusal without a change. */
async function expectRefusal(
  { local, account, aws, frank }: RestorationCase,
  ...[name, why, writer = '', parameters = {}]: [string, string, string?, Record<string, string>?]
): Promise<void> {
  aws.requests.reset();
  const before = structuredClone([frank, [...account.parameters], [...account.secrets]]);
  const notified = await local.restore(frank.userId, { RestorePassword: 'true', ...parameters });
  const message = {
    topicArn,
    subject: `Restoration of IAM credentials refused: ${frank.userId}`,
    message: expect.stringContaining(output(notified, 'Decision.Reason')),
    attributes: {
      ...{ event: 'revocation-refused', account: '123456789012' },
      ...{ userName: frank.userName, owner: 'none' },
    },
  };
  // By the function alone: once.
  expect(account.published).toEqual([message]);
  const silent = await local.restore(frank.userId, { NotificationTopicArn: 'none', ...parameters });
  expect(account.published).toEqual([message, message]);
  for (const done of [notified, silent]) {
    expect(done.status).toBe('Failed');
    expect(output(done, 'Decision.Outcome')).toBe('Refused');
    for (const part of [name, why, writer]) expect(done.failureMessage).toContain(part);
  }
  const alert = { level: 'error', alert: true, userId: frank.userId };
  const reason = expect.stringContaining(name);
  expect(local.log.filter(({ level }) => level === 'error')).toEqual([
    expect.objectContaining({ ...alert, reason }),
    expect.objectContaining({ ...alert, reason }),
  ]);
  expect(changes(aws)).toEqual([]);
  expect([frank, [...account.parameters], [...account.secrets]]).toEqual(before);
}
