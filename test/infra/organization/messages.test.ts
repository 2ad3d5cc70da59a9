import { describe, expect, it } from 'vitest';
import { evaluatePolicies, type Statement } from '../../../local-aws/policy/policy.ts';
import {
  alarmEvent,
  executionEvent,
  failureEvent,
  type InputTransformer,
  matchesEvent,
  stepEvent,
  transformInput,
} from '../event-bridge.ts';
import { ofType, propertiesOf } from '../resolved.ts';
import { accountTemplate } from '../synthesized.ts';
import { home, inWaves, required, resolveOrganization, resources, template } from './template.ts';

const anybodyInIt = { StringEquals: { 'aws:PrincipalOrgID': required.OrganizationId } };
const ofOrganization = (...names: readonly string[]) => ({
  ...anybodyInIt,
  'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-*/r-ab12/', 'o-*/*r-ab12/*'] },
  ArnLike: {
    'aws:PrincipalArn': names.map((name) => `arn:aws:iam::*:role/UnusedIamCredentials-${name}-*`),
  },
});
/** The roles of the account stack that publish. */
const publishers = [
  ...['Evaluate', 'PlanRevocation', 'PlanRetirement', 'PlanRestoration', 'PlanPurge'],
  ...['IssuePassword', 'RestorePermissions', 'Revoke', 'Retire', 'Restore'],
];
const place = `${home.region}:${home.accountId}`;
const topicArn = `arn:aws:sns:${place}:unused-iam-credentials`;

