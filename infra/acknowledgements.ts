import { Aws, type Stack, Validations } from 'aws-cdk-lib';
import { aggregatorPolicyArn } from './aggregator.ts';
import * as arns from './arns.ts';

/** A finding of a check that is left as it is, and why. */
export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

/** How cdk-nag writes an ARN that CloudFormation fills in. */
function inFinding(arn: string): string {
  return arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
}

const resource = (arn: string, reason: string): Acknowledgement => ({
  id: `AwsSolutions-IAM5[Resource::${inFinding(arn)}]`,
  reason,
});

const noPasswords: Acknowledgement = {
  id: 'CloudFormation-Validate::W2509',
  reason:
    'MaxPasswordUsageAge, PasswordAction and PasswordReaderRoleArn speak of passwords and hold none.',
};

/** What is left as it is in the account stack. A test fails for one that no finding needs. */
export const accountAcknowledgements: readonly Acknowledgement[] = [
  resource(
    arns.unnameable,
    'Actions for which the service defines no resource: a test names each. None of them changes anything but evaluations.',
  ),
  resource(
    arns.users,
    'The rule judges, and the documents act on, every user of the account; who is spared is said by tags, paths and brakes.',
  ),
  resource(arns.configRules, 'The ARN of a rule carries an ID that the rule gets when it is made.'),
  resource(arns.records, 'Every user and every revocation has a record of its own.'),
  resource(arns.executions, 'The ARN of an execution carries nothing but a generated ID.'),
  resource(arns.secrets, 'Every password that is issued has a secret of its own.'),
  {
    id: 'CloudFormation-Validate::W1030',
    reason: 'CentralEventBusArn has no length only where a condition leaves the rules with it out.',
  },
  noPasswords,
];

/** What is left as it is in the organization stack. */
export const organizationAcknowledgements: readonly Acknowledgement[] = [
  {
    id: `AwsSolutions-IAM4[Policy::${inFinding(aggregatorPolicyArn)}]`,
    reason:
      'AWS keeps this policy for aggregators, and documents that the role has it. It reads the list of accounts.',
  },
  noPasswords,
];

/** Takes a stack and what is left as it is in it. Tells the checks. */
export function acknowledge(stack: Stack, acknowledgements: readonly Acknowledgement[]): void {
  for (const each of acknowledgements) Validations.of(stack).acknowledge(each);
}
