import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalAccount, LocalFunction } from '../../../local-aws/account.ts';
import { ago, day } from '../../builders/account.ts';
import { remediationIn, ruleIn } from '../../builders/deployment.ts';
import { topicArn } from '../../builders/remediation.ts';
import { openDoctorCase } from './case.ts';

type Change = (account: LocalAccount) => void;

const setRule =
  (rest: object): Change =>
  (account) =>
    void Object.assign(ruleIn(account), rest);
/** Sets what AWS Config says of the rule's evaluations, times in epoch ms. */
const evaluated = (evaluationStatus: Record<string, string | number>) =>
  setRule({ evaluationStatus });
const setFunction =
  (rest: Partial<LocalFunction>): Change =>
  ({ functions }) => {
    const name = 'unused-iam-credentials-issue-password';
    functions?.set(name, { ...functions.get(name), ...rest });
  };
/** The same for another function and one of its variables. */
const setVariable =
  (functionName: string, name: string, value: string | undefined): Change =>
  ({ functions }) => {
    const { [name]: _, ...rest } = functions?.get(functionName)?.environment ?? {};
    const environment = value === undefined ? rest : { ...rest, [name]: value };
    functions?.set(functionName, { ...functions.get(functionName), environment });
  };
const planner = 'unused-iam-credentials-plan-restoration';
/** Deploys no function that issues passwords. */
const issueNone =
  (passwords: string, action = 'Delete'): Change =>
  (account) => {
    account.functions?.delete('unused-iam-credentials-issue-password');
    setVariable(planner, 'PASSWORDS', passwords)(account);
    setLimit('PasswordAction', action)(account);
  };
/** Sets a parameter of the remediation as the stack does. */
const setLimit =
  (name: string, value: string): Change =>
  (account) => {
    remediationIn(account).parameters[name] = value;
    for (const what of ['revocation', 'retirement']) {
      const functionName = `unused-iam-credentials-plan-${what}`;
      const before = account.functions?.get(functionName)?.environment?.['REVOCATION_LIMITS'];
      const text = JSON.stringify({ ...JSON.parse(before ?? '{}'), [name]: value });
      setVariable(functionName, 'REVOCATION_LIMITS', text)(account);
    }
  };
const otherRule = (sourceIdentifier: string, name = 'mine'): Change => {
  const definition = { sourceIdentifier, inputParameters: {} };
  return ({ config }) => void config.ruleDefinitions.set(name, definition);
};
const otherRemediation =
  (documentName: string, role: string): Change =>
  (account) => {
    otherRule('arn:aws:lambda:us-east-1:123456789012:function:other')(account);
    const parameters = { AutomationAssumeRole: role };
    account.config.remediations.set('mine', { documentName, parameters });
  };
const ownRole = (name: string) => `arn:aws:iam::123456789012:role/UnusedIamCredentials-${name}`;
const addRecord =
  (writer: string): Change =>
  ({ parameters }) =>
    void parameters.set('/unused-iam-credentials/records/AIDAX/junk', {
      versions: [{ value: 'x', version: 1, date: ago(1), user: writer }],
      tags: new Map(),
    });
const purgeDocument = 'UnusedIamCredentials-Purge';
/** Deletes keys after 30 days; the document ran that many days ago, if it ever did. */
const purged =
  (status?: 'Success' | 'Failed', days = 1): Change =>
  (account) => {
    const limits = {
      ...{ ConfigRuleName: 'unused-iam-credentials', DeleteAfterDays: '30' },
      ...{ MaxRevocationsPerDay: '20', EnforceFrom: '2000-01-01' },
    };
    const planPurge = 'unused-iam-credentials-plan-purge';
    setVariable(planPurge, 'PURGE_LIMITS', JSON.stringify(limits))(account);
    if (status === undefined) return;
    account.automation.executions.set('1', {
      ...{ id: '1', documentName: purgeDocument, parameters: {}, outputs: {}, steps: [] },
      ...{ status, start: ago(days) },
    });
  };
const setDocumentStatus =
  (status: 'Failed' | 'Updating'): Change =>
  ({ automation }) => {
    automation.documentStatus = new Map([['UnusedIamCredentials-Revoke', status]]);
  };
const setRemediation =
  (name: string, value: string): Change =>
  (account) => {
    remediationIn(account).parameters[name] = value;
  };
const setSubscriptions =
  (...arns: string[]): Change =>
  ({ subscriptions }) => {
    const list = arns.map((arn, index) => ({ arn, protocol: 'email', endpoint: `${index}@x.org` }));
    subscriptions?.set(topicArn, list);
  };
