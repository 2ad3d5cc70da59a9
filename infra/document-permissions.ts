import {
  defaultExemptUntilTag,
  functionNames,
  marks,
  protectedTag,
  restoredPrefix,
  revokedTag,
} from '../rule/core/names.ts';
import * as arns from './arns.ts';
import { allow, type Statement } from './statement.ts';

const onlyKeys = (keys: readonly unknown[]) => ({
  'ForAllValues:StringEquals': { 'aws:TagKeys': keys },
});

const protection = `aws:ResourceTag/${protectedTag}`;

/** What the role of the document that revokes may do, apart from the topic. */
export const revokePermissions: readonly Statement[] = [
  allow('Plan', ['lambda:InvokeFunction'], arns.functionArn(functionNames.planRevocation)),
  allow('Record', ['ssm:PutParameter'], arns.records),
  {
    ...{ Sid: 'NeverOverwriteRecord', Effect: 'Deny', Action: ['ssm:PutParameter'] },
    Resource: arns.records,
    Condition: { StringEquals: { 'ssm:Overwrite': 'true' } },
  },
  allow('MarkRecord', ['ssm:AddTagsToResource'], arns.records, onlyKeys([marks.applied])),
  allow('ConfirmUser', ['iam:GetUser'], arns.users),
  allow(
    'Revoke',
    ['iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile'],
    arns.users,
  ),
  // The function that plans has looked at the tag already; this holds even if it is wrong. As there, whatever
  // is not `false` protects.
  {
    ...{ Sid: 'NeverTouchProtectedUser', Effect: 'Deny' },
    Action: ['iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:DeleteLoginProfile'],
    Resource: arns.users,
    Condition: {
      Null: { [protection]: 'false' },
      StringNotEqualsIgnoreCase: { [protection]: 'false' },
    },
  },
  allow('TagUser', ['iam:TagUser'], arns.users, onlyKeys([revokedTag])),
];

/**
 * Takes the stack's own exemption tag, or what stands for none. Gives back what the role of the document that
 * restores may do, apart from the topic. Without a valid rule the document uses the default tag.
 */
export function restorePermissions(exemptUntilTag: unknown): readonly Statement[] {
  const exemptionTags = [defaultExemptUntilTag, exemptUntilTag];
  return [
    allow(
      'PlanAndIssuePassword',
      ['lambda:InvokeFunction'],
      [
        arns.functionArn(functionNames.planRestoration),
        arns.functionArn(functionNames.issuePassword),
      ],
    ),
    allow('ConfirmUser', ['iam:GetUser'], arns.users),
    allow('ExemptUser', ['iam:TagUser'], arns.users, onlyKeys(exemptionTags)),
    allow('UntagUser', ['iam:UntagUser'], arns.users, onlyKeys([revokedTag])),
    allow('Reactivate', ['iam:UpdateAccessKey'], arns.users),
    allow('MarkRecord', ['ssm:AddTagsToResource'], arns.records, {
      'ForAllValues:StringLike': { 'aws:TagKeys': [marks.restored, `${restoredPrefix}*`] },
    }),
  ];
}
