import type { Build } from '../../cli/doctor/build.ts';
import type {
  LocalAccount,
  LocalRemediationSettings,
  LocalRuleDefinition,
} from '../../local-aws/account.ts';
import { contentHash } from '../../remediation-docs/content-hash.ts';
import { documents, revokeDocument } from '../../remediation-docs/documents.ts';
import { functionNames } from '../../rule/core/names.ts';
import { ago } from './account.ts';
import { ruleName } from './local-rule.ts';
import { readerRoleArn, topicArn } from './remediation.ts';

/** A build in which each function's code is its name, so that nothing has to be bundled. */
export const namesAsBuild: Build = {
  functions: new Map(Object.values(functionNames).map((name) => [name, contentHash(name)])),
  documents: new Map(documents.map(({ name, load }) => [name, load()])),
};

/** The limits of the stack, which are those that the remediation passes. */
const limits = {
  ...{ ConfigRuleName: ruleName, PasswordAction: 'Delete', AccessKeyAction: 'Deactivate' },
  ...{ NeverUsedAccessKeyAction: 'Deactivate', MinimumIdleDays: '30', MaxRevocationsPerDay: '20' },
  ...{ EnforceFrom: '2000-01-01', NotificationTopicArn: topicArn },
};

const {
  evaluate,
  planRevocation,
  planRetirement,
  planRestoration,
  planPurge,
  issuePassword,
  restorePermissions,
} = functionNames;
const roleArn = (name: string) =>
  `arn:aws:iam::123456789012:role/UnusedIamCredentials-${name}-us-east-1`;
const roles: Readonly<Record<string, string>> = {
  ...{ [evaluate]: roleArn('Evaluate'), [planRevocation]: roleArn('PlanRevocation') },
  [planRetirement]: roleArn('PlanRetirement'),
  [planRestoration]: roleArn('PlanRestoration'),
  [planPurge]: roleArn('PlanPurge'),
  [issuePassword]: roleArn('IssuePassword'),
  [restorePermissions]: roleArn('RestorePermissions'),
};
const RULE_PARAMETERS = JSON.stringify({ maxCredentialUsageAge: '', evaluationScope: '' });
const planning = {
  ...{ NOTIFICATION_TOPIC_ARN: topicArn, PASSWORDS: 'Issued', OWNER_TAG: 'owner' },
  ...{ REVOCATION_LIMITS: JSON.stringify(limits), RULE_PARAMETERS },
};
const environments: Readonly<Record<string, Record<string, string>>> = {
  [evaluate]: {
    ...{ CONFIG_RULE_NAME: ruleName, NOTIFICATION_TOPIC_ARN: topicArn },
    ...{ REPORT_UNCHANGED: 'Weekly', AUTOMATIC_REMEDIATION: 'false', RULE_PARAMETERS },
    ...{ OWNER_TAG: 'owner', DIGEST_PER_OWNER: 'false', WARNING_DAYS: '14' },
  },
  [planRevocation]: planning,
  [planRetirement]: planning,
  [planRestoration]: {
    ...{ CONFIG_RULE_NAME: ruleName, NOTIFICATION_TOPIC_ARN: topicArn, PASSWORDS: 'Issued' },
    ...{ RESTORE_OPERATOR_ARNS: '', RULE_PARAMETERS, OWNER_TAG: 'owner' },
  },
  [planPurge]: {
    ...{ NOTIFICATION_TOPIC_ARN: topicArn, RULE_PARAMETERS, OWNER_TAG: 'owner' },
    DIGEST_PER_OWNER: 'false',
    PURGE_LIMITS: JSON.stringify({
      ...{ ConfigRuleName: ruleName, DeleteAfterDays: '0', MaxRevocationsPerDay: '20' },
      EnforceFrom: '2000-01-01',
    }),
  },
  [issuePassword]: {
    ...{ NOTIFICATION_TOPIC_ARN: topicArn, PASSWORD_READER_ROLE_ARN: readerRoleArn },
    OWNER_TAG: 'owner',
  },
  [restorePermissions]: {
    ...{ NOTIFICATION_TOPIC_ARN: topicArn, RESTORE_OPERATOR_ARNS: '', OWNER_TAG: 'owner' },
  },
};

/** Completes what `deploy` put into an account, so that it is a healthy deployment of a build. */
export function deployWhole(
  account: LocalAccount,
  build: Build = namesAsBuild,
  codeOf: (functionName: string) => string = (name) => name,
): void {
  Object.assign(ruleIn(account), {
    sourceDetails: [
      {
        ...{ EventSource: 'aws.config', MessageType: 'ScheduledNotification' },
        MaximumExecutionFrequency: 'TwentyFour_Hours',
      },
    ],
    evaluationStatus: { FirstActivatedTime: ago(30), LastSuccessfulEvaluationTime: ago(0.5) },
  });
  Object.assign(remediationIn(account).parameters, {
    ConfigRuleName: ruleName,
    ContentHash: contentHash(build.documents.get(revokeDocument.name) ?? ''),
  });
  account.config.recorder = {
    ...{ name: 'default', recording: true, lastStatus: 'Success' },
    description: { recordingGroup: { allSupported: true, includeGlobalResourceTypes: true } },
  };
  account.functions = new Map(
    [...build.functions].map(([name, hash]) => [
      name,
      {
        description: `Does its work (content ${hash})`,
        ...{ role: roles[name], environment: { ...environments[name] } },
        files: { 'index.js': codeOf(name) },
      },
    ]),
  );
  const arn = `${topicArn}:11111111-2222-4333-8444-555555555555`;
  account.subscriptions = new Map([
    [topicArn, [{ arn, protocol: 'email', endpoint: 'security@example.com' }]],
  ]);
}

export function ruleIn({ config }: LocalAccount): LocalRuleDefinition {
  const rule = config.ruleDefinitions.get(ruleName);
  if (rule === undefined) throw new Error('No rule was deployed');
  return rule;
}

export function remediationIn({ config }: LocalAccount): LocalRemediationSettings {
  const remediation = config.remediations.get(ruleName);
  if (remediation === undefined) throw new Error('No remediation was deployed');
  return remediation;
}
