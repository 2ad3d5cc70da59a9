import { beforeAll, describe, expect, it } from 'vitest';
import { accountParameters } from '../../infra/account-parameters.ts';
import { remediationParameters } from '../../infra/remediation-parameters.ts';
import type { ResolvedResource } from '../local-aws/template/resolve-template.ts';
import type { Template } from '../local-aws/template/template.ts';
import { matchesEvent } from './matches-event.ts';
import {
  home,
  inWaves,
  organizationText,
  others,
  pilot,
  required,
  resolveOrganization,
} from './organization-template.ts';
import { ofType, propertiesOf } from './resolved.ts';
import { accountTemplate } from './synthesized.ts';
import { type InputTransformer, transformInput } from './transform-input.ts';

const protection = {
  ProtectByPolicy: 'true',
  PolicyTargetIds: 'r-ab12,123456789012',
  AdministratorRoleArns: 'arn:aws:iam::*:role/SecurityAdmin',
};

let text: string;
let template: Template;
let resources: readonly ResolvedResource[];
beforeAll(async () => {
  text = await organizationText();
  template = JSON.parse(text);
  resources = await resolveOrganization();
});

const further = { AutomaticRemediation: 'true', MaxCredentialUsageAge: '30' };
const stackSet = (made = resources) => propertiesOf(made, 'StackSet');
const anybodyInIt = { StringEquals: { 'aws:PrincipalOrgID': required.OrganizationId } };
const ofOrganization = (...names: readonly string[]) => ({
  ...anybodyInIt,
  ArnLike: {
    'aws:PrincipalArn': names.map((name) => `arn:aws:iam::*:role/UnusedIamCredentials-${name}-*`),
  },
});
const place = `${home.region}:${home.accountId}`;
const topicArn = `arn:aws:sns:${place}:unused-iam-credentials`;

describe('the template', () => {
  it('is small enough to be given without a bucket, and needs no asset, bootstrap or function', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(51_200);
    expect(text).not.toMatch(
      /AssetParameters|BootstrapVersion|CDKMetadata|Fn::Transform|Lambda::F/u,
    );
    expect(new Set(Object.values(template.Parameters ?? {}).map(({ Type }) => Type))).toEqual(
      new Set(['String']),
    );
  });

  it('names every action', () => {
    const actions = [...text.matchAll(/"(?:Not)?Action": (?:"([^"]*)"|\[([^\]]*)\])/gu)];
    expect(actions.length).toBeGreaterThan(8);
    expect(actions.filter(([all]) => all.includes('*') || all.includes('Not'))).toEqual([]);
  });

  it('refuses a Region in which AWS Config records no users', async () => {
    const region = 'eu-central-2';
    await expect(resolveOrganization({}, undefined, { ...home, region })).rejects.toThrow(
      /Region/u,
    );
  });

  it.each(['us-gov-west-1', 'cn-north-1'])(
    'names nothing of another partition in %s',
    async (region) => {
      const partition = region.startsWith('cn-') ? 'aws-cn' : 'aws-us-gov';
      const given = { CreateAggregator: 'true', NotificationEmail: 'security@example.com' };
      const AdministratorRoleArns = `arn:${partition}:iam::*:role/SecurityAdmin`;
      const made = await resolveOrganization(
        { ...protection, ...given, AdministratorRoleArns },
        undefined,
        { ...home, region },
      );
      const written = JSON.stringify(made);
      expect(written).not.toContain('arn:aws:');
      expect(written).toContain(`arn:${partition}:`);
      expect(ofType(made, 'AWS::Organizations::Policy').size).toBe(1);
    },
  );

  it('asks for what only the organization knows', async () => {
    const { Parameters = {} } = template;
    const asked = Object.entries(Parameters).filter(([, { Default }]) => Default === undefined);
    expect(new Set(asked.map(([name]) => name))).toEqual(new Set(Object.keys(required)));
    for (const wrong of ['', 'r-AB12', 'ou-ab12', 'r-ab12,ou-ab12-cd34ef56', '123456789012']) {
      await expect(resolveOrganization({ OrganizationalUnitIds: wrong })).rejects.toThrow(
        /ID of the root/u,
      );
    }
    await expect(resolveOrganization({ TemplateUrl: 's3://b/k' })).rejects.toThrow(/https/u);
    await expect(resolveOrganization({ OrganizationId: 'r-ab12' })).rejects.toThrow(
      /o-a1b2c3d4e5/u,
    );
  });
});

