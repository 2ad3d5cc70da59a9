import { Aws, type CfnParameter, aws_kms as kms, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { prefix } from '../rule/core/names.ts';
import { ofOrganization, publishers } from './organization-principals.ts';
import { policyDocument } from './statement.ts';

/** What administers the key and cannot use it. Without PutKeyPolicy nobody could, and the key would be orphaned. */
const administration = [
  ...['kms:DescribeKey', 'kms:UpdateKeyDescription', 'kms:EnableKey', 'kms:DisableKey'],
  ...['kms:GetKeyPolicy', 'kms:ListKeyPolicies', 'kms:PutKeyPolicy'],
  ...['kms:GetKeyRotationStatus', 'kms:ListKeyRotations', 'kms:EnableKeyRotation'],
  ...['kms:DisableKeyRotation', 'kms:RotateKeyOnDemand'],
  ...['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
  ...['kms:ListGrants', 'kms:RevokeGrant'],
  ...['kms:ListResourceTags', 'kms:TagResource', 'kms:UntagResource'],
  ...['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
] as const;

/**
 * Takes a stack, the organization's ID and the ARN of the topic. Makes the key that encrypts the topic's messages.
 * It goes with the stack, after a week in which it can be kept: it encrypts nothing that lasts.
 */
export function createCentralKey(
  scope: Construct,
  organizationId: CfnParameter,
  topicArn: string,
): kms.CfnKey {
  const use = { Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' };
  const { StringEquals, ArnLike } = ofOrganization(organizationId, publishers);
  const key = new kms.CfnKey(scope, 'Key', {
    description: 'Encrypts the messages of unused-iam-credentials from all accounts',
    enableKeyRotation: true,
    pendingWindowInDays: 7,
    keyPolicy: policyDocument([
      {
        ...{ Sid: 'Administration', Effect: 'Allow' },
        Principal: { AWS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root` },
        ...{ Action: [...administration], Resource: '*' },
      },
      {
        ...{ Sid: 'Publishers', Effect: 'Allow', Principal: { AWS: '*' }, ...use },
        Condition: {
          StringEquals: {
            ...StringEquals,
            'kms:EncryptionContext:aws:sns:topicArn': topicArn,
          },
          ArnLike,
        },
      },
      // EventBridge fails to publish where this statement says on whose behalf ("Managing Amazon SNS encryption keys
      // and costs" in the SNS Developer Guide). Which topic takes its messages, the topic's policy says.
      {
        ...{ Sid: 'Events', Effect: 'Allow' },
        Principal: { Service: 'events.amazonaws.com' },
        ...use,
      },
    ]),
  });
  key.applyRemovalPolicy(RemovalPolicy.DESTROY);
  new kms.CfnAlias(scope, 'KeyAlias', { aliasName: `alias/${prefix}`, targetKeyId: key.ref });
  return key;
}
