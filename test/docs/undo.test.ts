import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount, type LocalUser } from '../../local-aws/account.ts';
import { listPermissions } from '../../local-aws/policy/authorize.ts';
import type { Policy } from '../../local-aws/policy/policy.ts';
import type { Input } from '../../local-aws/protocol.ts';
import { connect } from '../../rule/aws/clients.ts';
import { pauseParameter, protectedTag } from '../../rule/core/names.ts';
import { accessKey, password, user } from '../builders/account.ts';
import { deployWhole } from '../builders/deployment.ts';
import { type LocalRemediation, startRemediation } from '../builders/remediation.ts';
import { runProgramIn } from '../cli/run-program.ts';
import { pageCommands, readDocuments, splitWords } from './markdown.ts';

const page = readDocuments().find(({ path }) => path === 'docs/undo.md')?.text ?? '';
const commands = pageCommands({ text: page });

const [Region, accountId] = ['us-east-1', '123456789012'];
const place = { '<Region>': Region, '<account>': accountId };
const fill = (text: string, values: Readonly<Record<string, string>>) =>
  text.replaceAll(/<[^<>]+>/gu, (placeholder) => {
    const value = values[placeholder];
    if (value === undefined) throw new Error(`The test has no value for ${placeholder}`);
    return value;
  });

const [, json = ''] = /^```json\n([\s\S]*?)^```$/mu.exec(page) ?? [];
const operatorPolicy: Policy = JSON.parse(fill(json, place));
const sessionOf = (role: string) => `arn:aws:sts::${accountId}:assumed-role/${role}/ana`;
const administrator = `arn:aws:iam::${accountId}:user/admin`;
const everything: Policy = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
};

/** The callers of the commands below these headings, if they are not operators. */
const others: Readonly<Record<string, string>> = {
  'Fetch the new password': administrator,
  'A password by hand': administrator,
};

/** An AWS CLI command as a request: `--user-name ann` is the member UserName. */
function toRequest(command: string): { service: string; operation: string; input: Input } {
  const [, service = '', operation = '', ...words] = splitWords(command);
  const input: Input = {};
  let option = '';
  for (const word of words) {
    if (word.startsWith('--')) option = pascalCase(word.slice(2));
    input[option] = word.startsWith('--') ? true : word;
  }
  const { Tags, Parameters, RecoveryWindowInDays: days } = input;
  if (typeof Tags === 'string') input['Tags'] = [pairsOf(Tags)];
  if (typeof Parameters === 'string') {
    const pairs = Object.entries(pairsOf(Parameters)).map(([name, value]) => [name, [value]]);
    input['Parameters'] = Object.fromEntries(pairs);
  }
  if (days !== undefined) input['RecoveryWindowInDays'] = Number(days);
  for (const own of ['Region', 'Query', 'Output']) delete input[own];
  return { service, operation: pascalCase(operation), input };
}

