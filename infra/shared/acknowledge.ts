import { Aws, type Stack, Validations } from 'aws-cdk-lib';

/** A finding of a check that is left as it is, and why. */
export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

/** How cdk-nag writes an ARN that CloudFormation fills in. */
export function inFinding(arn: string): string {
  return arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
}

export const resource = (arn: string, reason: string): Acknowledgement => ({
  id: `AwsSolutions-IAM5[Resource::${inFinding(arn)}]`,
  reason,
});

export const noPasswords: Acknowledgement = {
  id: 'CloudFormation-Validate::W2509',
  reason:
    'MaxPasswordUsageAge, PasswordAction and PasswordReaderRoleArn speak of passwords and hold none.',
};

/** Takes a stack and what is left as it is in it. Tells the checks. */
export function acknowledge(stack: Stack, acknowledgements: readonly Acknowledgement[]): void {
  for (const each of acknowledgements) Validations.of(stack).acknowledge(each);
}
