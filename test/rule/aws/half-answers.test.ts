import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clients, connect } from '../../../rule/aws/clients.ts';
import { listEarlierResults, putEvaluations } from '../../../rule/aws/config-results.ts';
import { putEvents } from '../../../rule/aws/events.ts';
import { readLiveUser } from '../../../rule/aws/iam-credentials.ts';
import { listServiceSpecificCredentials } from '../../../rule/aws/iam-unjudged.ts';
import { listAccountUsers } from '../../../rule/aws/iam-users.ts';
import { systemClock } from '../../../rule/clock.ts';

/** The result element of each operation that the server answers with; JSON for AWS Config. */
let answers: Record<string, string>;
let clients: Clients<'iam' | 'config' | 'events'>;

const server = createServer(async (request, response) => {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    response.end(answers[target.split('.')[1] ?? '']);
    return;
  }
  const action = new URLSearchParams(body).get('Action') ?? '';
  response.setHeader('content-type', 'text/xml');
  response.end(
    `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${answers[action] ?? ''}</${action}Result></${action}Response>`,
  );
});

const userXml = `<UserName>someone</UserName><UserId>AIDASOMEONE</UserId><Path>/</Path>
  <Arn>arn:aws:iam::123456789012:user/someone</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate>`;
const keyXml = `<member><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><Status>Active</Status>
  <CreateDate>2024-01-01T00:00:00Z</CreateDate><UserName>someone</UserName></member>`;
const whole = {
  ListAccessKeys: `<AccessKeyMetadata>${keyXml}</AccessKeyMetadata><IsTruncated>false</IsTruncated>`,
  GetAccessKeyLastUsed: `<AccessKeyLastUsed><ServiceName>N/A</ServiceName><Region>N/A</Region></AccessKeyLastUsed>`,
  GetLoginProfile: `<LoginProfile><UserName>someone</UserName><CreateDate>2024-01-01T00:00:00Z</CreateDate></LoginProfile>`,
  GetUser: `<User>${userXml}</User>`,
  GetAccountAuthorizationDetails: `<UserDetailList><member>${userXml}</member></UserDetailList><IsTruncated>false</IsTruncated>`,
};

