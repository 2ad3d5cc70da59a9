import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Input } from '../../../local-aws/protocol.ts';
import { allow, type RoleFixture, refusedBy, startRole } from './fixture.ts';

const users = 'arn:aws:iam::123456789012:user/*';
const parameters = 'arn:aws:ssm:us-east-1:123456789012:parameter/records/*';
const topic = 'arn:aws:sns:us-east-1:123456789012:alerts';
const key = 'arn:aws:kms:us-east-1:210987654321:key/1';

let role: RoleFixture;
beforeEach(async () => {
  role = await startRole();
});
afterEach(() => role.aws.close());

describe('a condition is given', () => {
  it('the tags of the user', () => {
    role.permit(allow('iam:GetUser', users), {
      ...{ Effect: 'Deny', Action: '*', Resource: '*' },
      Condition: { StringEquals: { 'aws:ResourceTag/protected': 'true' } },
    });
    const [frank] = role.account.users;
    expect(role.call('iam', 'GetUser', { UserName: 'frank' })).toBe('done');
    frank?.tags.push({ Key: 'Protected', Value: 'true' });
    expect(role.call('iam', 'GetUser', { UserName: 'frank' })).toEqual(refusedBy('AccessDenied'));
  });

  it('the tags of a request to TagUser, and the keys of one to UntagUser', () => {
    const keys = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } };
    const value = { StringEquals: { 'aws:RequestTag/a': '1' } };
    role.permit(
      allow('iam:TagUser', users, { ...keys, ...value }),
      allow('iam:UntagUser', users, keys),
    );
    const tag = (Key: string, Value: string) => ({ Key, Value });
    const add = (...Tags: object[]) => role.call('iam', 'TagUser', { UserName: 'frank', Tags });
    expect(add(tag('a', '1'), tag('b', '2'))).toBe('done');
    expect(add(tag('a', '2'))).toEqual(refusedBy('AccessDenied'));
    expect(add(tag('a', '1'), tag('c', '1'))).toEqual(refusedBy('AccessDenied'));
    const remove = (...TagKeys: string[]) =>
      role.call('iam', 'UntagUser', { UserName: 'frank', TagKeys });
    expect([remove('a'), remove('a', 'c')]).toEqual(['done', refusedBy('AccessDenied')]);
  });

  it('whether a parameter is overwritten, and its tags', () => {
    const put = 'ssm:PutParameter';
    const once = { StringEquals: { 'ssm:Overwrite': 'false' } };
    role.permit(
      allow(put, parameters, once),
      allow('ssm:AddTagsToResource', parameters, {
        'ForAllValues:StringLike': { 'aws:TagKeys': 'applied*' },
      }),
      allow('ssm:GetParameter', parameters, { Null: { 'aws:ResourceTag/applied': 'false' } }),
    );
    const parameter = { Name: '/records/1', Value: 'x', Type: 'String' };
    const write = (more: Input) => role.call('ssm', 'PutParameter', { ...parameter, ...more });
    const denied = refusedBy('AccessDeniedException');
    expect([write({}), write({ Overwrite: true })]).toEqual(['done', denied]);
    const read = () => role.call('ssm', 'GetParameter', { Name: '/records/1' });
    expect(read()).toEqual(denied);
    const tag = (Key: string) => ({
      ResourceType: 'Parameter',
      ResourceId: '/records/1',
      Tags: [{ Key, Value: '1' }],
    });
    expect(role.call('ssm', 'AddTagsToResource', tag('other'))).toEqual(denied);
    expect(role.call('ssm', 'AddTagsToResource', tag('applied'))).toBe('done');
    expect(read()).toBe('done');
  });

  it('the topic whose message a key encrypts, and publishing needs that key', () => {
    const publish = () => role.call('sns', 'Publish', { TopicArn: topic, Message: 'x' });
    const ofTopic = (TopicArn: string) => ({
      StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': TopicArn },
    });
    role.permit(allow('sns:Publish', topic));
    expect(publish()).toBe('done');
    role.account.topicKeys = new Map([[topic, key]]);
    expect(publish()).toEqual(refusedBy('KMSAccessDenied'));
    const use = ['kms:GenerateDataKey', 'kms:Decrypt'];
    role.permit(allow('sns:Publish', topic), allow(use, key, ofTopic(`${topic}-2`)));
    expect(publish()).toMatch(/kms:GenerateDataKey on resource: .*key\/1/);
    role.permit(allow('sns:Publish', topic), allow('kms:GenerateDataKey', key, ofTopic(topic)));
    expect(publish()).toMatch(/kms:Decrypt on resource/);
    role.permit(allow('sns:Publish', topic), allow(use, key, ofTopic(topic)));
    expect(publish()).toBe('done');
  });
});

it('what makes something with tags needs the permission to tag', () => {
  const secrets = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:new-??????';
  const Tags = [{ Key: 'a', Value: '1' }];
  role.permit(allow('secretsmanager:CreateSecret', secrets), allow('ssm:PutParameter', parameters));
  const create = (more: Input) =>
    role.call('secretsmanager', 'CreateSecret', { Name: 'new', ...more });
  expect(create({ Tags })).toMatch(/secretsmanager:TagResource on resource: .*:secret:new-/);
  expect(create({})).toBe('done');
  const parameter = { Name: '/records/1', Value: 'x', Type: 'String' };
  const put = (more: Input) => role.call('ssm', 'PutParameter', { ...parameter, ...more });
  expect(put({ Tags })).toMatch(/ssm:AddTagsToResource on resource/);
  expect(put({})).toBe('done');
});

it('who starts a document passes its role to Automation', () => {
  const definition = 'arn:aws:ssm:us-east-1:123456789012:automation-definition/Go:*';
  const AutomationAssumeRole = ['arn:aws:iam::123456789012:role/Other'];
  const start = () =>
    role.call('ssm', 'StartAutomationExecution', {
      ...{ DocumentName: 'Go', Parameters: { AutomationAssumeRole } },
    });
  const begin = allow('ssm:StartAutomationExecution', definition);
  const toAutomation = { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } };
  role.permit(begin);
  expect(start()).toMatch(/iam:PassRole on resource: .*:role\/Other /);
  role.permit(begin, allow('iam:PassRole', String(AutomationAssumeRole), toAutomation));
  expect(start()).toMatch(/^AutomationDefinitionNotFoundException/);
});
