import { Aws, type Stack, Validations } from 'aws-cdk-lib';
import * as arns from './account/permissions.ts';
import { aggregatorPolicyArn } from './shared/roles.ts';

/** A finding of CDK's checks or of cdk-nag that stays, and why. */
interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

/** An ARN as cdk-nag's finding shows it. */
function inFinding(arn: string): string {
  return arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
}

/** A policy on a resource with a wildcard. */
const resource = (arn: string, reason: string): Acknowledgement => ({
  id: `AwsSolutions-IAM5[Resource::${inFinding(arn)}]`,
  reason,
});

/** Acknowledges parameters whose names contain "Password" but which hold no password. */
const noPasswords: Acknowledgement = {
  id: 'CloudFormation-Validate::W2509',
  reason:
    'MaxPasswordUsageAge, PasswordAction, PasswordReaderRoleArn and PasswordsComeBackByHand are about passwords but contain none.',
};

/** The findings that stay in the account stack. A test fails for an entry without a finding. */
export const accountAcknowledgements: readonly Acknowledgement[] = [
  resource(
    arns.unnameable,
    'Actions for which the service defines no resource, and one whose resource AWS does not document: a test names each. Only PutEvaluations changes anything.',
  ),
  resource(
    arns.users,
    'The rule and the documents apply to every user of the account. Tags, paths and limits exempt users.',
  ),
  resource(arns.configRules, 'The ARN of a rule contains an ID that AWS Config generates.'),
  resource(arns.records, 'Every revocation of every user has its own record.'),
  resource(arns.retirements, 'Every retirement of every user has its own parameters.'),
  resource(arns.groups, 'Users can be members of any group. IAM takes no tag of the user here.'),
  ...arns.managedPolicies.map((arn, index) =>
    resource(
      arn,
      `Any policy of ${index === 0 ? 'AWS' : 'the account'} may have been attached to a user. The roles only read whether it exists, and its ID.`,
    ),
  ),
  resource(
    arns.listedRecords,
    'AWS does not document whether GetParametersByPath needs the path or what is below it.',
  ),
  resource(
    arns.restorations,
    'The role of operators may start any version of the document that restores.',
  ),
  resource(arns.executions, 'The ARN of an execution contains only a generated ID.'),
  resource(arns.secrets, 'Every issued password has its own secret, named after the revocation.'),
  {
    id: 'CloudFormation-Validate::W1030',
    reason: 'CentralEventBusArn is empty only if a condition omits the rules that use it.',
  },
  {
    id: 'Annotation::@aws-cdk/core:Stack.templateSize',
    reason:
      'CDK warns from 800,000 bytes on. The code of the functions stands in the template, so that accounts need no bucket. A test holds it below the 1,000,000 bytes that CloudFormation takes.',
  },
  noPasswords,
];

/** The findings that stay in the organization stack. */
export const organizationAcknowledgements: readonly Acknowledgement[] = [
  {
    id: `AwsSolutions-IAM4[Policy::${inFinding(aggregatorPolicyArn)}]`,
    reason:
      'AWS documents this managed policy for the role of an aggregator. It only reads the list of accounts.',
  },
  noPasswords,
];

/** The findings that stay in the protection stack. */
export const protectionAcknowledgements: readonly Acknowledgement[] = [noPasswords];

export function acknowledge(stack: Stack, acknowledgements: readonly Acknowledgement[]): void {
  for (const each of acknowledgements) Validations.of(stack).acknowledge(each);
}
