import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createAccount,
  createAutomation,
  impatientClock,
  type LocalExecution,
  type LocalParameter,
  type LocalUser,
} from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { listPermissions } from '../../../local-aws/policy/authorize.ts';
import { passesFilter } from '../../../local-aws/services/sns.ts';
import {
  documentNames,
  functionNames,
  protectedTag,
  recordsPath,
  restoringTag,
  retirementsPath,
  revokingTag,
} from '../../../rule/core/names.ts';
import { decodeRecord, encodeRecord } from '../../../rule/formats/record-codec.ts';
import { findPassword } from '../../../scripts/demo.ts';
import { steps } from '../../../scripts/readme/cost.ts';
import { day } from '../../builders/account.ts';
import { ruleName, scheduledNotification } from '../../builders/local-rule.ts';
import { changeMessage, oversizedMessage } from '../../builders/rule-event.ts';
import {
  type InputTransformer,
  matchesEvent,
  transformInput,
  transformToObject,
} from '../event-bridge.ts';
import { problemsOfEvent } from '../event-schemas.ts';
import { recipeRule } from '../recipes.ts';
import { accountTemplate } from '../synthesized.ts';
import { type DeployedAccount, deployAccount, readerRole } from './deploy.ts';
import { busy, idle, keyUsed } from './idle-users.ts';

const account = createAccount({ automation: createAutomation({ clock: impatientClock }) });
const owned = { Key: 'Owner', Value: 'team-a' };
const frank = idle(account, 'frank', { path: '/team/', tags: [owned] });
const bedrock = { id: 'ACCADEPLOYED', serviceName: 'bedrock.amazonaws.com' };
const gina = idle(account, 'gina', {
  accessKeys: [keyUsed(120), keyUsed(null)],
  serviceCredentials: [{ ...bedrock, status: 'Active', createDate: Date.now() - day }],
});
const hal = idle(account, 'hal');
const ida = idle(account, 'ida', { loginProfile: undefined });
const guarded = idle(account, 'guarded', { tags: [{ Key: protectedTag, Value: 'true' }] });
busy(account, 'ben');

/** The scenario: in this order, in one account. */
let deployed: DeployedAccount;
let [first, second, third]: Record<string, string>[] = [];
const ran = new Map<string, LocalExecution>();
let topicArn = '';

const state = ({ loginProfile, accessKeys }: LocalUser) =>
  [...accessKeys.map(({ status }) => status), loginProfile ? 'password' : 'no password'].join(' ');
let ivy: LocalUser | undefined;
const holds = ({ groups, attachedPolicies, inlinePolicies = [], mfaDevices }: LocalUser) =>
  [groups, attachedPolicies, inlinePolicies.map(({ name }) => name), mfaDevices].flat().join(' ');
const states: Record<string, string> = {};

