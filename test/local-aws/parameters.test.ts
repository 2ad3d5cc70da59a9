import { SSM } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deny, throttle } from '../../local-aws/faults.ts';
import { startLocalAws } from '../../local-aws/server.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

const Type = 'String';
const OPERATOR = 'arn:aws:iam::123456789012:user/operator';
const INVALID = 'ValidationException 400';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

const put = (Name: string, Value = 'x', Overwrite = false) =>
  fixture.ssm.putParameter({ Name, Value, Overwrite, Type });
const namesOf = (parameters: { Name?: string | undefined }[] | undefined) =>
  parameters?.map(({ Name }) => Name);

describe('a parameter', () => {
  it('is written once, and overwritten only where that is asked for', async () => {
    expect(await put('/rule/mia', 'first')).toMatchObject({ Version: 1, Tier: 'Standard' });
    await expectError(put('/rule/mia', 'second'), 'ParameterAlreadyExists 400');
    fixture.now += 1000;
    expect(await put('/rule/mia', 'second', true)).toMatchObject({ Version: 2 });
    const { Parameter } = await fixture.ssm.getParameter({ Name: '/rule/mia' });
    expect(Parameter).toEqual({
      ...{ Name: '/rule/mia', Type, Value: 'second', Version: 2, DataType: 'text' },
      LastModifiedDate: new Date(START + 1000),
      ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/rule/mia',
    });
    const missing = fixture.ssm.getParameter({ Name: '/rule' });
    await expectError(missing, 'ParameterNotFound 400');
  });

  it('has a legal name and a value of 1 to 4,096 characters that nests no other', async () => {
    const names = ['/a//b', '/a/', 'a/b', '/a b', 'aws-a', 'SSM-a', 'x'.repeat(1012)];
    for (const name of [...names, '/a'.repeat(16)]) await expectError(put(name), INVALID, /Name/);
    await expectError(put('/aws/a'), 'AccessDeniedException 400', /reserved/);
    for (const value of ['', 'x'.repeat(4097), 'a{{b']) {
      await expectError(put('a', value), INVALID, /Value/);
    }
    for (const name of ['a', 'A_1.b-c', '/a'.repeat(15)]) await put(name, 'x'.repeat(4096));
    const secure = fixture.ssm.putParameter({ Name: 'b', Value: 'x', Type: 'SecureString' });
    await expectError(secure, INVALID, /Type/);
    await expectError(fixture.ssm.putParameter({ Name: 'b', Value: 'x' }), INVALID, /Type/);
    const same = { Name: 'a', Value: 'y', Overwrite: true };
    expect(await fixture.ssm.putParameter(same)).toMatchObject({ Version: 2 });
  });

  it('keeps 100 versions, which are paged, each with the time and who wrote it', async () => {
    for (let index = 1; index <= 101; index += 1) await put('a', `${index}`, true);
    const first = await fixture.ssm.getParameterHistory({ Name: 'a' });
    expect(first.Parameters).toHaveLength(50);
    expect(first.Parameters?.[0]).toMatchObject({
      ...{ Name: 'a', Type, Value: '2', Version: 2 },
      ...{ LastModifiedDate: new Date(START), LastModifiedUser: OPERATOR },
    });
    const { NextToken } = first;
    const second = await fixture.ssm.getParameterHistory({ Name: 'a', NextToken });
    expect(second.Parameters?.at(-1)).toMatchObject({ Value: '101', Version: 101 });
    expect(second.NextToken).toBeUndefined();
    const absent = fixture.ssm.getParameterHistory({ Name: 'b' });
    await expectError(absent, 'ParameterNotFound 400');
    const many = fixture.ssm.getParameterHistory({ Name: 'a', MaxResults: 51 });
    await expectError(many, INVALID);
  });

  it('has tags, which are added to and replaced', async () => {
    const resource = { ResourceType: 'Parameter', ResourceId: 'a' } as const;
    const Tags = [{ Key: 'team', Value: 'blue' }];
    const request = { Name: 'a', Value: 'x', Type, Tags } as const;
    const missing = 'InvalidResourceId 400';
    await expectError(fixture.ssm.addTagsToResource({ ...resource, Tags }), missing);
    await expectError(fixture.ssm.listTagsForResource(resource), missing);
    await expectError(fixture.ssm.putParameter({ ...request, Overwrite: true }), INVALID);
    await fixture.ssm.putParameter(request);
    const added = [
      { Key: 'team', Value: '' },
      { Key: 'Team', Value: 'red' },
    ];
    await fixture.ssm.addTagsToResource({ ...resource, Tags: added });
    await put('a', 'y', true);
    expect(await fixture.ssm.listTagsForResource(resource)).toMatchObject({ TagList: added });
    const other = { ...resource, ResourceType: 'Document' } as const;
    await expectError(fixture.ssm.listTagsForResource(other), 'InvalidResourceType 400');
  });
});