describe('what the accounts send', () => {
  it('of events, come to one bus and only from inside the organization', () => {
    expect(propertiesOf(resources, 'EventBus')).toMatchObject({ Name: 'unused-iam-credentials' });
    expect(propertiesOf(resources, 'EventBusPolicy')).toMatchObject({
      Statement: {
        ...{ Effect: 'Allow', Principal: '*', Action: 'events:PutEvents' },
        ...{ Resource: '<EventBus.Arn>', Condition: anybodyInIt },
      },
    });
  });

  it('of messages, comes to one topic from their publishing roles and the bus, encrypted only', () => {
    expect(propertiesOf(resources, 'Topic')).toMatchObject({
      ...{ TopicName: 'unused-iam-credentials', KmsMasterKeyId: '<Key.Arn>' },
    });
    const publish = { Action: 'sns:Publish', Resource: '<Topic>' };
    const { PolicyDocument } = propertiesOf(resources, 'TopicPolicy') as {
      PolicyDocument: { Statement: unknown };
    };
    expect(PolicyDocument.Statement).toEqual([
      {
        ...{ Sid: 'Publishers', Effect: 'Allow', Principal: { AWS: '*' }, ...publish },
        Condition: ofOrganization(...publishers),
      },
      {
        ...{ Sid: 'Events', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
        ...publish,
        Condition: {
          StringEqualsIfExists: { 'aws:SourceAccount': home.accountId },
          ArnLikeIfExists: {
            'aws:SourceArn': `arn:aws:events:${place}:rule/unused-iam-credentials/*`,
          },
        },
      },
      {
        ...{ Sid: 'OnlyEncrypted', Effect: 'Deny', Principal: '*', ...publish },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  it.each([
    ['of the root', { OrganizationalUnitIds: 'r-ab12' }, undefined],
    ['of two units', { OrganizationalUnitIds: 'ou-ab12-cd34ef56,ou-ab12-x2345678' }, undefined],
    ['of waves', {}, inWaves],
  ])('comes only from accounts that get the stack: %s', async (what, parameters, settings) => {
    const made = await resolveOrganization(parameters, settings);
    const { PolicyDocument } = propertiesOf(made, 'TopicPolicy') as {
      PolicyDocument: { Statement: (Statement & { readonly Principal: unknown })[] };
    };
    // Principals are not supported there.
    const statements = PolicyDocument.Statement.filter(({ Sid }) => Sid === 'Publishers').map(
      ({ Principal, ...rest }) => ({ ...rest, Resource: topicArn }),
    );
    const may = (path: string, role = 'UnusedIamCredentials-Revoke-eu-central-1') =>
      evaluatePolicies([{ Version: '2012-10-17', Statement: statements }], {
        ...{ action: 'sns:Publish', resource: topicArn },
        context: {
          'aws:PrincipalOrgID': required.OrganizationId,
          'aws:PrincipalOrgPaths': [`${required.OrganizationId}/${path}`],
          'aws:PrincipalArn': `arn:aws:iam::123456789012:role/${role}`,
        },
      }).allowed;
    // The management account is usually there.
    expect(may('r-ab12/')).toBe(true);
    expect(may('r-ab12/ou-ab12-cd34ef56/')).toBe(true);
    expect(may('r-ab12/ou-ab12-parent00/ou-ab12-x2345678/ou-ab12-child000/')).toBe(true);
    expect(may('r-ab12/ou-ab12-other000/')).toBe(what === 'of the root');
    expect(may('r-ab12/ou-ab12-cd34ef56/', 'Developer')).toBe(false);
  });

  it('is encrypted with a key that the same roles use for this topic only', () => {
    const key = propertiesOf(resources, 'Key');
    expect(key).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 7 });
    const { Statement } = key['KeyPolicy'] as { Statement: Record<string, unknown>[] };
    const use = { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' };
    const { StringEquals, ...others } = ofOrganization(...publishers);
    const [administration, ...users] = Statement;
    expect(users).toEqual([
      {
        ...{ Sid: 'Publishers', Effect: 'Allow', Principal: { AWS: '*' }, ...use },
        Condition: {
          StringEquals: {
            ...StringEquals,
            'kms:EncryptionContext:aws:sns:topicArn': topicArn,
          },
          ...others,
        },
      },
      // With a condition EventBridge would fail to publish, as AWS documents.
      { Sid: 'Events', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, ...use },
    ]);
    expect(administration).toMatchObject({
      Principal: { AWS: `arn:aws:iam::${home.accountId}:root` },
      Action: expect.arrayContaining(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']),
    });
    expect(administration?.['Action']).not.toContain('kms:Decrypt');
    expect(template.Resources['Key']).toMatchObject({ DeletionPolicy: 'Delete' });
  });

  it('has the address subscribed that is given, and none otherwise', async () => {
    const NotificationEmail = 'security@example.com';
    expect(ofType(resources, 'AWS::SNS::Subscription').size).toBe(0);
    const subscribed = await resolveOrganization({ NotificationEmail });
    const subscription = { TopicArn: '<Topic>', Protocol: 'email', Endpoint: NotificationEmail };
    expect(propertiesOf(subscribed, 'Subscription')).toEqual(subscription);
  });
});

describe('events of the accounts', () => {
  interface Rule {
    readonly EventPattern: unknown;
    readonly EventBusName: string;
    readonly Targets: readonly {
      readonly Arn: string;
      readonly InputTransformer: InputTransformer;
    }[];
  }
  const messages = (event: unknown) => {
    const rules = [...ofType(resources, 'AWS::Events::Rule').values()] as unknown as Rule[];
    const matching = rules.filter(({ EventPattern }) => matchesEvent(EventPattern, event));
    return matching.flatMap(({ EventBusName, Targets }) => {
      expect(EventBusName).toBe('<EventBus>');
      return Targets.map(({ Arn, InputTransformer }) => {
        expect(Arn).toBe('<Topic>');
        return transformInput(InputTransformer, event);
      });
    });
  };

  it('that are alarms become messages with account, Region and alarm, without text that others can write', async () => {
    const { Resources } = await accountTemplate();
    const alarms = Object.entries(Resources).filter(
      ([, { Type }]) => Type === 'AWS::CloudWatch::Alarm',
    );
    expect(alarms.length).toBe(1);
    for (const [, { Properties }] of alarms) {
      const name = String(Properties?.['AlarmName']);
      expect(messages(alarmEvent(name, 'ALARM', 'Call +1 555 0100'))).toEqual([
        [
          `Alarm ${name} in account 123456789012, us-east-1, at 2026-11-21T10:00:00Z.`,
          'docs/operations.md says what each alarm means, and what to do.',
        ],
      ]);
      expect(messages(alarmEvent(name, 'OK'))).toEqual([]);
    }
    expect(messages(alarmEvent('Pay this invoice', 'ALARM'))).toEqual([]);
  });

  it('that are changes of credentials become messages that name account and execution', () => {
    const [lines = []] = messages(stepEvent('UnusedIamCredentials-Restore', 'EndRestored'));
    expect(lines[0]).toMatch(/Restore changed credentials in account 123456789012, .*333ba70b/u);
  });

  it('that are failed executions become messages that name account and execution', () => {
    const [lines = []] = messages(executionEvent('UnusedIamCredentials-Revoke', 'Failed'));
    expect(lines[0]).toMatch(
      /Revoke ended with status Failed in account 123456789012, us-east-2, .*333ba70b/u,
    );
    expect(messages(executionEvent('UnusedIamCredentials-Revoke', 'Success'))).toEqual([]);
    expect(messages(executionEvent('Other', 'Failed'))).toEqual([]);
  });

  it('that are failed evaluations become messages of fixed text with account, Region and time', () => {
    const event = failureEvent('unused-iam-credentials-evaluate');
    const [lines = [], ...more] = messages(event);
    expect(more).toEqual([]);
    expect(lines[0]).toBe(
      'An evaluation of IAM users failed in account 123456789012, us-east-2. Lambda stopped retrying at 2026-11-21T03:08:12Z. The earlier results stay.',
    );
    expect(lines.join('\n')).not.toContain('555');
    expect(messages(failureEvent('payroll'))).toEqual([]);
  });

  it('that others in the organization can forge cause the same fixed text as those that Lambda sends', () => {
    const event = failureEvent('unused-iam-credentials-evaluate');
    const forged = {
      ...event,
      resources: ['Call +1 555 0100:function:unused-iam-credentials-evaluate'],
      detail: { requestContext: { condition: '"Call +1 555 0100"' }, requestPayload: '555' },
    };
    expect(messages(forged)).toEqual(messages(event));
  });

  it('of other sources become none', () => {
    const event = executionEvent('UnusedIamCredentials-Revoke', 'Failed');
    expect(messages({ ...event, source: 'my.tool' })).toEqual([]);
    expect(
      messages({ ...alarmEvent('unused-iam-credentials-NoSucceededRun'), source: 'my.tool' }),
    ).toEqual([]);
  });
});