function pascalCase(words: string): string {
  return words.replaceAll(/(?:^|-)([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}

function pairsOf(shorthand: string): Record<string, string> {
  return Object.fromEntries(
    shorthand.split(',').map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    }),
  );
}

const account = createAccount();
const revoked = (name: string) =>
  user(account, name, { ...password(400, 100), accessKeys: [accessKey(300, 90)] });
/** The users whose credentials come back by the document and by hand. */
const [frank, gina] = [revoked('frank'), revoked('gina')];
/** What each command answered, in order. */
const answers: { heading: string; command: string; answer: Input | string }[] = [];
const answerTo = (part: string) => answers.filter(({ command }) => command.includes(part));
let local: LocalRemediation;

beforeAll(async () => {
  local = await startRemediation(account, {}, (id) =>
    id === 'AKIAOPERATOR' ? sessionOf('Operator') : undefined,
  );
  deployWhole(account);
  for (const { userId } of [frank, gina]) {
    expect((await local.revoke(userId)).status).toBe('Success');
  }
  account.roles = new Map([
    ['Operator', [operatorPolicy]],
    [`UnusedIamCredentials-Restore-${Region}`, [everything]],
  ]);
  const values: Record<string, string> = {
    ...{ ...place, '<your name>': 'ana', '<date>': '2027-01-31', '<password>': 'Initial-Pass-7' },
    ...valuesOf(frank),
  };
  for (const { heading, command } of commands) {
    if (heading === 'By hand') Object.assign(values, valuesOf(gina));
    const filled = fill(command, values);
    const answer = await run(filled, others[heading] ?? sessionOf('Operator'));
    answers.push({ heading, command: filled, answer });
    if (typeof answer === 'string') continue;
    const id = String(answer['AutomationExecutionId'] ?? '');
    if (id === '') continue;
    values['<execution ID>'] = id;
    const outputs = new Map(Object.entries((await local.ended(id)).outputs));
    values['<secret ARN>'] = outputs.get('Password.SecretArn')?.join() ?? '';
  }
}, 60_000);
afterAll(() => local.close());

function valuesOf({ userName, userId, accessKeys: [key] }: LocalUser): Record<string, string> {
  return { '<user>': userName, '<UserId>': userId, '<AKIA…>': key?.accessKeyId ?? '' };
}

/** Runs a command of the page. Throws for one that this test does not know, and if AWS would refuse it. */
async function run(command: string, caller: string): Promise<Input | string> {
  const [program = '', ...args] = splitWords(command);
  if (program === 'unused-iam-credentials') return runTool(args);
  if (program !== 'aws') throw new Error(`The test does not know ${command}`);
  const request = toRequest(command);
  // STS reads the account from the ID of the key, so that no account is asked.
  if (command.startsWith('aws sts get-access-key-info ')) return { Account: accountId };
  return local.aws.perform({ ...request, caller });
}

async function runTool(args: readonly string[]): Promise<string> {
  const clients = connect(
    {
      ...{ iam: IAMClient, config: ConfigServiceClient, ssm: SSMClient, sns: SNSClient },
      ...{ secrets: SecretsManagerClient, lambda: LambdaClient },
    },
    {
      ...{ endpoint: local.aws.endpoint, region: Region },
      credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'local' },
    },
  );
  const { code, stdout, stderr } = await runProgramIn(local, args, undefined, {
    connect: () => Promise.resolve({ ...clients, region: Region }),
  });
  for (const client of Object.values(clients)) if ('destroy' in client) client.destroy();
  return `exit code ${code}\n${stdout}${stderr}`;
}

describe('docs/undo.md, run from the top to the bottom', () => {
  it('has commands for each step', () => {
    const headings = new Set(answers.map(({ heading }) => heading));
    expect([...headings]).toEqual([
      ...['Undo a revocation', '2. Whose key is it?', '3. Did this project revoke it?'],
      ...['4. Restore it', 'Fetch the new password', '5. Verify'],
      ...['6. Keep it from happening again', 'By hand', 'A password by hand'],
    ]);
  });

  it('finds the user of the key, the tag of the revocation, the Region and the record', () => {
    const tag = { Key: 'unused-iam-credentials:revoked', Value: expect.any(String) };
    expect(answerTo('get-access-key-info')[0]?.answer).toEqual({ Account: accountId });
    expect(answerTo('get-access-key-last-used')[0]?.answer).toMatchObject({ UserName: 'frank' });
    expect(answerTo('get-user')[0]?.answer).toMatchObject({
      User: { UserId: frank.userId, Tags: [tag] },
    });
    expect(answerTo('list-access-keys')[0]?.answer).toMatchObject({
      AccessKeyMetadata: [{ Status: 'Inactive' }],
    });
    const { Roles } = Object(answerTo('list-roles')[0]?.answer);
    expect(Roles).toContainEqual(
      expect.objectContaining({ RoleName: `UnusedIamCredentials-Restore-${Region}` }),
    );
    expect(answerTo('get-parameters-by-path')[0]?.answer).toMatchObject({
      Parameters: [{ Name: expect.stringContaining(frank.userId) }],
    });
    const list = answerTo('restore --list')[0]?.answer;
    expect(list).toMatch(/^exit code 0\n/u);
    expect(list).toContain(`access key ${frank.accessKeys[0]?.accessKeyId}: would be reactivated`);
  });

  it('shows with --dry-run what the executions then give back', () => {
    const plan = answerTo('--dry-run')[0]?.answer;
    expect(plan).toMatch(/^exit code 0\nfrank \(AIDA\w+\): DryRun\n/u);
    expect(plan).toContain(`  would restore: access key ${frank.accessKeys[0]?.accessKeyId}\n`);
    expect(plan).toContain('  would restore: password (a new one)\n');
  });

  it('gives back the key by the first execution, and a password by the second', () => {
    const ended = answerTo('get-automation-execution').map(
      ({ answer }) => Object(answer)['AutomationExecution'],
    );
    const restored = ended.map(({ AutomationExecutionStatus: status, Outputs }) => [
      status,
      Outputs['Result.Restored'],
    ]);
    expect(restored).toEqual([
      ['Success', [`access key ${frank.accessKeys[0]?.accessKeyId}`]],
      ['Success', ['password (a new one)']],
    ]);
  });

  it('shows the password to its reader, who deletes the secret', () => {
    const { SecretString } = Object(answerTo('get-secret-value')[0]?.answer);
    expect(JSON.parse(SecretString)).toMatchObject({ userName: 'frank' });
    expect(account.secrets.size).toBe(0);
  });

  it('verifies the key, the login profile and the exemption', () => {
    const verified = answers.filter(({ heading }) => heading === '5. Verify');
    expect(verified.map(({ answer }) => answer)).toEqual([
      expect.objectContaining({
        AccessKeyMetadata: [expect.objectContaining({ Status: 'Active' })],
      }),
      expect.objectContaining({ LoginProfile: expect.anything() }),
      {
        User: expect.objectContaining({
          Tags: [expect.objectContaining({ Value: expect.any(String) })],
        }),
      },
    ]);
  });

  it('leaves the user protected, and nothing paused', () => {
    expect(frank.tags).toContainEqual({ Key: protectedTag, Value: 'true' });
    expect(account.parameters.has(pauseParameter)).toBe(false);
  });

  it('gives back a key and a password by hand', () => {
    expect(gina.accessKeys[0]?.status).toBe('Active');
    expect(gina.loginProfile).toMatchObject({ passwordResetRequired: true });
  });
});