const setRecorder =
  (rest: object): Change =>
  ({ config: { recorder } }) => {
    if (recorder) Object.assign(recorder, rest);
  };
/** Adds the secret of a password that was issued nine days ago. */
const secret =
  (rest: object, name = 'unused-iam-credentials/AIDAX/e-1'): Change =>
  ({ secrets }) =>
    void secrets.set(name, {
      ...{ name, arn: 'arn:x', tags: [], versions: [], createdAt: ago(9) },
      ...rest,
    });
const addResult: Change = ({ config }) => {
  const resource = { resourceType: 'AWS::IAM::User', resourceId: 'AIDAX' };
  const result = { ...resource, complianceType: 'COMPLIANT' as const, annotation: undefined };
  const times = { orderingTimestamp: ago(1), recordedAt: ago(1) };
  config.evaluations.push({ ruleName: 'unused-iam-credentials', ...result, ...times });
};
/** Adds the result that a run puts if no user's result changed. */
const addNoResult: Change = ({ config }) => {
  const resource = { resourceType: 'AWS::::Account', resourceId: '123456789012' };
  const result = { ...resource, complianceType: 'NOT_APPLICABLE' as const, annotation: undefined };
  const times = { orderingTimestamp: ago(0.5), recordedAt: ago(0.5) };
  config.evaluations.push({ ruleName: 'unused-iam-credentials', ...result, ...times });
};
const daily = {
  recordingGroup: { resourceTypes: ['AWS::IAM::User'] },
  recordingMode: { recordingFrequency: 'DAILY' },
};
const failed = { LastFailedEvaluationTime: ago(0.5), LastErrorMessage: 'denied' };
const failedBefore = { LastFailedEvaluationTime: ago(1), LastErrorMessage: 'denied' };
const log = 'read its log: Lambda → Functions → unused-iam-credentials-evaluate';
const deploy = 'deploy the stack UnusedIamCredentials of this version';

/**
 * Changes of a healthy deployment. The key is what doctor then says: `<state> <check>: <part of the finding> =>
 * <part of the remedy>`. Each change affects only this check.
 */
