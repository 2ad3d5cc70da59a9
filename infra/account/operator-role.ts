import { Aws, type CfnParameter } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  defaultExemptUntilTag,
  documentNames,
  functionNames,
  protectedTag,
  recordsPath,
  revokedTag,
} from '../../rule/core/names.ts';
import type { AccountParameterName } from '../parameters/account.ts';
import { isGiven } from '../shared/conditions.ts';
import { allow, createRole, rolePrefix, type Statement } from '../shared/roles.ts';
import {
  executions,
  functionArn,
  onlyKeys,
  own,
  pauseSwitch,
  records,
  restorations,
  unnameable,
  users,
} from './permissions.ts';

const inAccount = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}`;

/** The ARN of the role of operators, which exists only if a parameter names who can assume it. */
export const operatorRoleArn = `${inAccount}:role/${rolePrefix}Operator-${Aws.REGION}`;

/** What the commands of docs/undo.md need, and nothing else; a test compares the two. */
function operatorPermissions(exemptUntilTag: unknown): readonly Statement[] {
  return [
    allow(
      'FindKeyAndRegion',
      ['sts:GetAccessKeyInfo', 'iam:ListRoles', 'iam:ListUsers'],
      unnameable,
    ),
    allow(
      'ReadUser',
      [
        ...['iam:GetUser', 'iam:GetLoginProfile', 'iam:ListAccessKeys'],
        ...['iam:GetAccessKeyLastUsed', 'iam:ListAttachedUserPolicies'],
      ],
      users,
    ),
    allow(
      'ListRecords',
      ['ssm:GetParametersByPath'],
      [own('ssm', `parameter${recordsPath}`), records],
    ),
    allow('ReadRecord', ['ssm:GetParameterHistory', 'ssm:ListTagsForResource'], records),
    allow('Restore', ['ssm:StartAutomationExecution'], restorations),
    allow(
      'PassRestoreRole',
      ['iam:PassRole'],
      `${inAccount}:role/${documentNames.restore}-${Aws.REGION}`,
      { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    ),
    allow(
      'FollowExecution',
      ['ssm:GetAutomationExecution', 'ssm:DescribeAutomationStepExecutions'],
      executions,
    ),
    allow(
      'ReadDeployment',
      ['lambda:GetFunctionConfiguration'],
      functionArn(functionNames.issuePassword),
    ),
    allow(
      'ReadRuleTopicAndHistory',
      [
        'config:DescribeConfigRules',
        'config:DescribeRemediationConfigurations',
        'ssm:DescribeAutomationExecutions',
      ],
      unnameable,
    ),
    allow(
      'ExemptAndProtect',
      ['iam:TagUser'],
      users,
      onlyKeys([defaultExemptUntilTag, protectedTag, exemptUntilTag]),
    ),
    allow('ReactivateByHand', ['iam:UpdateAccessKey'], users, {
      Null: { [`aws:ResourceTag/${revokedTag}`]: 'false' },
    }),
    allow('Pause', ['ssm:PutParameter', 'ssm:DeleteParameter'], pauseSwitch),
  ];
}

/** The role of operators: they find out what was revoked, restore it, and exempt users. */
export function createOperatorRole(
  scope: Construct,
  { OperatorPrincipalArn }: Readonly<Record<AccountParameterName, CfnParameter>>,
  exemptUntilTag: unknown,
): void {
  createRole(scope, 'OperatorRole', {
    name: 'Operator',
    description: 'Role of operators who undo revocations of unused-iam-credentials',
    principal: { AWS: `${inAccount}:root` },
    onBehalfOf: { ArnLike: { 'aws:PrincipalArn': OperatorPrincipalArn.valueAsString } },
    statements: operatorPermissions(exemptUntilTag),
    condition: isGiven(OperatorPrincipalArn),
  });
}