describe('the StackSet', () => {
  it('puts the account template into the units in this Region, into joining accounts too, cautiously', () => {
    expect(stackSet()).toMatchObject({
      StackSetName: 'UnusedIamCredentials',
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'SELF',
      TemplateURL: required.TemplateUrl,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      ManagedExecution: { Active: true },
      OperationPreferences: { FailureTolerancePercentage: 10, MaxConcurrentPercentage: 10 },
      StackInstancesGroup: [
        { DeploymentTargets: { OrganizationalUnitIds: ['r-ab12'] }, Regions: [home.region] },
      ],
    });
  });

  it('passes every parameter of the account stack on, and what is central as it is here', async () => {
    const names = Object.keys(accountParameters).filter((name) => name !== 'NotificationEmail');
    const values = { MaxPasswordUsageAge: '30', EnforceFrom: '2027-01-31', LogRetentionDays: '7' };
    const { Parameters } = stackSet(await resolveOrganization(values)) as {
      Parameters: { ParameterKey: string; ParameterValue: string }[];
    };
    expect(Parameters.length).toBe(names.length);
    const passed = new Map(Parameters.map((each) => [each.ParameterKey, each.ParameterValue]));
    expect(new Set(passed.keys())).toEqual(new Set(names));
    expect(Object.fromEntries(passed)).toMatchObject({
      ...values,
      CentralEventBusArn: '<EventBus.Arn>',
      CentralTopicArn: '<Topic>',
      CentralKeyArn: '<Key.Arn>',
    });
    for (const [name, { default: value }] of Object.entries(accountParameters)) {
      if (name in values || name === 'NotificationEmail' || name.startsWith('Central')) continue;
      expect(passed.get(name)).toBe(value);
    }
  });

  it('takes the same values for them as the account template, and refuses the same', async () => {
    const { Parameters: own = {} } = template;
    const { Parameters: accounts } = await accountTemplate();
    for (const name of Object.keys(accounts).filter((each) => !each.startsWith('Central'))) {
      expect(own[name]).toEqual(accounts[name]);
    }
  });

  it('comes after the policies of bus and topic, to which the accounts send at once', () => {
    const { DependsOn } = { DependsOn: [], ...template.Resources['StackSet'] };
    expect(DependsOn).toEqual(['EventBusPolicy', 'TopicPolicy']);
  });

  it('waits for the recorders’ StackSet where there is one', async () => {
    const arn = `arn:aws:cloudformation:${place}:stackset/Recorders:1f2e3d4c-1111-2222-3333-444455556666`;
    const made = await resolveOrganization({ RecorderStackSetArn: arn });
    expect(stackSet(made)).toMatchObject({ AutoDeployment: { DependsOn: [arn] } });
    expect(stackSet()['AutoDeployment']).not.toHaveProperty('DependsOn');
    const name = resolveOrganization({ RecorderStackSetArn: 'Recorders' });
    await expect(name).rejects.toThrow(/ARN of a StackSet/u);
  });

  it('gives each wave its own values; the others, and accounts that join, get the StackSet’s', async () => {
    const made = stackSet(await resolveOrganization({}, inWaves));
    const overrides = (parameters: Record<string, string>) =>
      Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ...{ ParameterKey, ParameterValue },
      }));
    expect(made['StackInstancesGroup']).toEqual(
      [pilot, others].map(({ organizationalUnitIds: OrganizationalUnitIds, parameters }) => ({
        DeploymentTargets: { OrganizationalUnitIds },
        Regions: [home.region],
        ParameterOverrides: overrides(parameters),
      })),
    );
    expect(made['Parameters']).toEqual(
      expect.arrayContaining([
        { ParameterKey: 'MaxCredentialUsageAge', ParameterValue: '90' },
        { ParameterKey: 'AutomaticRemediation', ParameterValue: 'false' },
      ]),
    );
  });

  it('does not revoke in accounts that join a wave which does not', async () => {
    const automatic = { AutomaticRemediation: 'true' };
    await expect(resolveOrganization(automatic, inWaves)).rejects.toThrow(
      /^Waves set MaxRevocationsPerDay, AutomaticRemediation, ExemptPathPrefixes, and accounts that join them later/u,
    );
    const ready = { ...inWaves, waves: [{ ...others, parameters: { ...further } }] };
    await expect(resolveOrganization(automatic, ready)).resolves.toBeDefined();
    await expect(resolveOrganization(automatic)).resolves.toBeDefined();
  });

  it.each(Object.entries(remediationParameters))(
    'does not revoke automatically by its own values where a wave has others: %s',
    async (name, { default: value }) => {
      const waves = [{ ...others, parameters: { [name]: value } }];
      const automatic = resolveOrganization(
        { AutomaticRemediation: 'true' },
        { defaults: {}, waves },
      );
      await expect(automatic).rejects.toThrow(`Waves set ${name}, `);
      await expect(resolveOrganization({}, { defaults: {}, waves })).resolves.toBeDefined();
    },
  );

  it('goes where the waves say, and nowhere else, if there are any', async () => {
    const OrganizationalUnitIds = 'r-ab12';
    const both = resolveOrganization({ OrganizationalUnitIds }, inWaves);
    await expect(both).rejects.toThrow(/OrganizationalUnitIds\] do not exist/u);
  });
});