beforeEach(async () => {
  answers = { ...whole };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  clients = connect(
    { iam: IAMClient, config: ConfigServiceClient, events: EventBridgeClient },
    {
      endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
    },
  );
});
afterEach(async () => {
  clients.iam.destroy();
  clients.config.destroy();
  clients.events.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe('putting events', () => {
  const events = [1, 2].map((id) => ({
    ...{ detailType: 'Credentials Revoked' as const, resources: [], detail: { id } },
  }));
  const put = () => putEvents(clients.events, events);

  it('succeeds if each event has an ID', async () => {
    answers['PutEvents'] = '{"FailedEntryCount":0,"Entries":[{"EventId":"1"},{"EventId":"2"}]}';
    await expect(put()).resolves.toBeUndefined();
  });

  it.each([
    [
      '{"FailedEntryCount":1,"Entries":[{"EventId":"1"},{"ErrorCode":"ThrottlingException"}]}',
      'events:PutEvents refused 1 of 2: ThrottlingException',
    ],
    ['{"FailedEntryCount":1,"Entries":[{"EventId":"1"},{}]}', 'refused 1 of 2: no reason'],
    ['{}', 'events:PutEvents answered without Entries'],
  ])('fails for %s, even if the HTTP status is 200', async (answer, message) => {
    answers['PutEvents'] = answer;
    await expect(put()).rejects.toThrow(message);
  });
});

describe('a live read', () => {
  const read = () => readLiveUser(clients.iam, 'AIDASOMEONE', 'someone');

  it('returns the user if the answers are complete', async () => {
    expect(await read()).toMatchObject({
      identity: { userId: 'AIDASOMEONE', tags: [] },
      credentials: { accessKeys: [{ id: 'AKIAIOSFODNN7EXAMPLE', lastUsed: undefined }] },
    });
  });

  it.each([
    ['ListAccessKeys', '<IsTruncated>false</IsTruncated>', 'without AccessKeyMetadata'],
    ['ListAccessKeys', '<AccessKeyMetadata/><IsTruncated>true</IsTruncated>', 'without the Marker'],
    ['ListAccessKeys', whole.ListAccessKeys.replace('<Status>Active</Status>', ''), 'status null'],
    [
      'ListAccessKeys',
      whole.ListAccessKeys.replace(/<CreateDate>.*?<\/CreateDate>/u, ''),
      'without CreateDate',
    ],
    [
      'ListAccessKeys',
      whole.ListAccessKeys.replace(/<AccessKeyId>.*?<\/AccessKeyId>/u, ''),
      'without AccessKeyId',
    ],
    ['GetAccessKeyLastUsed', '<UserName>someone</UserName>', 'without AccessKeyLastUsed'],
    ['GetLoginProfile', '', 'without CreateDate'],
    ['GetUser', '', 'without User'],
    ['GetUser', whole.GetUser.replace(/<Path>.*?<\/Path>/u, ''), 'without Path'],
  ])('is an error if the answer of %s is incomplete (%s)', async (operation, answer, message) => {
    answers[operation] = answer;
    await expect(read()).rejects.toThrow(message);
  });
});

describe("a listing of the account's users", () => {
  it('returns them if the answer is complete', async () => {
    expect(await listAccountUsers(clients.iam)).toHaveLength(1);
  });

  it.each([
    ['without its list', '<IsTruncated>false</IsTruncated>', 'without UserDetailList'],
    ['that is empty', '', 'without UserDetailList'],
    [
      'that is cut off without a Marker',
      whole.GetAccountAuthorizationDetails.replace('false', 'true'),
      'answered without the Marker of the next page',
    ],
    [
      'with a user without an ID',
      whole.GetAccountAuthorizationDetails.replace(/<UserId>.*?<\/UserId>/u, ''),
      'without UserId',
    ],
  ])('%s is an error', async (_, answer, message) => {
    answers['GetAccountAuthorizationDetails'] = answer;
    await expect(listAccountUsers(clients.iam)).rejects.toThrow(message);
  });
});

describe('a listing of service-specific credentials', () => {
  const member = `<member><UserName>someone</UserName><Status>Active</Status>
    <ServiceName>bedrock.amazonaws.com</ServiceName>
    <ServiceSpecificCredentialId>ACCAEXAMPLE</ServiceSpecificCredentialId></member>`;
  const listing = `<ServiceSpecificCredentials>${member}</ServiceSpecificCredentials>`;
  const read = (answer: string) => {
    answers['ListServiceSpecificCredentials'] = answer;
    return listServiceSpecificCredentials(clients.iam);
  };

  it('returns them if the answer is complete, without a date that AWS omits', async () => {
    const [found] = await read(`${listing}<IsTruncated>false</IsTruncated>`);
    expect(found).toMatchObject({ id: 'ACCAEXAMPLE', created: null, expires: null });
  });

  it.each([
    ['', 'without ServiceSpecificCredentials'],
    [`${listing}<IsTruncated>true</IsTruncated>`, 'without the Marker of the next page'],
    [listing.replace(/<UserName>.*?<\/UserName>/u, ''), 'without UserName'],
  ])('is an error if the answer is incomplete (%s)', async (answer, message) => {
    await expect(read(answer)).rejects.toThrow(message);
  });
});

describe('earlier results', () => {
  const result = (ResourceId: string, rest: object, OrderingTimestamp?: number) => ({
    EvaluationResultIdentifier: {
      EvaluationResultQualifier: { ResourceType: 'AWS::IAM::User', ResourceId },
      OrderingTimestamp,
    },
    ...rest,
  });

  it('include every user, even without an ordering timestamp or an annotation', async () => {
    const EvaluationResults = [
      result('AIDA1', { ComplianceType: 'NON_COMPLIANT', Annotation: 'why' }, 1_795_242_600.373),
      result('AIDA2', { ComplianceType: 'NON_COMPLIANT' }),
      result('AIDA3', { ComplianceType: 'COMPLIANT' }, 1_795_242_600),
      result('AIDA4', {}),
      { ComplianceType: 'NON_COMPLIANT' },
    ];
    answers['GetComplianceDetailsByConfigRule'] = JSON.stringify({ EvaluationResults });
    expect([...(await listEarlierResults(clients.config, 'rule'))]).toEqual([
      ['AIDA1', { compliance: 'NON_COMPLIANT', annotation: 'why', orderedAt: 1_795_242_600_373 }],
      ['AIDA2', { compliance: 'NON_COMPLIANT', annotation: '', orderedAt: null }],
      ['AIDA3', { compliance: 'COMPLIANT', annotation: '', orderedAt: 1_795_242_600_000 }],
      ['AIDA4', { compliance: 'COMPLIANT', annotation: '', orderedAt: null }],
    ]);
  });
});

describe('PutEvaluations', () => {
  it('counts as failed for all evaluations if it reports a failure but not whose', async () => {
    answers['PutEvaluations'] = '{"FailedEvaluations":[{}]}';
    const evaluation = {
      ComplianceResourceType: 'AWS::IAM::User',
      ComplianceResourceId: 'AIDASOMEONE',
      ComplianceType: 'COMPLIANT',
      Annotation: 'x',
      OrderingTimestamp: new Date(0),
    } as const;
    const clock = {
      ...systemClock,
      sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(signal ? ms : 0, signal),
    };
    const refused = await putEvaluations(
      clients.config,
      [evaluation],
      't',
      clock,
      Date.now() + 60_000,
    );
    expect(refused).toMatchObject([{ resourceId: 'AIDASOMEONE' }]);
  });
});