describe('parameters', () => {
  it('below a path are sorted, paged by 10 and, unless asked for, not from deeper levels', async () => {
    for (const name of ['/a/c', '/a/b', '/ab', '/a/b/d', 'a']) await put(name);
    const Path = '/a';
    const { Parameters } = await fixture.ssm.getParametersByPath({ Path });
    expect(namesOf(Parameters)).toEqual(['/a/b', '/a/c']);
    expect(Parameters?.[0]).toMatchObject({ Value: 'x', Version: 1, Type });
    const deep = await fixture.ssm.getParametersByPath({ Path, Recursive: true, MaxResults: 2 });
    expect(namesOf(deep.Parameters)).toEqual(['/a/b', '/a/b/d']);
    const rest = await fixture.ssm.getParametersByPath({
      ...{ Path, Recursive: true, NextToken: deep.NextToken },
    });
    expect(namesOf(rest.Parameters)).toEqual(['/a/c']);
    const refused = (request: object) =>
      fixture.ssm.getParametersByPath({ Path, Recursive: true, ...request });
    await expectError(refused({ MaxResults: 11 }), INVALID);
    await expectError(refused({ Path: 'a' }), INVALID);
    await expectError(refused({ NextToken: 'x' }), 'InvalidNextToken 400');
    for (let index = 0; index < 11; index += 1) await put(`/many/${index}`);
    const many = await fixture.ssm.getParametersByPath({ Path: '/many' });
    expect(many).toMatchObject({ Parameters: { length: 10 }, NextToken: expect.any(String) });
  });

  it('are described by who wrote them last, without their values', async () => {
    for (const name of ['/a/b/d', '/ab', '/a/b']) await put(name);
    const below = (Option: string, ...Values: string[]) =>
      fixture.ssm.describeParameters({ ParameterFilters: [{ Key: 'Path', Option, Values }] });
    const { Parameters } = await below('Recursive', '/a');
    expect(namesOf(Parameters)).toEqual(['/a/b', '/a/b/d']);
    expect(Parameters?.[0]).toMatchObject({
      ...{ Version: 1, Type, LastModifiedDate: new Date(START), LastModifiedUser: OPERATOR },
    });
    expect(Parameters?.[0]).not.toHaveProperty('Value');
    const all = await fixture.ssm.describeParameters({});
    expect(namesOf(all.Parameters)).toEqual(['/a/b', '/a/b/d', '/ab']);
    await expectError(below('OneLevel', '/a'), 'InvalidFilterOption 400');
    const byName = { ParameterFilters: [{ Key: 'Name', Values: ['/a'] }] };
    await expectError(fixture.ssm.describeParameters(byName), 'InvalidFilterKey 400');
    await expectError(below('Recursive'), INVALID);
    await expectError(fixture.ssm.describeParameters({ MaxResults: 51 }), INVALID);
  });

  it('are written by whom the access key belongs to, where the server is told', async () => {
    const role = 'arn:aws:sts::123456789012:assumed-role/role/session';
    const callerOf = (accessKeyId: string) => (accessKeyId === 'ASIAROLE' ? role : undefined);
    const { endpoint, close } = await startLocalAws(fixture.account, { callerOf });
    for (const accessKeyId of ['ASIAROLE', 'AKIALOCAL']) {
      const credentials = { accessKeyId, secretAccessKey: 'local' };
      const ssm = new SSM({ endpoint, region: 'us-east-1', credentials });
      await ssm.putParameter({ Name: accessKeyId, Value: 'x', Type });
      ssm.destroy();
    }
    await close();
    const { Parameters } = await fixture.ssm.describeParameters({});
    const writers = Parameters?.map(({ LastModifiedUser }) => LastModifiedUser);
    expect(writers).toEqual([OPERATOR, role]);
  });

  it('are throttled and denied under the names that Systems Manager has for it', async () => {
    fixture.aws.faults.push(throttle('GetParameter', 1), deny('GetParameter'));
    const read = () => fixture.ssm.getParameter({ Name: 'a' });
    await expectError(read(), 'ThrottlingException 400');
    await expectError(read(), 'AccessDeniedException 400', /perform: ssm:GetParameter/);
    const unknown = fixture.ssm.deleteParameter({ Name: 'a' });
    await expectError(unknown, 'UnknownOperationException 400');
  });
});