describe('what the accounts send', () => {
  it('of events, comes to one bus from nobody outside the organization', () => {
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
        Condition: ofOrganization('Evaluate', 'Revoke', 'Restore'),
      },
      {
        ...{ Sid: 'Events', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
        ...publish,
      },
      {
        ...{ Sid: 'OnlyEncrypted', Effect: 'Deny', Principal: '*', ...publish },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  it('is encrypted with a key that the same roles use for this topic only', () => {
    const key = propertiesOf(resources, 'Key');
    expect(key).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 7 });
    const { Statement } = key['KeyPolicy'] as { Statement: Record<string, unknown>[] };
    const use = { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' };
    const { StringEquals, ArnLike } = ofOrganization('Evaluate', 'Revoke', 'Restore');
    const [administration, ...users] = Statement;
    expect(users).toEqual([
      {
        ...{ Sid: 'Publishers', Effect: 'Allow', Principal: { AWS: '*' }, ...use },
        Condition: {
          StringEquals: {
            ...StringEquals,
            'kms:EncryptionContext:aws:sns:topicArn': topicArn,
          },
          ArnLike,
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
  const alarm = (alarmName: string, description: string, value = 'ALARM') => ({
    ...{ 'detail-type': 'CloudWatch Alarm State Change', source: 'aws.cloudwatch' },
    ...{ account: '123456789012', time: '2026-11-21T10:00:00Z', region: 'eu-central-1' },
    detail: {
      ...{ alarmName, configuration: { description } },
      state: { value, reason: 'Threshold Crossed: 1 datapoint [1.0] was greater than 1.0.' },
    },
  });
  const execution = (Definition: string, Status: string) => ({
    ...{ 'detail-type': 'EC2 Automation Execution Status-change Notification', source: 'aws.ssm' },
    ...{ account: '123456789012', time: '2026-11-21T10:00:00Z', region: 'eu-central-1' },
    detail: { Definition, Status, ExecutionId: '333ba70b-2333-48db-b17e-a5e69c6f4d1c' },
  });
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

  it('that are alarms become messages with account, Region, alarm, what to do and reason', async () => {
    const { Resources } = await accountTemplate();
    const alarms = Object.entries(Resources).filter(
      ([, { Type }]) => Type === 'AWS::CloudWatch::Alarm',
    );
    expect(alarms.length).toBeGreaterThan(2);
    for (const [name, { Properties }] of alarms) {
      const description = String(Properties?.['AlarmDescription']);
      expect(messages(alarm(name, description))).toEqual([
        [
          `Alarm ${name} in account 123456789012, eu-central-1, at 2026-11-21T10:00:00Z.`,
          description,
          'Threshold Crossed: 1 datapoint [1.0] was greater than 1.0.',
        ],
      ]);
    }
    expect(messages(alarm('RuleFailed', 'x', 'OK'))).toEqual([]);
  });

  it('that are failed executions become messages that name account and execution', () => {
    const [lines = []] = messages(execution('UnusedIamCredentials-Revoke', 'Failed'));
    expect(lines[0]).toMatch(
      /Revoke ended Failed in account 123456789012, eu-central-1, .*333ba70b/u,
    );
    expect(messages(execution('UnusedIamCredentials-Revoke', 'Success'))).toEqual([]);
    expect(messages(execution('Other', 'Failed'))).toEqual([]);
  });

  it('of other sources become none', () => {
    const event = execution('UnusedIamCredentials-Revoke', 'Failed');
    expect(messages({ ...event, source: 'my.tool' })).toEqual([]);
    expect(messages({ ...alarm('RuleFailed', 'x'), source: 'my.tool' })).toEqual([]);
  });
});

describe('the view of all accounts', () => {
  it('is an aggregator over the organization in this Region, with its role', () => {
    expect(propertiesOf(resources, 'Aggregator')).toEqual({
      ConfigurationAggregatorName: 'unused-iam-credentials',
      OrganizationAggregationSource: { RoleArn: '<AggregatorRole.Arn>', AwsRegions: [home.region] },
    });
    const role = propertiesOf(resources, 'AggregatorRole');
    expect(role).toMatchObject({
      RoleName: `UnusedIamCredentials-Aggregator-${home.region}`,
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSConfigRoleForOrganizations'],
      // Of a condition on whose behalf, AWS documents none.
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
            Principal: { Service: 'config.amazonaws.com' },
          },
        ],
      },
    });
  });

  it('can be left out', async () => {
    const without = await resolveOrganization({ CreateAggregator: 'false' });
    expect(without.filter(({ id }) => id.startsWith('Aggregator'))).toEqual([]);
  });
});

describe('the service control policy', () => {
  it('is there only if asked for, where it is to be attached', async () => {
    expect(ofType(resources, 'AWS::Organizations::Policy').size).toBe(0);
    expect(propertiesOf(await resolveOrganization(protection), 'ProtectionPolicy')).toMatchObject({
      ...{ Type: 'SERVICE_CONTROL_POLICY', TargetIds: ['r-ab12', '123456789012'] },
    });
  });

  it('has a name of its own in each Region, since names are the organization’s', async () => {
    const nameIn = async (region: string) => {
      const made = await resolveOrganization(protection, undefined, { ...home, region });
      return propertiesOf(made, 'ProtectionPolicy')['Name'];
    };
    expect(await nameIn('eu-central-1')).toBe('unused-iam-credentials-eu-central-1');
    expect(await nameIn('us-east-1')).toBe('unused-iam-credentials-us-east-1');
  });

  it('comes from the management account only; a delegated administrator has all the rest', async () => {
    const CallAs = 'DELEGATED_ADMIN';
    const policy = resolveOrganization({ ...protection, CallAs });
    await expect(policy).rejects.toThrow(/Only the management account.*IamCredentialsProtection/u);
    const made = await resolveOrganization({ CallAs });
    expect(stackSet(made)).toMatchObject({ CallAs });
    expect(made.map(({ id }) => id)).toEqual(resources.map(({ id }) => id));
  });

  it.each(['PolicyTargetIds', 'AdministratorRoleArns'])('is refused without %s', async (name) => {
    const incomplete = resolveOrganization({ ...protection, [name]: '' });
    await expect(incomplete).rejects.toThrow(/needs PolicyTargetIds/u);
  });

  it.each([
    ...['arn:aws:iam::*:role/*', 'arn:aws:iam::*:role/?*', 'arn:aws:iam::*:user/alice', 'Admin'],
    ...['arn:aws:iam::123456789012:root', 'arn:aws:iam::*:role/Admin,', '*'],
  ])('spares no %s', async (AdministratorRoleArns) => {
    const policy = resolveOrganization({ ...protection, AdministratorRoleArns });
    await expect(policy).rejects.toThrow(/ARNs of IAM roles/u);
  });
});
