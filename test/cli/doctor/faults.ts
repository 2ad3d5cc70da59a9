import { ago } from '../../builders/account.ts';
import { remediationIn, ruleIn } from '../../builders/deployment.ts';
import {
  type Change,
  deploys,
  evaluated,
  log,
  setFunction,
  setRecorder,
  setRemediation,
  setSubscriptions,
} from './changes.ts';

/** What is wrong with a deployment: each of these is noticed by one check. */
export const faults: Change[] = [
  [
    'a rule that is being deleted',
    (account) => {
      ruleIn(account).state = 'DELETING_RESULTS';
    },
    'rule',
    /is deleting the rule/u,
    deploys,
  ],
  [
    'a rule of another function',
    (account) => {
      ruleIn(account).sourceIdentifier = 'arn:aws:lambda:us-east-1:1:function:x';
    },
    'rule',
    /^The source of AWS Config rule .* is arn:aws:lambda:us-east-1:1:function:x; expected/u,
    /mend the parameters/u,
  ],
  [
    'a wrong parameter',
    (account) => {
      ruleIn(account).inputParameters['maxCredentialUsageAge'] = '0';
    },
    'rule',
    /maxCredentialUsageAge/u,
    /mend the parameters of the stack/u,
  ],
  [
    'no schedule',
    (account) => {
      ruleIn(account).sourceDetails = [];
    },
    'rule',
    /no scheduled trigger/u,
    deploys,
  ],
  [
    'a failed evaluation',
    evaluated({
      LastSuccessfulEvaluationTime: ago(1),
      LastFailedEvaluationTime: ago(0.5),
      LastErrorMessage: 'denied',
    }),
    'evaluation',
    /^the last evaluation failed at 2026-11-20T18:30:00Z: denied$/u,
    log,
  ],
  [
    'a failed invocation',
    evaluated({ LastFailedInvocationTime: ago(0.5) }),
    'evaluation',
    /^the last evaluation failed/u,
    log,
  ],
  [
    'no evaluation for two days',
    evaluated({ LastSuccessfulEvaluationTime: ago(2.1) }),
    'evaluation',
    /^last evaluated 2026-11-19T04:06:00Z, more than 48 hours ago$/u,
    log,
  ],
  [
    'no function',
    ({ functions }) => void functions?.delete('unused-iam-credentials-evaluate'),
    'function-evaluate',
    /^there is no function unused-iam-credentials-evaluate/u,
    deploys,
  ],
  [
    'a function of another version',
    setFunction({ description: 'x (content 0123456789abcdef)' }),
    'function-issue-password',
    /^not the code of this version \(\w{16}\); it is 0123456789abcdef$/u,
    /or use the command line of the deployed version$/u,
  ],
  [
    'a function without a version',
    setFunction({ description: undefined }),
    'function-issue-password',
    /its description does not tell$/u,
    deploys,
  ],
  [
    'a failed function',
    setFunction({ state: 'Failed', stateReason: 'no role' }),
    'function-issue-password',
    /^state Failed: no role$/u,
    /^mend the cause, then/u,
  ],
  [
    'a failed update',
    setFunction({ lastUpdateStatus: 'Failed' }),
    'function-issue-password',
    /^last update Failed$/u,
    /^mend the cause, then/u,
  ],
  [
    'no document',
    ({ automation }) => void automation.documents.delete('UnusedIamCredentials-Restore'),
    'document-restore',
    /^there is no document UnusedIamCredentials-Restore/u,
    deploys,
  ],
  [
    'another document',
    ({ automation }) => void automation.documents.set('UnusedIamCredentials-Restore', 'a: 1'),
    'document-restore',
    /^its default version is not the document of this version$/u,
    deploys,
  ],
  [
    'a failed document',
    ({ automation }) => {
      automation.documentStatus = new Map([['UnusedIamCredentials-Revoke', 'Failed']]);
    },
    'document-revoke',
    /^status Failed$/u,
    deploys,
  ],
  [
    'a remediation by another document',
    (account) => {
      remediationIn(account).documentName = 'AWS-Other';
    },
    'remediation',
    /^it starts AWS-Other, not UnusedIamCredentials-Revoke$/u,
    deploys,
  ],
  [
    'a remediation of one user',
    setRemediation('IAMResourceId', 'AIDAX'),
    'remediation',
    /^IAMResourceId is AIDAX/u,
    deploys,
  ],
  [
    'a remediation under another role',
    setRemediation('AutomationAssumeRole', 'arn:aws:iam::210987654321:role/x'),
    'remediation',
    /^AutomationAssumeRole is arn:aws:iam::210987654321:role\/x, not arn:aws:iam::123456789012:role\/UnusedIamCredentials-Revoke-us-east-1$/u,
    deploys,
  ],
  [
    'a remediation by another rule',
    setRemediation('ConfigRuleName', 'other'),
    'remediation',
    /^ConfigRuleName is other/u,
    deploys,
  ],
  [
    'a remediation of another version',
    setRemediation('ContentHash', 'none'),
    'remediation',
    /^ContentHash is none, not \w{16} of/u,
    deploys,
  ],
  [
    'no recorder',
    ({ config }) => {
      config.recorder = undefined;
    },
    'recorder',
    /^AWS Config has no recorder/u,
    /Set up$/u,
  ],
  [
    'a stopped recorder',
    setRecorder({ recording: false }),
    'recorder',
    /^the recorder default is stopped$/u,
    /start-configuration-recorder --configuration-recorder-name default$/u,
  ],
  [
    'a failing recorder',
    setRecorder({ lastStatus: 'Failure', lastErrorMessage: 'no bucket' }),
    'recorder',
    /^the recorder failed: no bucket$/u,
    /role and bucket/u,
  ],
  [
    'a recorder without IAM users',
    setRecorder({ description: { recordingGroup: { allSupported: true } } }),
    'recorder',
    /^the recorder leaves out AWS::IAM::User$/u,
    /record AWS IAM User/u,
  ],
  [
    'no topic',
    ({ subscriptions }) => subscriptions?.clear(),
    'subscriptions',
    /^there is no topic arn:aws:sns/u,
    deploys,
  ],
  [
    'no subscription',
    setSubscriptions(),
    'subscriptions',
    /^nobody is told: arn:aws:sns:.* has no subscription$/u,
    /NotificationEmail$/u,
  ],
  [
    'an unconfirmed subscription',
    setSubscriptions('PendingConfirmation'),
    'subscriptions',
    /^subscriptions: 0 confirmed; not confirmed yet: email 0@x\.org$/u,
    /open the link/u,
  ],
];
