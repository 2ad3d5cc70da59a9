import { expect, it } from 'vitest';
import { deny, type Fault } from '../../local-aws/faults.ts';
import { type Eavesdropper, eavesdrop } from './eavesdropper.ts';
import { forget, hurry, revoked } from './restoration-case.ts';
import { changes } from './restoration-views.ts';

const asked = { RestorePassword: 'true' };

const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, percent);

/** The forms in which AWS might quote a password. IAM receives it percent-encoded. */
const forms: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'percent-encoded': encode,
  'in base64': (text) => Buffer.from(text).toString('base64'),
};

function expectSecrecy({ passwords, overheard }: Eavesdropper): void {
  expect(passwords.size).toBeGreaterThan(0);
  const text = overheard();
  for (const password of passwords) {
    for (const form of Object.values(forms)) expect(text.includes(form(password))).toBe(false);
    expect(text.includes(encodeURIComponent(password))).toBe(false);
  }
}

it('the recording of these tests would find a password that is not kept secret', async () => {
  const found = await revoked();
  const { local, account, frank, recordName } = found;
  const ear = eavesdrop(found);
  const done = await local.restore(frank.userId, asked);
  expect([...ear.passwords]).toEqual([frank.loginProfile?.password]);
  const places: ((text: string) => void)[] = [
    (text) => local.log.push({ deep: { text } }),
    (text) => account.published.push({ topicArn: '', subject: '', message: text, attributes: {} }),
    (text) =>
      account.published.push({ topicArn: '', subject: '', message: '', attributes: { text } }),
    (text) => account.events[0]?.resources.push(text),
    (text) => frank.tags.push({ Key: 'x', Value: text }),
    (text) => account.parameters.get(recordName)?.tags.set('x', text),
    (text) => Object.assign(done.steps[3]?.outputs ?? {}, { x: [text] }),
  ];
  for (const [index, put] of places.entries()) {
    expect(ear.overheard()).not.toContain(`place ${index}`);
    put(`place ${index}`);
    expect(ear.overheard()).toContain(`place ${index}`);
  }
});

it('a new password appears only in its secret and login profile', async () => {
  const found = await revoked();
  const ear = eavesdrop(found);
  const done = await found.local.restore(found.frank.userId, asked);
  expect(done.status).toBe('Success');
  expect([...ear.passwords]).toEqual([found.frank.loginProfile?.password]);
  expectSecrecy(ear);
});

it('both passwords appear only there if another restoration completes the first', async () => {
  const found = await revoked();
  const ear = eavesdrop(found);
  hurry(found);
  found.aws.faults.push({ ...deny('CreateLoginProfile'), times: 1 });
  await found.local.restore(found.frank.userId, asked);
  await found.local.restore(found.frank.userId, asked);
  expect(ear.passwords.size).toBe(2);
  expectSecrecy(ear);
});

/** Fails an operation with a message that quotes the last sent password in that form. */
function quote(operation: string, ear: Eavesdropper, form: (text: string) => string): Fault {
  const fault = {
    ...{ operation, code: 'ValidationException', status: 400, message: '' },
    when: () => {
      const quoted = form([...ear.passwords].at(-1) ?? '');
      fault.message = `Value {"userName":"frank","password":"${quoted}"} failed to satisfy`;
      return true;
    },
  };
  return fault;
}

const calls = [
  'secretsmanager:PutSecretValue',
  'iam:CreateLoginProfile',
  'secretsmanager:UpdateSecretVersionStage',
];

it('withholds the error of GetRandomPassword, because it may quote the password', async () => {
  const { local, aws, frank } = await revoked();
  const message = 'the password quoted-Secret-1 failed to satisfy';
  aws.faults.push({
    operation: 'GetRandomPassword',
    code: 'InternalServiceError',
    status: 400,
    message,
  });
  const done = await local.restore(frank.userId, asked);
  const step = done.steps.find(({ name }) => name === 'IssuePassword');
  expect(step?.failureMessage).toContain('secretsmanager:GetRandomPassword failed');
  expect(JSON.stringify([done, local.log])).not.toContain('quoted-Secret-1');
  expect(frank.loginProfile).toBeUndefined();
});

it('issues no password if GetRandomPassword answers without one', async () => {
  const { local, aws, account, frank } = await revoked();
  aws.faults.push({ operation: 'GetRandomPassword', ignored: true });
  const done = await local.restore(frank.userId, asked);
  const step = done.steps.find(({ name }) => name === 'IssuePassword');
  expect(step?.failureMessage).toContain('answered without RandomPassword');
  expect(frank.loginProfile).toBeUndefined();
  expect([...account.secrets]).toEqual([]);
});

const quotations = calls.flatMap((call) => Object.keys(forms).map((form) => [call, form] as const));
it.each(quotations)(
  'the password stays secret if %s fails with a message that quotes it %s',
  async (call, form) => {
    const found = await revoked();
    const { local, aws, frank } = found;
    const ear = eavesdrop(found);
    hurry(found);
    const [, operation = ''] = call.split(':');
    // A label is moved only where an earlier restoration has left a secret.
    if (operation === 'UpdateSecretVersionStage') {
      aws.faults.push({ ...deny('CreateLoginProfile'), times: 1 });
      await local.restore(frank.userId, asked);
      forget(local);
    }
    aws.faults.push(quote(operation, ear, forms[form] ?? String));
    const done = await local.restore(frank.userId, asked);
    expect(changes(aws)).toContain(operation);
    const step = done.steps.find(({ name }) => name === 'IssuePassword');
    expect(step?.failureMessage).toContain(`${call} failed`);
    expectSecrecy(ear);
  },
);
