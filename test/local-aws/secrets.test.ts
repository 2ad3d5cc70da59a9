import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deny, throttle } from '../../local-aws/faults.ts';
import { expectError, type Fixture, startFixture } from './fixture.ts';

const [Name, SecretId] = ['rule/mia', 'rule/mia'];
const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:rule/mia-AbCdEf';
const MISSING = 'ResourceNotFoundException 400';
const WRONG = 'InvalidParameterException 400';
const token = (letter: string) => letter.repeat(32);

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

const put = (letter: string, VersionStages?: string[], SecretString = letter) =>
  fixture.secrets.putSecretValue({
    ...{ SecretId, SecretString, ClientRequestToken: token(letter) },
    ...(VersionStages && { VersionStages }),
  });

async function stages() {
  const { VersionIdsToStages = {} } = await fixture.secrets.describeSecret({ SecretId });
  const rows = Object.entries(VersionIdsToStages);
  return Object.fromEntries(rows.map(([id, labels]) => [id[0], labels.toSorted()]));
}

describe('a secret', () => {
  it('is made once, with or without a value, and found by its name and by its ARN', async () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    const made = await fixture.secrets.createSecret({ Name, Description: 'One', Tags });
    expect(made).toMatchObject({ ARN, Name });
    expect(made.VersionId).toBeUndefined();
    await expectError(fixture.secrets.createSecret({ Name }), 'ResourceExistsException 400');
    for (const id of [Name, ARN]) {
      const described = await fixture.secrets.describeSecret({ SecretId: id });
      expect(described).toMatchObject({ ARN, Name, Description: 'One', Tags });
    }
    const valued = { Name: 'other', SecretString: 'x', ClientRequestToken: token('a') };
    expect(await fixture.secrets.createSecret(valued)).toMatchObject({ VersionId: token('a') });
    const [version] = fixture.account.secrets.get('other')?.versions ?? [];
    expect(version).toEqual({ id: token('a'), value: 'x', stages: ['AWSCURRENT'] });
    const odd = fixture.secrets.createSecret({ Name: 'a b' });
    await expectError(odd, 'ValidationException 400', /Name/);
  });

  it('takes a policy', async () => {
    await fixture.secrets.createSecret({ Name });
    const setPolicy = (ResourcePolicy: string, id = SecretId) =>
      fixture.secrets.putResourcePolicy({ SecretId: id, ResourcePolicy });
    expect(await setPolicy('{"Version":"2012-10-17"}')).toMatchObject({ ARN, Name });
    expect(fixture.account.secrets.get(Name)?.policy).toBe('{"Version":"2012-10-17"}');
    await expectError(setPolicy('{}', 'none'), MISSING);
  });

  it('that is not there is not found', async () => {
    await expectError(fixture.secrets.describeSecret({ SecretId }), MISSING);
    await expectError(put('a'), MISSING);
    const VersionStage = 'x';
    await expectError(
      fixture.secrets.updateSecretVersionStage({ SecretId, VersionStage }),
      MISSING,
    );
  });

  it('is throttled and denied under the names that Secrets Manager has for it', async () => {
    fixture.aws.faults.push(throttle('DescribeSecret', 1), deny('DescribeSecret'));
    const read = () => fixture.secrets.describeSecret({ SecretId });
    await expectError(read(), 'ThrottlingException 400');
    await expectError(read(), 'AccessDeniedException 400', /secretsmanager:DescribeSecret/);
  });
});

describe('a version', () => {
  beforeEach(() => fixture.secrets.createSecret({ Name }));

  it('becomes current, the one before previous, and an unlabelled one is not described', async () => {
    expect(await put('a')).toMatchObject({
      ...{ ARN, Name, VersionId: token('a'), VersionStages: ['AWSCURRENT'] },
    });
    await put('b');
    expect(await stages()).toEqual({ a: ['AWSPREVIOUS'], b: ['AWSCURRENT'] });
    await put('c');
    expect(await stages()).toEqual({ b: ['AWSPREVIOUS'], c: ['AWSCURRENT'] });
  });

  it('takes the labels it is given from others, and the first is current in any case', async () => {
    await put('a', ['ours']);
    expect(await stages()).toEqual({ a: ['AWSCURRENT', 'ours'] });
    await put('b', ['ours']);
    expect(await stages()).toEqual({ a: ['AWSCURRENT'], b: ['ours'] });
  });

  it('is written once: the same token with the same value changes nothing', async () => {
    await put('a');
    await put('b', ['ours']);
    await put('b', ['other']);
    expect(await stages()).toEqual({ a: ['AWSCURRENT'], b: ['ours'] });
    await expectError(put('b', ['ours'], 'another'), 'ResourceExistsException 400');
    const short = { SecretId, SecretString: 'x', ClientRequestToken: 'x'.repeat(31) };
    const refused = 'ValidationException 400';
    await expectError(fixture.secrets.putSecretValue(short), refused, /ClientRequestToken/);
    await expectError(fixture.secrets.putSecretValue({ SecretId }), 'InvalidRequestException 400');
  });

  it('gets a label from another only where that other is named', async () => {
    await put('a');
    await put('b', ['ours']);
    const move = (VersionStage: string, from: string | undefined, to?: string) =>
      fixture.secrets.updateSecretVersionStage({
        ...{ SecretId, VersionStage },
        ...(from && { RemoveFromVersionId: token(from) }),
        ...(to && { MoveToVersionId: token(to) }),
      });
    await expectError(move('ours', undefined, 'a'), WRONG, /RemoveFromVersionId/);
    await expectError(move('ours', 'a', 'a'), WRONG);
    await expectError(move('ours', 'b', 'c'), WRONG, /Not a valid version/);
    await expectError(move('AWSCURRENT', 'a'), WRONG);
    await expectError(move('ours', undefined), WRONG);
    await move('ours', 'b', 'a');
    expect(await stages()).toEqual({ a: ['AWSCURRENT', 'ours'] });
    await move('AWSCURRENT', 'a', 'b');
    expect(await stages()).toEqual({ a: ['AWSPREVIOUS', 'ours'], b: ['AWSCURRENT'] });
    await move('ours', 'a');
    await move('new', undefined, 'b');
    await move('new', undefined, 'b');
    expect(await stages()).toEqual({ a: ['AWSPREVIOUS'], b: ['AWSCURRENT', 'new'] });
  });
});
