import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser } from '../../local-aws/account.ts';
import { deny, throttle } from '../../local-aws/faults.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

function addUsers(...names: string[]) {
  for (const userName of names) addUser(fixture.account, { userName, createDate: START });
}

describe('faults and the log', () => {
  it('throttle as often as asked, deny as IAM and Config do, and count every request', async () => {
    fixture.aws.faults.push(throttle('ListUsers', 1), deny('GetLoginProfile'));
    fixture.aws.faults.push(throttle('PutEvaluations', 1), deny('PutEvaluations'));
    await expectError(fixture.iam.listUsers({}), 'Throttling 400', /^Rate exceeded$/);
    await fixture.iam.listUsers({});
    const denied = /^User: arn:aws:sts::.* is not authorized to perform: iam:GetLoginProfile on /;
    await expectError(fixture.iam.getLoginProfile({ UserName: 'mia' }), 'AccessDenied 403', denied);
    await expectError(
      fixture.config.putEvaluations({ ResultToken: 'x' }),
      'ThrottlingException 400',
    );
    await expectError(
      fixture.config.putEvaluations({ ResultToken: 'x' }),
      'AccessDeniedException 400',
    );
    expect(fixture.aws.requests.counts).toEqual({
      ListUsers: 2,
      GetLoginProfile: 1,
      PutEvaluations: 2,
    });
    expect(fixture.aws.requests.entries.slice(0, 2)).toEqual([
      { service: 'iam', operation: 'ListUsers', error: 'Throttling' },
      { service: 'iam', operation: 'ListUsers' },
    ]);
    fixture.aws.requests.reset();
    expect(fixture.aws.requests.counts).toEqual({});
  });

  it('strike only the input they name, with the error they name', async () => {
    addUsers('mia', 'bob');
    const when = (input: Record<string, unknown>) => input['UserName'] === 'bob';
    fixture.aws.faults.push({
      service: 'iam',
      when,
      code: 'ServiceFailure',
      status: 500,
      message: 'Sorry',
    });
    await fixture.iam.getUser({ UserName: 'mia' });
    await expectError(
      fixture.iam.getUser({ UserName: 'bob' }),
      'ServiceFailureException 500',
      /^Sorry$/,
    );
  });

  it('run a function before the answer, so that a user can vanish in the middle of a run', async () => {
    addUsers('mia');
    fixture.aws.faults.push({
      operation: 'GetUser',
      times: 1,
      before: () => void fixture.account.users.splice(0),
    });
    await expectError(fixture.iam.getUser({ UserName: 'mia' }), 'NoSuchEntityException 404');
  });

  it('limit the rate of one service by the clock of the server, after any pause to the burst', async () => {
    fixture.aws.faults.push({ service: 'iam', perSecond: 2, burst: 3 });
    for (let index = 0; index < 3; index += 1) await fixture.iam.listUsers({});
    await expectError(fixture.iam.listUsers({}), 'Throttling 400');
    fixture.now += 500;
    await fixture.iam.listUsers({});
    await expectError(fixture.iam.listUsers({}), 'Throttling 400');
    await fixture.config.putEvaluations({ ResultToken: 'x', TestMode: true });
    fixture.now += 60_000;
    for (let index = 0; index < 3; index += 1) await fixture.iam.listUsers({});
    await expectError(fixture.iam.listUsers({}), 'Throttling 400');
  });

  it('answer an unknown operation with the error of its service', async () => {
    await expectError(fixture.iam.listGroups({}), 'InvalidAction 400');
    const unknown = fixture.config.listDiscoveredResources({ resourceType: 'AWS::IAM::User' });
    await expectError(unknown, 'UnknownOperationException 400');
    await expectError(
      fixture.iam.getAccountAuthorizationDetails({}),
      'ValidationError 400',
      /Filter/,
    );
  });
});
