import { Aws, aws_iam as iam } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { choose } from './conditions.ts';
import type { NotificationTopic } from './notification-topic.ts';
import { type RoleProps, rolePrefix } from './role.ts';
import { allow, policyDocument } from './statement.ts';

/** What a role that publishes has besides its own: it is there before the role, and so before the first message. */
export type Publication = Required<Pick<RoleProps, 'statements' | 'managedPolicyArns'>>;

/**
 * Takes a stack and where messages go. Makes the policy that lets a role use the key by which the organization's
 * topic is encrypted, if there is one; SNS names the topic in the encryption context. Gives back what a role needs
 * that publishes.
 */
export function createPublication(
  scope: Construct,
  { arn, isCentral, central, key }: NotificationTopic,
): Publication {
  const encrypt = allow('EncryptMessage', ['kms:GenerateDataKey', 'kms:Decrypt'], key, {
    StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': central },
  });
  const policy = new iam.CfnManagedPolicy(scope, 'EncryptForCentralTopic', {
    managedPolicyName: `${rolePrefix}Encrypt-${Aws.REGION}`,
    description: 'Use of the key of the central topic by unused-iam-credentials',
    policyDocument: policyDocument([encrypt]),
  });
  policy.cfnOptions.condition = isCentral;
  return {
    statements: [allow('Publish', ['sns:Publish'], arn)],
    managedPolicyArns: [choose(isCentral, policy.ref).toString()],
  };
}