describe('the policy for operators', () => {
  it('allows nothing that no command of the page needs', () => {
    const granted = [...listPermissions(new Map([['Operator', [operatorPolicy]]]))];
    // The local account has no STS.
    const unused = granted.filter(
      (permission) =>
        !account.permissionsUsed.has(permission) && !permission.includes('sts:GetAccessKeyInfo'),
    );
    expect(unused).toEqual([]);
  });

  it.each([
    [
      'reactivate a key of a user whom this project did not revoke',
      'update-access-key --user-name hal --access-key-id AKIAHAL --status Active',
    ],
    ['set another tag', 'tag-user --user-name hal --tags Key=team,Value=red'],
    ['create a password', 'create-login-profile --user-name hal --password Initial-Pass-7'],
  ])('does not let them %s', async (_, command) => {
    if (!account.users.some(({ userName }) => userName === 'hal')) {
      user(account, 'hal', { accessKeys: [accessKey(300, 90, { accessKeyId: 'AKIAHAL' })] });
    }
    await expect(run(`aws iam ${command}`, sessionOf('Operator'))).rejects.toThrow(
      /is not authorized to perform: iam:/u,
    );
  });

  it('does not let them revoke, or restore under another role', async () => {
    const start = 'aws ssm start-automation-execution --document-name UnusedIamCredentials-';
    const role = (name: string) => `AutomationAssumeRole=arn:aws:iam::${accountId}:role/${name}`;
    const revoking = `${start}Revoke --parameters IAMResourceId=${frank.userId},${role('UnusedIamCredentials-Revoke-us-east-1')}`;
    const otherRole = `${start}Restore --parameters IAMResourceId=${frank.userId},RevocationId=All,${role('Admin')}`;
    for (const command of [revoking, otherRole]) {
      await expect(run(command, sessionOf('Operator'))).rejects.toThrow(/is not authorized/u);
    }
  });
});

describe('the test of the page', () => {
  it('fails for a command, and for a placeholder, that it does not know', async () => {
    await expect(run('curl https://example.com', administrator)).rejects.toThrow('does not know');
    await expect(run('aws iam list-groups', administrator)).rejects.toThrow(/ListGroups/u);
    expect(() => fill('aws iam get-user --user-name <name>', place)).toThrow('no value for <name>');
  });
});
