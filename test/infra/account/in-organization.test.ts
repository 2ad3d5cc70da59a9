import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../../local-aws/account.ts';
import { authorizeAction, listPermissions } from '../../../local-aws/policy/authorize.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { type DeployedStack, deployTemplate } from '../../../local-aws/template/deploy.ts';
import { alarms } from '../../../scripts/readme/cost.ts';
import { accountTemplate } from '../synthesized.ts';
import { place, readerRole } from './deploy.ts';

const central = 'us-east-1:210987654321';
const topicArn = `arn:aws:sns:${central}:unused-iam-credentials`;
const keyArn = `arn:aws:kms:${central}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const parameters = {
  CentralTopicArn: topicArn,
  CentralKeyArn: keyArn,
  CentralEventBusArn: `arn:aws:events:${central}:event-bus/unused-iam-credentials`,
};
const withPasswords = { ...parameters, PasswordReaderRoleArn: readerRole };

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
  stack = deployTemplate(account, await accountTemplate(), {
    ...place,
    parameters: withPasswords,
  });
  aws = await startLocalAws(account);
});
afterAll(() => aws.close());

describe('the stack of an account in an organization', () => {
  it('has as many alarms as the documented costs assume', () => {
    const found = stack.resources.filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
    expect(found).toHaveLength(alarms);
  });

  it('has the event rules to the central bus that docs/organization.md names', () => {
    const rules = stack.resources.filter(({ type }) => type === 'AWS::Events::Rule');
    const names = rules.map(({ properties }) => String(properties['Name']));
    const page = readFileSync(new URL('../../../docs/organization.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/`(?:unused-iam-credentials|…)-(\w+ToBus)`/gu)];
    expect(new Set(documented.map(([, id]) => `unused-iam-credentials-${id}`))).toEqual(
      new Set(names.filter((name) => name.endsWith('ToBus'))),
    );
  });

  it.each([
    ...['Evaluate', 'PlanRevocation', 'PlanRestoration', 'IssuePassword'],
    ...['Revoke', 'Restore'],
  ])('lets %s publish to the central topic with its key, and to no other', (role) => {
    expect(() => publish(role)).not.toThrow();
    expect(() => publish(role, `${topicArn}-other`)).toThrow(/not authorized/u);
    account.topicKeys?.set(topicArn, keyArn.replace('1234abcd', '4321dcba'));
    expect(() => publish(role)).toThrow(/kms:/u);
    account.topicKeys?.set(topicArn, keyArn);
  });

  it('does not let the role Forward publish', () => {
    expect(() => publish('Forward')).toThrow(/not authorized/u);
  });

  it('lets the role Forward send events to the central bus, and do nothing else', () => {
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

  it('is refused with only some of the three central parameters, and accepted with all or none', async () => {
    const template = await accountTemplate();
    const given = Object.entries(parameters);
    for (let set = 0; set < 2 ** given.length; set += 1) {
      const some = given.filter((_, index) => Math.floor(set / 2 ** index) % 2 === 1);
      const request = { ...place, parameters: Object.fromEntries(some) };
      const deploy = () => deployTemplate(createAccount(), template, request);
      if (some.length === 0 || some.length === given.length) expect(deploy).not.toThrow();
      else expect(deploy).toThrow(/belong together/u);
    }
  });
});