beforeAll(async () => {
  deployed = await deployAccount(account, await accountTemplate(), {
    PasswordReaderRoleArn: readerRole,
    ...{ ExemptUntilTag: 'exempt-until-date', NeverUsedAccessKeyAction: 'Delete' },
    DeleteAfterDays: '30',
  });
  const { remediate, revoke, retire, restore, schedule, evaluate, evaluateAsynchronously, aws } =
    deployed;
  topicArn = account.config.remediations.get(ruleName)?.parameters['NotificationTopicArn'] ?? '';
  first = await schedule();
  await changeBurst();

  // AWS Config's execution would wait for hours for a report newer than the evaluation's.
  account.credentialReport = undefined;
  const changedRule = { exemptUntilTag: 'of-mallory', exemptPathPrefixes: '/mallory/' };
  const changeBack = changeRule(changedRule);
  ran.set('frank by the changed rule', await remediate(frank));
  changeBack();
  const removeForged = forgeRecord();
  ran.set('frank', await remediate(frank));
  removeForged();
  ran.set('guarded', await remediate(guarded));
  // The stack deletes keys that were never used, and only deactivates others.
  const deleting = { AccessKeyAction: 'Delete', NeverUsedAccessKeyAction: 'Delete' };
  ran.set('gina', await revoke(gina, { ...deleting, PasswordAction: 'Replace' }));
  // The second run finds the record of the first.
  account.automation.stopAfter = 'RecordRevocation';
  await revoke(hal);
  account.automation.stopAfter = 'DeletePassword';
  ran.set('hal stopped', await revoke(hal));
  account.automation.stopAfter = undefined;
  states['frank revoked'] = state(frank);
  states['gina revoked'] = state(gina);
  second = await schedule();

  // Causes the failures in which some permissions are used: a name that passed to another user, a password that was
  // not issued at once, a record that was not marked.
  frank.userName = 'franklin';
  account.automation.stopAfter = 'IssuePassword';
  aws.faults.push({ ...deny('CreateLoginProfile'), times: 1 });
  ran.set('frank stopped', await restore(frank, { RestorePassword: 'true' }));
  account.automation.stopAfter = undefined;
  ageRecords();
  const told = { NotificationTopicArn: topicArn };
  const changeBackAgain = changeRule(changedRule);
  ran.set('frank restored', await restore(frank, { RestorePassword: 'true', ...told }));
  changeBackAgain();
  ran.set('hal restored', await restore(hal, { RestorePassword: 'true' }));
  third = await schedule();
  hal.attachedPolicies = ['AWSCompromisedKeyQuarantineV2'];
  ran.set('hal refused', await restore(hal));
  const uninvited = { userId: hal.userId, passwordResetRequired: 'true' };
  const executionId = '11111111-2222-4333-8444-555555555555';
  await account.automation
    .invoke(functionNames.issuePassword, { ...uninvited, executionId, recordName: 'any' })
    .catch(() => undefined);
  await account.automation
    .invoke(functionNames.restorePermissions, { ...uninvited, executionId, mode: 'give-back' })
    .catch(() => undefined);
  await retireIvy();
  await purgeLongAfter();
  const changeBackAtLast = changeRule({ typo: '1' });
  await evaluateAsynchronously(scheduledNotification(account, Date.now()));
  changeBackAtLast();
  await evaluateAsynchronously(scheduledNotification(account, Date.now()));
  await deployed.closeFunctions();

  /** A person retires her, which AWS Config may not, and gives everything back. */
  async function retireIvy() {
    const own = 'arn:aws:iam::123456789012:policy/Own';
    const document = '{"Version":"2012-10-17","Statement":[]}';
    ivy = idle(account, 'ivy', {
      ...{ groups: ['staff'], attachedPolicies: ['ReadOnlyAccess', own] },
      inlinePolicies: [{ name: 'inline', document }],
      mfaDevices: [{ serialNumber: 'arn:aws:iam::123456789012:mfa/ivy', enableDate: Date.now() }],
    });
    account.groups = new Map([['staff', { path: '/', createDate: Date.now() }]]);
    account.customerPolicies = new Map([[own, { createDate: Date.now() }]]);
    account.credentialReport = undefined;
    const remediation = account.config.remediations.get(ruleName);
    const AutomationAssumeRole =
      'arn:aws:iam::123456789012:role/UnusedIamCredentials-Retire-us-east-1';
    account.config.remediations.set(ruleName, {
      documentName: documentNames.retire,
      parameters: { IAMResourceId: 'RESOURCE_ID', AutomationAssumeRole },
    });
    ran.set('ivy by AWS Config', await remediate(ivy));
    if (remediation !== undefined) account.config.remediations.set(ruleName, remediation);
    const everything = { RemoveGroups: 'true', DetachPolicies: 'true' };
    const { attachedPolicies } = ivy;
    ivy.attachedPolicies = Array.from({ length: 10 }, (_, index) => `Job${index}`);
    ran.set('ivy with too many policies', await retire(ivy));
    ivy.attachedPolicies = attachedPolicies;
    ran.set('ivy', await retire(ivy, { ...everything, DeactivateMfaDevices: 'true' }));
    states['ivy retired'] = `${state(ivy)} ${holds(ivy)}`;
    ran.set('ivy again', await retire(ivy));
    ageRecords();
    ivy.userName = 'ivana';
    ran.set('ivy restored', await restore(ivy, { RestorePassword: 'true', ...told }));
  }

  /** A revocation, the announcement of the deletion 23 days later, and the deletion after 30 days. */
  async function purgeLongAfter() {
    await revoke(ida);
    const [name, record] =
      [...account.parameters].find(([each]) => each.includes(ida.userId)) ?? [];
    if (name === undefined || record === undefined) throw new Error('expected a record');
    account.credentialReport = undefined;
    ago(record, 23 * day);
    const announced = await deployed.purge();
    ran.set('announced', announced);
    ago(record, 7 * day);
    // Automation tells when it was.
    announced.start -= 7 * day;
    announced.end = Number(announced.end) - 7 * day;
    // The verification finds a renamed user by their ID.
    const rename = () => Object.assign(ida, { userName: 'idabelle' });
    const when = () => ida.accessKeys.length === 0;
    aws.faults.push({ operation: 'ListAccessKeys', before: rename, when, times: 1 });
    ran.set('purged', await deployed.purge());
    ran.set('ida restored', await restore(ida));
  }

  function ago({ versions, tags }: LocalParameter, milliseconds: number) {
    for (const version of versions) {
      version.date -= milliseconds;
      const { recordedAt, ...record } = decodeRecord(version.value);
      version.value = encodeRecord({ ...record, recordedAt: recordedAt - milliseconds });
    }
    for (const [key, value] of tags) {
      tags.set(key, new Date(Date.parse(value) - milliseconds).toISOString());
    }
  }

  /** Forges a record, as anyone who may write parameters can. Returns a function that undoes it. */
  function forgeRecord(): () => void {
    const Name = `${recordsPath}/AIDAJUNK/1`;
    const input = { Name, Value: 'x', Type: 'String' };
    const caller = 'arn:aws:iam::123456789012:user/mallory';
    aws.perform({ service: 'ssm', operation: 'PutParameter', input, caller });
    return () => account.parameters.delete(Name);
  }

  /** The next attempts come ten minutes later: reads of IAM no longer lag behind the revocations. */
  function ageRecords() {
    for (const [name, { versions }] of account.parameters) {
      if (!name.startsWith(recordsPath)) continue;
      for (const version of versions) {
        const record = decodeRecord(version.value);
        version.value = encodeRecord({ ...record, recordedAt: record.recordedAt - 600_000 });
      }
    }
  }

  /** Changes the rule's parameters, as PutConfigRule can. Returns a function that undoes it. */
  function changeRule(inputParameters: Record<string, string>): () => void {
    const rule = account.config.ruleDefinitions.get(ruleName);
    if (rule === undefined) throw new Error('No rule was deployed');
    const before = rule.inputParameters;
    rule.inputParameters = inputParameters;
    return () => {
      rule.inputParameters = before;
    };
  }

  async function changeBurst() {
    const item = { resourceId: gina.userId, resourceName: 'name-of-before' };
    const recorded = {
      ...{ resourceType: 'AWS::IAM::User', configurationItemStatus: 'OK', ...item },
      configurationItemCaptureTime: Date.now(),
    };
    account.config.configurationItems.set(gina.userId, [recorded]);
    await evaluate(changeMessage(item));
    const longAgo = { ...item, configurationItemCaptureTime: '2020-01-01T00:00:00Z' };
    await evaluate(changeMessage(longAgo));
    await evaluate(
      oversizedMessage({ ...item, configurationItemCaptureTime: new Date().toISOString() }),
    );
  }
}, 120_000);
afterAll(() => deployed.close());

