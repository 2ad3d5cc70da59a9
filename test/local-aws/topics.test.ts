import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deny, throttle } from '../../local-aws/faults.ts';
import { expectError, type Fixture, startFixture } from './fixture.ts';

const TopicArn = 'arn:aws:sns:us-east-1:123456789012:topic';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

describe('a topic, over HTTP', () => {
  it('keeps what is published, line breaks and all', async () => {
    const Message = 'One\n<and> "another" & more + 100 % é';
    const answer = await fixture.sns.publish({ TopicArn, Subject: 'A & B', Message });
    expect(answer.MessageId).toMatch(/^[0-9a-f-]{36}$/);
    const published = { topicArn: TopicArn, subject: 'A & B', message: Message };
    expect(fixture.account.published).toEqual([published]);
    expect(fixture.aws.requests.entries).toEqual([{ service: 'sns', operation: 'Publish' }]);
  });

  it('refuses what SNS does, under the names that SNS has for it', async () => {
    const publish = (input: object) => fixture.sns.publish({ TopicArn, Message: 'x', ...input });
    const refused = 'InvalidParameterException 400';
    await expectError(publish({ Subject: 'a\nb' }), refused, /Subject/);
    await expectError(publish({ Message: '' }), refused, /Message/);
    await expectError(publish({ TopicArn: 'arn:aws:sqs:x' }), 'NotFoundException 404');
    fixture.aws.faults.push(throttle('Publish', 1), deny('Publish'));
    await expectError(publish({}), 'ThrottledException 429', /Rate exceeded/);
    await expectError(publish({}), 'AuthorizationErrorException 403', /perform: sns:Publish on/);
    expect(fixture.account.published).toEqual([]);
  });

  it('is one thing, IAM another: an operation that SNS does not have here is unknown', async () => {
    await expectError(fixture.sns.listTopics({}), 'InvalidAction 400');
    await fixture.iam.listUsers({});
    const services = fixture.aws.requests.entries.map(({ service }) => service);
    expect(services).toEqual(['sns', 'iam']);
  });
});