const cases: Readonly<Record<string, Change>> = {
  [`wrong rule: is deleting the rule => ${deploy}`]: setRule({ state: 'DELETING_RESULTS' }),
  'wrong rule: is arn:aws:lambda:us-east-1:1:function:x; expected => fix the parameters': setRule({
    sourceIdentifier: 'arn:aws:lambda:us-east-1:1:function:x',
  }),
  'wrong rule: maxCredentialUsageAge => fix the parameters of the stack': (account) => {
    ruleIn(account).inputParameters['maxCredentialUsageAge'] = '0';
  },
  [`wrong rule: no scheduled trigger => ${deploy}`]: setRule({ sourceDetails: [] }),
  [`wrong evaluation: the last evaluation failed at 2026-11-20T18:30:00Z: denied => ${log}`]:
    evaluated({ LastSuccessfulEvaluationTime: ago(1), ...failed }),
  [`wrong evaluation: the last evaluation failed => ${log}`]: evaluated({
    LastFailedInvocationTime: ago(0.5),
  }),
  [`wrong evaluation: last evaluated 2026-11-19T04:06:00Z, more than 48 hours ago => ${log}`]:
    evaluated({ LastSuccessfulEvaluationTime: ago(2.1) }),
  [`wrong function-evaluate: there is no function unused-iam-credentials-evaluate => ${deploy}`]: ({
    functions,
  }) => void functions?.delete('unused-iam-credentials-evaluate'),
  'wrong function-issue-password: it is 0123456789abcdef => or use the command line of the deployed':
    setFunction({ description: 'x (content 0123456789abcdef)' }),
  [`wrong function-issue-password: its description does not name its version => ${deploy}`]:
    setFunction({ description: undefined }),
  'wrong function-issue-password: state Failed: no role => fix the cause, then': setFunction({
    ...{ state: 'Failed', stateReason: 'no role' },
  }),
  'wrong function-issue-password: last update Failed => fix the cause, then': setFunction({
    lastUpdateStatus: 'Failed',
  }),
  'wrong rule: changed since its deployment: maxCredentialUsageAge is "3650", in the stack not set => What someone changed':
    (account) => {
      ruleIn(account).inputParameters['maxCredentialUsageAge'] = '3650';
    },
  'wrong rule: changed since its deployment: maxCredentialUsageAge is "3000", in the stack not set => What someone changed':
    setRule({ inputParameters: { maxCredentialUsageAge: 3000 } }),
  'wrong rule: changed since its deployment: evaluationScope is not set, in the stack "user" => What':
    setVariable(
      ...([
        'unused-iam-credentials-evaluate',
        'RULE_PARAMETERS',
        '{"evaluationScope":"user"}',
      ] as const),
    ),
  'wrong rule: the variable RULE_PARAMETERS of unused-iam-credentials-evaluate is not what => What':
    setVariable(...(['unused-iam-credentials-evaluate', 'RULE_PARAMETERS', '{'] as const)),
  'wrong rule: RULE_PARAMETERS of unused-iam-credentials-evaluate is not what the stack writes => What someone changed':
    setVariable(
      ...(['unused-iam-credentials-evaluate', 'RULE_PARAMETERS', '{"evaluationScope":1}'] as const),
    ),
  'wrong function-issue-password: changed since its deployment: the code in index.js => What':
    setFunction({ files: { 'index.js': 'evil' } }),
  'wrong function-issue-password: changed since its deployment: the added file node_modules/a.js => What':
    setFunction({
      files: { 'index.js': 'unused-iam-credentials-issue-password', 'node_modules/a.js': 'evil' },
    }),
  [`wrong function-issue-password: the role ${ownRole('Admin')}, not ${ownRole('IssuePassword-us-east-1')} => What`]:
    setFunction({ role: ownRole('Admin') }),
  'wrong function-issue-password: the added layer arn:aws:lambda:us-east-1:1:layer:evil:1 => What':
    setFunction({ layers: ['arn:aws:lambda:us-east-1:1:layer:evil:1'] }),
  'wrong function-issue-password: the added environment variable NODE_OPTIONS => What': setVariable(
    ...(['unused-iam-credentials-issue-password', 'NODE_OPTIONS', '--require x'] as const),
  ),
  'wrong function-plan-restoration: the missing environment variable RESTORE_OPERATOR_ARNS => What':
    setVariable(planner, 'RESTORE_OPERATOR_ARNS', undefined),
  'wrong function-issue-password: there is no function unused-iam-credentials-issue-password => deploy':
    ({ functions }) => void functions?.delete('unused-iam-credentials-issue-password'),
  'warning function-issue-password: revocations delete passwords, and no restoration can => Pass':
    issueNone('None'),
  'ok function-issue-password: not deployed: an administrator creates new passwords by hand':
    issueNone('ByHand'),
  'ok function-issue-password: not deployed: an administrator creates': issueNone('None', 'Keep'),
  'wrong remediation: MinimumIdleDays is 1, in the stack 30 => What someone changed':
    setRemediation(...(['MinimumIdleDays', '1'] as const)),
  'wrong remediation: the variable REVOCATION_LIMITS of unused-iam-credentials-plan-revocation is not what => What':
    setVariable(...(['unused-iam-credentials-plan-revocation', 'REVOCATION_LIMITS', ''] as const)),
  'wrong remediation: the variable REVOCATION_LIMITS of unused-iam-credentials-plan-retirement is not that of => What':
    setVariable(
      ...(['unused-iam-credentials-plan-retirement', 'REVOCATION_LIMITS', '{}'] as const),
    ),
  'wrong remediation: REVOCATION_LIMITS of unused-iam-credentials-plan-revocation is not what the stack writes => What someone changed':
    setVariable(
      ...(['unused-iam-credentials-plan-revocation', 'REVOCATION_LIMITS', '{}'] as const),
    ),
  'warning purge: nothing has started UnusedIamCredentials-Purge, although keys => wait a day':
    purged(),
  'warning purge: nothing has started UnusedIamCredentials-Purge since 2026-11-18 => wait a day':
    purged('Success', 3),
  'warning purge: UnusedIamCredentials-Purge started 2026-11-20 => open the execution':
    purged('Failed'),
  'ok purge: UnusedIamCredentials-Purge started 2026-11-20': purged('Success'),
  'warning other-rules: the rule mine runs unused-iam-credentials-evaluate too => CloudTrail':
    otherRule('arn:aws:lambda:us-east-1:123456789012:function:unused-iam-credentials-evaluate'),
  'warning other-rules: the rule mine runs unused-iam-credentials-evaluate too => and delete it':
    otherRule('arn:aws:lambda:us-east-1:123456789012:function:unused-iam-credentials-evaluate:1'),
  'wrong other-rules: the remediation of the rule mine starts UnusedIamCredentials-Restore => Cl':
    otherRemediation('UnusedIamCredentials-Restore', 'arn:aws:iam::123456789012:role/x'),
  [`wrong other-rules: starts Evil under ${ownRole('Revoke-us-east-1')} => CloudTrail`]:
    otherRemediation('Evil', ownRole('Revoke-us-east-1')),
  'ok other-rules: none of 2 rules uses': otherRemediation('AWS-Other', ownRole('x')),
  'wrong records: records/AIDAX/junk (written by arn:aws:iam::123456789012:user/eve) => aws ssm delete-parameter --name /unused-iam-credentials/records/AIDAX/junk':
    addRecord('arn:aws:iam::123456789012:user/eve'),
  [`wrong document-restore: there is no document UnusedIamCredentials-Restore => ${deploy}`]: ({
    automation,
  }) => void automation.documents.delete('UnusedIamCredentials-Restore'),
  [`wrong document-restore: its default version is not the document of this => ${deploy}`]: ({
    automation,
  }) => void automation.documents.set('UnusedIamCredentials-Restore', 'a: 1'),
  [`wrong document-revoke: status Failed => ${deploy}`]: setDocumentStatus('Failed'),
  [`wrong remediation: it starts AWS-Other, not UnusedIamCredentials-Revoke => ${deploy}`]: (
    account,
  ) => {
    remediationIn(account).documentName = 'AWS-Other';
  },
  [`wrong remediation: IAMResourceId is AIDAX => ${deploy}`]: setRemediation(
    ...(['IAMResourceId', 'AIDAX'] as const),
  ),
  [`wrong remediation: AutomationAssumeRole is arn:aws:iam::210987654321:role/x, not arn:aws:iam::123456789012:role/UnusedIamCredentials-Revoke-us-east-1 => ${deploy}`]:
    setRemediation('AutomationAssumeRole', 'arn:aws:iam::210987654321:role/x'),
  [`wrong remediation: ConfigRuleName is other => ${deploy}`]: setRemediation(
    ...(['ConfigRuleName', 'other'] as const),
  ),
  [`wrong remediation: ContentHash is none, not => ${deploy}`]: setRemediation(
    ...(['ContentHash', 'none'] as const),
  ),
  'wrong recorder: AWS Config has no recorder => Set up': ({ config }) => {
    config.recorder = undefined;
  },
  'wrong recorder: the recorder default is stopped => --configuration-recorder-name default':
    setRecorder({ recording: false }),
  'wrong recorder: the recorder failed: no bucket => role and bucket': setRecorder({
    ...{ lastStatus: 'Failure', lastErrorMessage: 'no bucket' },
  }),
  'wrong recorder: the recorder does not record AWS::IAM::User => record AWS IAM User': setRecorder(
    { description: { recordingGroup: { allSupported: true } } },
  ),
  [`wrong subscriptions: there is no topic arn:aws:sns => ${deploy}`]: ({ subscriptions }) =>
    subscriptions?.clear(),
  'wrong subscriptions: has no subscription => NotificationEmail': setSubscriptions(),
  'wrong subscriptions: 0 confirmed; not confirmed yet: email 0@x.org => open the link':
    setSubscriptions('PendingConfirmation'),

  'warning evaluation: the rule is new => --config-rule-names unused-iam-credentials': evaluated({
    FirstActivatedTime: ago(1),
  }),
  [`warning evaluation: AWS Config shows no evaluation and no result => ${log}`]: evaluated({}),
  [`warning evaluation: an earlier evaluation failed at 2026-11-20T06:30:00Z: denied => ${log}`]:
    evaluated({ LastSuccessfulEvaluationTime: ago(0.5), ...failedBefore }),
  'warning function-issue-password: last update InProgress => wait': setFunction({
    lastUpdateStatus: 'InProgress',
  }),
  'warning function-issue-password: state Inactive: Idle => wait': setFunction({
    ...{ state: 'Inactive', stateReason: 'Idle' },
  }),
  'warning document-revoke: status Updating => wait': setDocumentStatus('Updating'),
  'warning recorder: a day late => continuous recording': setRecorder({ description: daily }),
  'warning pause: every revocation is paused since 2026-11-17T18:30:00Z (3 days) => aws ssm delete-parameter --name /unused-iam-credentials/pause':
    ({ parameters }) =>
      void parameters.set('/unused-iam-credentials/pause', {
        versions: [{ value: 'x', version: 1, date: ago(3.5), user: 'x' }],
        tags: new Map(),
      }),
  'warning secrets: have not been read: unused-iam-credentials/AIDAX/e-1 (7 days) => delete-secret --recovery-window-in-days 7 --secret-id unused-iam-credentials/AIDAX/e-1':
    secret({ createdAt: ago(7) }),
  'warning secrets: (8 days) => delete-secret': secret({
    ...{ changedAt: ago(8), accessedAt: ago(9) },
  }),
  [`warning subscriptions: no one is notified: the remediation names no topic => ${deploy}`]:
    setLimit('NotificationTopicArn', 'none'),
  'warning subscriptions: 1 confirmed; not confirmed yet: email 1@x.org => open the link':
    setSubscriptions('arn:aws:sns:x', 'PendingConfirmation'),

  'ok remediation: automatically (automatic remediation is on)': (account) => {
    remediationIn(account).automatic = true;
  },
  'ok subscriptions: us-east-1:210987654321:central is in another account or Region': setLimit(
    'NotificationTopicArn',
    'arn:aws:sns:us-east-1:210987654321:central',
  ),
  'ok subscriptions: eu-west-1:123456789012:central is in another account or Region': setLimit(
    'NotificationTopicArn',
    'arn:aws:sns:eu-west-1:123456789012:central',
  ),
  'ok secrets: 1 kept; none unread': secret({ createdAt: ago(6.9) }),
  // Read on the day on which it was issued.
  'ok secrets: 1 kept; none unread for 7 days': secret({ accessedAt: ago(9) - (ago(9) % day) }),
  // The secret belongs to something else.
  'ok secrets: 0 kept': secret({ createdAt: ago(99) }, 'a'),
  'ok rule: is active': setRule({ state: 'EVALUATING' }),
  // AWS Config may have no status for rules that use a function.
  'ok evaluation: last evaluated 2026-11-20T06': (account) => {
    setRule({ evaluationStatus: undefined })(account);
    addResult(account);
  },
  'ok evaluation: last evaluated 2026-11-20T18:30:00Z': (account) => {
    setRule({ evaluationStatus: undefined })(account);
    addResult(account);
    addNoResult(account);
  },
  'ok evaluation: last evaluated 2026-11-20T06:30:00Z': (account) => {
    evaluated({ LastSuccessfulEvaluationTime: ago(9) })(account);
    addResult(account);
  },
};

