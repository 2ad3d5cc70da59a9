import { beforeAll, describe, expect, it } from 'vitest';
import { accountId, central, ofType, propertiesOf, resolveAccount } from '../resolved.ts';

let resources: Awaited<ReturnType<typeof resolveAccount>>;
beforeAll(async () => {
  resources = await resolveAccount();
});
const topic = expect.stringMatching(/^arn:aws:sns:us-east-1:123456789012:\S*Topic\S*$/u);
const idsOf = (found: typeof resources, type: string) => [...ofType(found, type).keys()];

describe('the topic of a single account', () => {
  it('has no fixed name, and takes messages of alarms of this account, of EventBridge, and of nobody unencrypted', () => {
    expect(propertiesOf(resources, 'Topic')).toEqual({ DisplayName: 'Unused IAM credentials' });
    const publish = { Action: 'sns:Publish', Resource: topic };
    const from = (service: string) => ({ Principal: { Service: `${service}.amazonaws.com` } });
    expect(propertiesOf(resources, 'TopicPolicy')).toEqual({
      Topics: [topic],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Sid: 'Alarms', Effect: 'Allow', ...from('cloudwatch'), ...publish },
            Condition: {
              StringEquals: { 'aws:SourceAccount': accountId },
              ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:us-east-1:${accountId}:alarm:*` },
            },
          },
          // EventBridge documents that it understands no conditions in the policy of a topic.
          { Sid: 'Events', Effect: 'Allow', ...from('events'), ...publish },
          {
            ...{ Sid: 'OnlyEncrypted', Effect: 'Deny', Principal: '*', ...publish },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('has the address subscribed that is given, and none otherwise', async () => {
    const NotificationEmail = 'security@example.com';
    expect(idsOf(resources, 'AWS::SNS::Subscription')).toEqual([]);
    const subscribed = propertiesOf(await resolveAccount({ NotificationEmail }), 'Subscription');
    expect(subscribed).toEqual({ TopicArn: topic, Protocol: 'email', Endpoint: NotificationEmail });
  });

  it('is not made in an organization, nor anything that belongs to it', async () => {
    const all = await resolveAccount({ ...central, NotificationEmail: 'security@example.com' });
    expect(all.filter(({ type }) => type.startsWith('AWS::SNS::'))).toEqual([]);
    expect(JSON.stringify(all.map(({ properties }) => properties))).not.toContain(
      `arn:aws:sns:us-east-1:${accountId}:`,
    );
  });
});
