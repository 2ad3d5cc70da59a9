import { Aws, type Stack, Validations } from 'aws-cdk-lib';

/** A finding of CDK's checks or of cdk-nag that stays, and why. */
export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

/** An ARN as cdk-nag's finding shows it. */
export function inFinding(arn: string): string {
  return arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
}

/** A policy on a resource with a wildcard. */
export const resource = (arn: string, reason: string): Acknowledgement => ({
  id: `AwsSolutions-IAM5[Resource::${inFinding(arn)}]`,
  reason,
});

/** Not a password in spite of the parameter's name. */
export const noPasswords: Acknowledgement = {
  id: 'CloudFormation-Validate::W2509',
  reason:
    'MaxPasswordUsageAge, PasswordAction and PasswordReaderRoleArn are about passwords but contain none.',
};

export function acknowledge(stack: Stack, acknowledgements: readonly Acknowledgement[]): void {
  for (const each of acknowledgements) Validations.of(stack).acknowledge(each);
}