describe('the stack, run with its own functions, documents, rule and role policies', () => {
  it('evaluates, revokes as its remediation says, evaluates again, and restores', () => {
    const found = { frank: 'NON_COMPLIANT', gina: 'NON_COMPLIANT', hal: 'NON_COMPLIANT' };
    expect(first).toEqual({
      ...{ ...found, ida: 'NON_COMPLIANT', guarded: 'NON_COMPLIANT', ben: 'COMPLIANT' },
    });
    expect(ran.get('frank')?.outputs['Decision.Outcome']).toEqual(['Revoke']);
    expect(ran.get('guarded')?.outputs['Decision.Outcome']).toEqual(['Protected']);
    expect(states).toEqual({
      'ivy retired': 'Inactive no password AWSDenyAll',
      'frank revoked': 'Inactive no password',
      'gina revoked': 'Inactive password',
    });
    expect(second).toMatchObject({ frank: 'COMPLIANT', gina: 'COMPLIANT' });
    expect([ran.get('frank restored')?.failureMessage, state(frank)]).toEqual([
      undefined,
      'Active password',
    ]);
    expect([ran.get('hal restored')?.failureMessage, state(hal)]).toEqual([
      undefined,
      'Active password',
    ]);
    expect(ran.get('ivy by AWS Config')?.failureMessage).toContain('only a person may retire');
    const full = ran.get('ivy with too many policies');
    expect(full?.outputs['Decision.Outcome']).toEqual(['TooManyPolicies']);
    expect(ran.get('ivy again')?.outputs['Decision.Outcome']).toEqual(['NothingDue']);
    expect(ran.get('ivy restored')?.failureMessage).toBeUndefined();
    expect(ivy && `${state(ivy)} ${holds(ivy)}`).toBe(
      'Active password staff arn:aws:iam::123456789012:policy/Own ReadOnlyAccess inline',
    );
    expect(state(guarded)).toBe('Active password');
    expect(third).toMatchObject({ franklin: 'COMPLIANT', hal: 'COMPLIANT' });
  });

  it('announces deletions on its schedule, deletes 7 days later, and names the deletion when a restoration asks for the key', () => {
    const outcomeOf = (name: string) => {
      const execution = ran.get(name);
      return [execution?.failureMessage, execution?.outputs['Decision.Outcome']];
    };
    expect(outcomeOf('announced')).toEqual([undefined, ['Announce']]);
    expect(outcomeOf('purged')).toEqual([undefined, ['Delete']]);
    expect([ida.accessKeys, ran.get('ida restored')?.outputs['Decision.NotRestored']]).toEqual([
      [],
      [expect.stringContaining('by UnusedIamCredentials-Purge')],
    ]);
  });

  it('keeps the new password in its secret and nowhere else: no execution, record, message or log line', () => {
    const { aws, logs } = deployed;
    expect(logs.length).toBeGreaterThan(10);
    expect(findPassword(aws, logs, frank.loginProfile?.password ?? '')).toEqual(['its secret']);
  });

  it('runs as many steps as the documented costs assume', () => {
    const stepsOf = (name: string) => ran.get(name)?.steps.length;
    expect({ unchanged: stepsOf('guarded'), revocation: stepsOf('frank') }).toEqual(steps);
  });

  it('notifies its topic once of all new users, of each revocation, retirement and restoration, of a forged record and of each refusal', () => {
    const told = account.published.map((message) => [message.topicArn, message.subject]);
    expect(told).toEqual([
      [topicArn, expect.stringMatching(/^Newly NON_COMPLIANT: 5 IAM users/u)],
      [topicArn, 'Unknown records in account 123456789012'],
      [topicArn, expect.stringMatching(/frank/u)],
      // Her revocation was started without a topic.
      [topicArn, expect.stringMatching(/gina/u)],
      [topicArn, expect.stringMatching(/franklin/u)],
      [topicArn, `Restoration of IAM credentials refused: ${hal.userId}`],
      [topicArn, `New password refused: ${hal.userId}`],
      [topicArn, `Permissions refused: ${hal.userId}`],
      [topicArn, `Retirement of an IAM user refused: ${ivy?.userId}`],
      [topicArn, 'IAM user retired: ivy'],
      [topicArn, expect.stringMatching(/ivana/u)],
      [topicArn, expect.stringMatching(/ida/u)],
      [topicArn, 'Access keys will be deleted: 1 in account 123456789012'],
      [topicArn, 'Access keys deleted: 1 in account 123456789012'],
    ]);
  });

  it('counts in the digest the credentials that it does not evaluate', () => {
    const [digest] = account.published;
    expect(digest?.message).toContain('\nNot evaluated: 1 service-specific credential.\n');
  });

  it('gives each message attributes by which owners get only messages about their own users', () => {
    const account123 = { account: '123456789012' };
    const of = (event: string, userName: string, owner: string) => ({
      ...{ event, ...account123, userName, owner },
    });
    expect(account.published.map(({ attributes }) => attributes)).toEqual([
      { event: 'user-newly-noncompliant', ...account123 },
      { event: 'records-of-others', ...account123 },
      of('credentials-revoked', 'frank', 'team-a'),
      of('credentials-revoked', 'gina', 'none'),
      of('credentials-restored', 'franklin', 'team-a'),
      of('revocation-refused', 'hal', 'none'),
      of('revocation-refused', 'hal', 'none'),
      of('revocation-refused', 'hal', 'none'),
      { event: 'revocation-refused', ...account123 },
      of('user-retired', 'ivy', 'none'),
      of('credentials-restored', 'ivana', 'none'),
      of('credentials-revoked', 'ida', 'none'),
      of('access-keys-will-be-deleted', 'ida', 'none'),
      of('access-key-deleted', 'idabelle', 'none'),
    ]);
    const subscribed = (policy: Record<string, string[]>) =>
      account.published
        .filter(({ attributes }) => passesFilter(policy, attributes))
        .map(({ subject }) => subject);
    expect(subscribed({ owner: ['team-a'] })).toEqual([
      'Unused IAM credentials revoked: frank',
      'IAM credentials restored: franklin',
    ]);
    expect(subscribed({ owner: ['team-b'] })).toEqual([]);
    expect(subscribed({ event: ['credentials-revoked'], owner: ['none'] })).toHaveLength(2);
    expect(subscribed({})).toHaveLength(account.published.length);
  });

  it('puts an event for everything that happened to each user, as its schema describes', () => {
    const own = account.events.filter(({ source }) => source === 'unused-iam-credentials');
    for (const event of own) expect(problemsOfEvent(event), JSON.stringify(event)).toEqual([]);
    const facts = own.map(({ detail, ...event }) => {
      const { name, id } = detail['user'] as { name?: string; id: string };
      return [event['detail-type'], name ?? (id === hal.userId ? 'hal' : id), detail['owner']];
    });
    // The first try of frank comes before the step that is tried again, with the same ID.
    const refused = ['Revocation Refused', frank.userId, undefined];
    // In the order of the report, which is that of their IDs.
    const found = facts.splice(0, 5).map(([, name, owner]) => `${name} of ${owner}`);
    expect(found.toSorted()).toEqual([
      ...['frank of team-a', 'gina of none', 'guarded of none', 'hal of none', 'ida of none'],
    ]);
    expect(facts).toEqual([
      refused,
      refused,
      ['Credentials Revoked', 'frank', 'team-a'],
      ['Credentials Revoked', 'gina', 'none'],
      ['Credentials Restored', 'franklin', 'team-a'],
      ['Credentials Restored', 'hal', 'none'],
      ['Revocation Refused', 'hal', 'none'],
      ['Revocation Refused', 'hal', 'none'],
      ['Revocation Refused', 'hal', 'none'],
      ['Revocation Refused', ivy?.userId, undefined],
      ['User Retired', 'ivy', 'none'],
      ['Credentials Restored', 'ivana', 'none'],
      ['Credentials Revoked', 'ida', 'none'],
      ['Access Key Deleted', 'idabelle', 'none'],
    ]);
    const ids = own.map(({ detail }) => detail['id']);
    expect(new Set(ids).size).toBe(ids.length - 1);
    expect(own.flatMap(({ resources }) => resources)).toContain(
      'arn:aws:iam::123456789012:user/team/frank',
    );
  });

  it('puts events that the recipes turn into a chat message, a ticket and a log line', () => {
    const sent = (file: string) => {
      const { pattern, transformer } = recipeRule(file);
      const matching = account.events.filter((event) => matchesEvent(pattern, event));
      return matching.map((event) =>
        transformer === null ? event : transformToObject(transformer, event),
      );
    };
    const execution = ran.get('frank')?.id;
    expect(sent('chat-channel.yaml')).toEqual([
      {
        ...{ version: '1.0', source: 'custom' },
        content: {
          textType: 'client-markdown',
          title: 'Unused credentials of frank were revoked',
          description: expect.stringMatching(
            /^Account 123456789012, owner team-a: used [\d-]+ \(120 days, limit 45\); used /u,
          ),
          nextSteps: [
            `To restore them, see docs/undo.md. The revocation is execution ${execution}.`,
          ],
        },
      },
      expect.objectContaining({ version: '1.0' }),
      expect.objectContaining({ version: '1.0' }),
    ]);
    const tickets = sent('ticket.yaml');
    expect(tickets).toHaveLength(5);
    expect(tickets).toContainEqual({
      externalId: expect.stringMatching(/^user-newly-noncompliant\/AIDA[A-Z0-9]+\/20/u),
      summary: 'IAM user frank in account 123456789012 has unused credentials',
      description: expect.stringMatching(/^arn:aws:iam::123456789012:user\/team\/frank: key/u),
      team: 'team-a',
    });
    expect(sent('log-group.yaml')).toHaveLength(19);
  });

  it('says in the message of a revocation how to restore it and notify the same topic', () => {
    const message = account.published[2]?.message;
    expect(message).toContain(
      `RestorePassword=true,NotificationTopicArn=${topicArn},AutomationAssumeRole=`,
    );
  });

  it('reports an evaluation that fails with all retries once, which an event rule turns into a message', () => {
    const failed = deployed.logs.filter(
      (line) => line.includes('typo') && line.includes('summary'),
    );
    expect(failed).toHaveLength(3);
    const failures = account.events.filter(({ source }) => source === 'lambda');
    expect(failures).toHaveLength(1);
    const rules = deployed.stack.resources.filter(
      ({ type, properties }) => type === 'AWS::Events::Rule' && 'EventPattern' in properties,
    );
    const sent = rules.flatMap(({ properties: { EventPattern, Targets } }) =>
      matchesEvent(EventPattern, failures[0])
        ? (Targets as { Arn: string; InputTransformer: InputTransformer }[])
        : [],
    );
    expect(sent.map(({ Arn }) => Arn)).toEqual([topicArn]);
    const [text] = sent.map((each) => transformInput(each.InputTransformer, failures[0]));
    expect(text?.[0]).toMatch(
      /^An evaluation of IAM users failed in account 123456789012, us-east-1\./u,
    );
    expect(text?.join()).not.toContain('typo');
  });

  it("revokes nothing while the rule's parameters differ from the stack's", () => {
    expect(ran.get('frank by the changed rule')).toMatchObject({
      status: 'Failed',
      failureMessage: expect.stringContaining(
        'exemptPathPrefixes is /mallory/, in the stack none; exemptUntilTag is of-mallory, in the stack exempt-until-date. ',
      ),
    });
  });

  it("exempts by the stack's own tag, even if the rule names another, and lets the reader role of this account read the password", () => {
    expect(frank.tags.map(({ Key }) => Key)).toEqual(['Owner', 'exempt-until-date']);
    const [secret] = account.secrets.values();
    expect(secret?.policy).toContain('arn:aws:iam::123456789012:role/PasswordReader');
  });

  // The roles are checked in both directions. The scenario above uses every permission of the account stack. A
  // permission that is missing is denied, which the first test finds. The local account notes each permission
  // (role, statement, action and resource) that allowed or denied a request; the second test finds the ones that
  // nothing used.
  it('has every permission that its requests need, except where a test makes them fail', () => {
    const failed = deployed.aws.requests.entries.filter(({ error }) => error?.includes('Denied'));
    expect(failed).toEqual([
      { service: 'iam', operation: 'CreateLoginProfile', error: expect.any(String) },
    ]);
  });

  it('uses every permission of its roles, so that an unused permission fails here', async () => {
    const session = (role: string) =>
      `arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-${role}-us-east-1/test`;
    const attempt =
      (service: string, operation: string, input: Record<string, unknown>, role = 'Revoke') =>
      () =>
        deployed.aws.perform({ service, operation, input, caller: session(role) });
    const explicit = expect.objectContaining({ message: expect.stringContaining('explicit deny') });
    const [AccessKeyId] = guarded.accessKeys.map((key) => key.accessKeyId);
    const key = { UserName: 'guarded', AccessKeyId };
    const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

    // A deny is used only by a request that the documents never send.
    expect(attempt('iam', 'UpdateAccessKey', { ...key, Status: 'Inactive' })).toThrow(explicit);
    expect(attempt('iam', 'DeleteAccessKey', key)).toThrow(explicit);
    expect(attempt('iam', 'DeleteAccessKey', key, 'Purge')).toThrow(explicit);
    expect(attempt('iam', 'DeleteLoginProfile', { UserName: 'guarded' })).toThrow(explicit);
    const profile = { UserName: 'guarded', Password: 'x' };
    expect(attempt('iam', 'CreateLoginProfile', profile, 'IssuePassword')).toThrow(explicit);
    const PolicyArn = 'arn:aws:iam::aws:policy/AWSDenyAll';
    guarded.tags.push({ Key: restoringTag, Value: 'execution' });
    for (const operation of ['AttachUserPolicy', 'PutUserPolicy', 'DetachUserPolicy']) {
      const policy = { UserName: 'guarded', PolicyArn, PolicyName: 'x', PolicyDocument: '{}' };
      expect(attempt('iam', operation, policy, 'RestorePermissions')).toThrow(explicit);
    }
    const [Name] = account.parameters.keys();
    const overwriting = { Name, Value: 'x', Type: 'String', Overwrite: true };
    expect(attempt('ssm', 'PutParameter', overwriting)).toThrow(explicit);

    const guardedChanges: [string, Record<string, unknown>][] = [
      ['UpdateAccessKey', { ...key, Status: 'Inactive' }],
      ['DeleteLoginProfile', { UserName: 'guarded' }],
      ['DeleteUserPolicy', { UserName: 'guarded', PolicyName: 'x' }],
      ['DeactivateMFADevice', { UserName: 'guarded', SerialNumber: 'x'.repeat(9) }],
      ['AttachUserPolicy', { UserName: 'guarded', PolicyArn: readOnly }],
      ['DetachUserPolicy', { UserName: 'guarded', PolicyArn: readOnly }],
    ];
    for (const [operation, input] of guardedChanges) {
      expect(attempt('iam', operation, input, 'Retire')).toThrow(explicit);
    }
    const [part = ''] = [...account.parameters.keys()].filter((each) =>
      each.startsWith(retirementsPath),
    );
    for (const each of [Name, part]) {
      const again = { ...overwriting, Name: each };
      expect(attempt('ssm', 'PutParameter', again, 'Retire')).toThrow(explicit);
    }

    const all = listPermissions(account.roles ?? new Map());
    expect(all.size).toBeGreaterThan(50);
    expect([...all].filter((permission) => !account.permissionsUsed.has(permission))).toEqual([]);
  });

  it.each([
    ['true', true],
    ['TRUE', true],
    ['yes, please', true],
    ['falsely', true],
    ['', true],
    ['false', false],
    ['False', false],
  ])(
    'denies the role Revoke to change a user whose protection tag is %j: %s',
    (Value, isDenied) => {
      guarded.tags = [
        { Key: 'Unused-IAM-Credentials:Protected', Value },
        { Key: revokingTag, Value: 'execution' },
      ];
      const [AccessKeyId] = guarded.accessKeys.map((key) => key.accessKeyId);
      const caller =
        'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Revoke-us-east-1/test';
      const input = { UserName: 'guarded', AccessKeyId, Status: 'Active' };
      const attempt = () =>
        deployed.aws.perform({ service: 'iam', operation: 'UpdateAccessKey', input, caller });
      if (isDenied) expect(attempt).toThrow();
      else expect(attempt).not.toThrow();
    },
  );
});
