import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { authorizeAction, listPermissions } from '../../../local-aws/policy/authorize.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { type DeployedStack, deployTemplate } from '../../../local-aws/template/deploy.ts';
import { alarms } from '../../../scripts/readme/cost.ts';
import { accountTemplate } from '../synthesized.ts';
import { place } from './account.ts';

const central = 'us-east-1:210987654321';
const topicArn = `arn:aws:sns:${central}:unused-iam-credentials`;
const keyArn = `arn:aws:kms:${central}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const parameters = {
  CentralTopicArn: topicArn,
  CentralKeyArn: keyArn,
  CentralEventBusArn: `arn:aws:events:${central}:event-bus/unused-iam-credentials`,
};

const account = createAccount({ topicKeys: new Map([[topicArn, keyArn]]) });
let aws: LocalAws;
let stack: DeployedStack;
const session = (role: string) =>
  `arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-${role}-us-east-1/test`;
const publish = (role: string, TopicArn = topicArn) => {
  const input = { TopicArn, Message: 'x' };
  return aws.perform({ service: 'sns', operation: 'Publish', input, caller: session(role) });
};

beforeAll(async () => {
  stack = deployTemplate(account, await accountTemplate(), { ...place, parameters });
  aws = await startLocalAws(account);
});
afterAll(() => aws.close());

describe('the stack of an account in an organization', () => {
  it('has as many alarms as the README’s costs say', () => {
    const found = stack.resources.filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
    expect(found).toHaveLength(alarms);
  });

  it('has no topic of its own: remediation and digest go to the central one', () => {
    const types = stack.resources.map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('AWS::SNS::'))).toEqual([]);
    const [remediation] = account.config.remediations.values();
    expect(remediation?.parameters['NotificationTopicArn']).toBe(topicArn);
    const evaluate = stack.functions.get('unused-iam-credentials-evaluate');
    expect(evaluate?.environment).toEqual({ NOTIFICATION_TOPIC_ARN: topicArn });
  });

  it.each(['Evaluate', 'Revoke', 'Restore'])(
    'lets %s publish there, by its key, and nowhere else',
    (role) => {
      expect(() => publish(role)).not.toThrow();
      expect(() => publish(role, `${topicArn}-other`)).toThrow(/not authorized/u);
      account.topicKeys?.set(topicArn, keyArn.replace('1234abcd', '4321dcba'));
      expect(() => publish(role)).toThrow(/kms:/u);
      account.topicKeys?.set(topicArn, keyArn);
    },
  );

  it.each(['PlanRevocation', 'PlanRestoration', 'IssuePassword', 'Forward'])(
    'lets %s not publish',
    (role) => {
      expect(() => publish(role)).toThrow(/not authorized/u);
    },
  );

  it('sends failed executions and alarms to the central bus, under a role that may do nothing else', () => {
    const rules = stack.resources.filter(({ type }) => type === 'AWS::Events::Rule');
    expect(rules.map(({ id }) => id)).toEqual(['FailedExecutionsToBus', 'AlarmsToBus']);
    for (const { properties } of rules) {
      expect(properties['Targets']).toEqual([
        {
          ...{ Id: 'CentralEventBus', Arn: parameters.CentralEventBusArn },
          RoleArn: 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Forward-us-east-1',
        },
      ]);
    }
    const put = {
      action: 'events:PutEvents',
      resource: parameters.CentralEventBusArn,
      context: {},
    };
    expect(() => authorizeAction(account, session('Forward'), put)).not.toThrow();
    const all = [...listPermissions(account.roles ?? new Map())];
    const own = all.filter((permission) => permission.includes('-Forward-'));
    expect(own.filter((permission) => !account.permissionsUsed.has(permission))).toEqual([]);
    expect(own).toHaveLength(1);
  });

  it.each([['CentralTopicArn'], ['CentralKeyArn'], ['CentralEventBusArn']])(
    'is refused without %s',
    async (missing) => {
      const request = { ...place, parameters: { ...parameters, [missing]: '' } };
      const template = await accountTemplate();
      expect(() => deployTemplate(createAccount(), template, request)).toThrow(
        /CentralEventBusArn, CentralTopicArn and CentralKeyArn belong together/u,
      );
    },
  );

  it.each(['eu-central-2', 'il-central-1', 'xx-new-1'])(
    'is refused in %s, where IAM users are not recorded',
    async (region) => {
      const template = await accountTemplate();
      expect(() => deployTemplate(createAccount(), template, { ...place, region })).toThrow(
        /AWS Config does not record IAM users in this Region/u,
      );
    },
  );
});