interface Case {
  readonly line: string;
  readonly change: Change;
  readonly id: string;
  readonly state: string;
  readonly finding: string;
  readonly remedy: string | undefined;
}

/** Groups the cases of one state into rounds in which no two affect one check: a round takes one account. */
function roundsOf(state: string): { state: string; round: number; ofRound: Case[] }[] {
  const rounds: Case[][] = [];
  for (const [line, change] of Object.entries(cases)) {
    const [, found = '', id = '', finding = '', remedy] =
      /^(\w+) ([\w-]+): (.*?)(?: => (.*))?$/u.exec(line) ?? [];
    if (found !== state) continue;
    const free = rounds.find((others) => others.every((other) => other.id !== id));
    const added = { line, change, id, state, finding, remedy };
    if (free === undefined) rounds.push([added]);
    else free.push(added);
  }
  return rounds.map((ofRound, index) => ({ state, round: index + 1, ofRound }));
}

describe.each(['wrong', 'warning', 'ok'].flatMap(roundsOf))(
  'doctor, $state, round $round',
  ({ ofRound, state }) => {
    let examined: Awaited<ReturnType<Awaited<ReturnType<typeof openDoctorCase>>['examine']>>;
    beforeAll(async () => {
      const { account, examine, close } = await openDoctorCase();
      for (const { change } of ofRound) change(account);
      examined = await examine().finally(close);
    });

    it.each(ofRound)('says $line', ({ id, finding, remedy }) => {
      const result = examined.check(id);
      expect(result).toMatchObject({ state, finding: expect.stringContaining(finding) });
      if (remedy === undefined) expect(result.remedy).toBeNull();
      else expect(result.remedy).toContain(remedy);
    });

    it('finds nothing else, and its exit code is 1 only if something is wrong', () => {
      const others = examined.report.checks.filter((result) => result.state !== 'ok');
      const expected = state === 'ok' ? [] : ofRound.map(({ id }) => id);
      expect(new Set(others.map(({ id }) => id))).toEqual(new Set(expected));
      expect(examined.code).toBe(state === 'wrong' ? 1 : 0);
    });
  },
);
