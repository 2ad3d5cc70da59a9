import { type CfnCondition, aws_iam as iam } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { NotificationTopic } from './notification-topic.ts';
import { allow, policyDocument, type Statement } from './statement.ts';

/**
 * Takes a stack, the roles that publish, and where messages go. Gives the roles what they need: for the
 * organization's topic, which is encrypted, the use of its key as well; SNS names the topic in the
 * encryption context. Gives back the policies.
 */
export function createPublicationPolicies(
  scope: Construct,
  roles: readonly iam.CfnRole[],
  { isOwn, own, isCentral, central, key }: NotificationTopic,
): readonly iam.CfnPolicy[] {
  const create = (id: string, condition: CfnCondition, statements: readonly Statement[]) => {
    const policy = new iam.CfnPolicy(scope, id, {
      policyName: 'Publish',
      policyDocument: policyDocument(statements),
      roles: roles.map(({ ref }) => ref),
    });
    policy.cfnOptions.condition = condition;
    return policy;
  };
  const publish = ['sns:Publish'];
  return [
    create('PublishToOwnTopic', isOwn, [allow('Publish', publish, own)]),
    create('PublishToCentralTopic', isCentral, [
      allow('Publish', publish, central),
      allow('EncryptMessage', ['kms:GenerateDataKey', 'kms:Decrypt'], key, {
        StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': central },
      }),
    ]),
  ];
}
