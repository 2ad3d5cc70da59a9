import { aws_iam as iam } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { NotificationTopic } from './notification-topic.ts';
import { allow, policyDocument } from './statement.ts';

/**
 * Takes a stack, the roles that publish, and where messages go. Gives the roles the use of the key by which the
 * organization's topic is encrypted; SNS names the topic in the encryption context.
 */
export function createEncryptionPolicy(
  scope: Construct,
  roles: readonly iam.CfnRole[],
  { isCentral, central, key }: NotificationTopic,
): void {
  const encrypt = allow('EncryptMessage', ['kms:GenerateDataKey', 'kms:Decrypt'], key, {
    StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': central },
  });
  const policy = new iam.CfnPolicy(scope, 'EncryptForCentralTopic', {
    policyName: 'EncryptForCentralTopic',
    policyDocument: policyDocument([encrypt]),
    roles: roles.map(({ ref }) => ref),
  });
  policy.cfnOptions.condition = isCentral;
}
