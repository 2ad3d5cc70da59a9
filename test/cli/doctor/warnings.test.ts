import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalAccount } from '../../../local-aws/account.ts';
import { ago, day } from '../../builders/account.ts';
import { remediationIn, ruleIn } from '../../builders/deployment.ts';
import {
  type Change,
  deploys,
  evaluated,
  examineChanged,
  inRounds,
  log,
  secret,
  setFunction,
  setRecorder,
  setRemediation,
  setSubscriptions,
} from './changes.ts';

const warnings: Change[] = [
  [
    'a new rule',
    evaluated({ FirstActivatedTime: ago(1) }),
    'evaluation',
    /^the rule is new/u,
    /start-config-rules-evaluation --config-rule-names unused-iam-credentials$/u,
  ],
  [
    'no word of any evaluation',
    evaluated({}),
    'evaluation',
    /^AWS Config shows no evaluation and no result/u,
    log,
  ],
  [
    'a failure before the last evaluation',
    evaluated({
      LastSuccessfulEvaluationTime: ago(0.5),
      LastFailedEvaluationTime: ago(1),
      LastErrorMessage: 'denied',
    }),
    'evaluation',
    /an earlier evaluation failed at 2026-11-20T06:30:00Z: denied$/u,
    log,
  ],
  [
    'a function that is being updated',
    setFunction({ lastUpdateStatus: 'InProgress' }),
    'function-issue-password',
    /^last update InProgress$/u,
    /^wait/u,
  ],
  [
    'a function that sleeps',
    setFunction({ state: 'Inactive', stateReason: 'Idle' }),
    'function-issue-password',
    /^state Inactive: Idle$/u,
    /^wait/u,
  ],
  [
    'a document that is being updated',
    ({ automation }) => {
      automation.documentStatus = new Map([['UnusedIamCredentials-Revoke', 'Updating']]);
    },
    'document-revoke',
    /^status Updating$/u,
    /^wait/u,
  ],
  [
    'a recorder that looks once a day',
    setRecorder({
      description: {
        recordingGroup: { resourceTypes: ['AWS::IAM::User'] },
        recordingMode: { recordingFrequency: 'DAILY' },
      },
    }),
    'recorder',
    /a day late$/u,
    /continuous recording/u,
  ],
  [
    'a pause',
    ({ parameters }) =>
      void parameters.set('/unused-iam-credentials/pause', {
        versions: [{ value: 'x', version: 1, date: ago(3.5), user: 'x' }],
        tags: new Map(),
      }),
    'pause',
    /^every revocation is paused since 2026-11-17T18:30:00Z \(3 days\)$/u,
    /aws ssm delete-parameter --name \/unused-iam-credentials\/pause$/u,
  ],
  [
    'an unread password',
    secret({ createdAt: ago(7) }),
    'secrets',
    /nobody has read: unused-iam-credentials\/AIDAX\/e-1 \(7 days\)$/u,
    /delete-secret --recovery-window-in-days 7 --secret-id unused-iam-credentials\/AIDAX\/e-1$/u,
  ],
  [
    'a password that was issued anew since it was read',
    secret({ changedAt: ago(8), accessedAt: ago(9) }),
    'secrets',
    /\(8 days\)$/u,
    /delete-secret/u,
  ],
  [
    'no topic in the remediation',
    setRemediation('NotificationTopicArn', 'none'),
    'subscriptions',
    /^nobody is told: the remediation names no topic$/u,
    deploys,
  ],
  [
    'one of two subscriptions unconfirmed',
    setSubscriptions('arn:aws:sns:x', 'PendingConfirmation'),
    'subscriptions',
    /^subscriptions: 1 confirmed; not confirmed yet: email 1@x\.org$/u,
    /open the link/u,
  ],
];

/** What looks odd, and is well. */
const well: Change[] = [
  [
    'automatic remediation',
    (account) => {
      remediationIn(account).automatic = true;
    },
    'remediation',
    /by itself \(automatic remediation is on\)$/u,
    null,
  ],
  [
    'a topic of another account',
    setRemediation('NotificationTopicArn', 'arn:aws:sns:us-east-1:210987654321:central'),
    'subscriptions',
    /is of another account or Region/u,
    null,
  ],
  [
    'a topic of another Region',
    setRemediation('NotificationTopicArn', 'arn:aws:sns:eu-west-1:123456789012:central'),
    'subscriptions',
    /is of another account or Region/u,
    null,
  ],
  [
    'a young unread password',
    secret({ createdAt: ago(6.9) }),
    'secrets',
    /^1 kept; none unread/u,
    null,
  ],
  [
    'a password that was read on the day it was issued',
    secret({ accessedAt: ago(9) - (ago(9) % day) }),
    'secrets',
    /^1 kept; none unread/u,
    null,
  ],
  [
    'a secret of somebody else',
    ({ secrets }) =>
      void secrets.set('a', { name: 'a', arn: 'a', tags: [], versions: [], createdAt: ago(99) }),
    'secrets',
    /^0 kept/u,
    null,
  ],
  [
    'a rule that is being evaluated',
    (account) => {
      ruleIn(account).state = 'EVALUATING';
    },
    'rule',
    /is active/u,
    null,
  ],
  [
    'no status, as AWS has it for functions of one’s own, and a recent result',
    (account) => {
      ruleIn(account).evaluationStatus = undefined;
      addResult(account);
    },
    'evaluation',
    /^last evaluated 2026-11-20T06:30:00Z$/u,
    null,
  ],
  [
    'an old status and a recent result',
    (account) => {
      evaluated({ LastSuccessfulEvaluationTime: ago(9) })(account);
      addResult(account);
    },
    'evaluation',
    /^last evaluated 2026-11-20T06:30:00Z$/u,
    null,
  ],
];

function addResult({ config }: LocalAccount): void {
  const resource = { resourceType: 'AWS::IAM::User', resourceId: 'AIDAX' };
  const result = { ...resource, complianceType: 'COMPLIANT' as const, annotation: undefined };
  const times = { orderingTimestamp: ago(1), recordedAt: ago(1) };
  config.evaluations.push({ ruleName: 'unused-iam-credentials', ...result, ...times });
}

describe.each([
  ...inRounds(warnings).map((round) => ({ ...round, state: 'warning' })),
  ...inRounds(well).map((round) => ({ ...round, state: 'ok' })),
])('doctor, with exit code 0, $state, round $round', ({ changes, state }) => {
  let examined: Awaited<ReturnType<typeof examineChanged>>;
  beforeAll(async () => {
    examined = await examineChanged(changes);
  });

  it.each(changes)('judges: %s', (_what, _change, id, finding, remedy) => {
    const { code, check } = examined;
    expect(check(id)).toMatchObject({ state, finding: expect.stringMatching(finding) });
    expect(check(id).remedy).toEqual(remedy ? expect.stringMatching(remedy) : null);
    expect(code).toBe(0);
  });

  it('finds nothing else', () => {
    const states = examined.report.checks.filter((result) => result.state !== 'ok');
    const expected = state === 'ok' ? [] : changes.map(([, , id]) => id);
    expect(new Set(states.map(({ id }) => id))).toEqual(new Set(expected));
  });
});
