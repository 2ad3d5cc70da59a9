import {
  Aws,
  type CfnCondition,
  type CfnParameter,
  Fn,
  aws_organizations as organizations,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  defaultExemptUntilTag,
  documentNames,
  prefix,
  protectedTag,
  recordsPath,
} from '../../rule/core/names.ts';
import { stackSetName } from '../parameters/organization.ts';
import type { PolicyParameterName } from '../parameters/protection.ts';
import type { Wave } from '../settings/settings.ts';
import { anyUser, waveExemptions } from '../settings/waves.ts';
import { choose, isGiven } from '../shared/conditions.ts';
import { policyDocument, rolePrefix, type Statement } from '../shared/roles.ts';
import * as actions from './actions.ts';

// Of any partition, account and Region.
const role = (name: string) => `arn:*:iam::*:role/${name}`;
const functions = `arn:*:lambda:*:*:function:${prefix}-*`;
const secrets = `arn:*:secretsmanager:*:*:secret:${prefix}/*`;
const records = `arn:*:ssm:*:*:parameter${recordsPath}/*`;
const documents = Object.values(documentNames).map((name) => `arn:*:ssm:*:*:document/${name}`);
const stacks = `arn:*:cloudformation:*:*:stack/StackSet-${stackSetName}-*`;
/** Under these roles StackSets makes what an account's stack holds. */
const stackSetRoles = role('stacksets-exec-*');
const revokeRole = role(`${documentNames.revoke}-*`);
const restoreRole = role(`${documentNames.restore}-*`);
const issuePasswordRole = role(`${rolePrefix}IssuePassword-*`);

/** Whom the rule spares, and who may say so. */
export interface ProtectionProps {
  readonly administrators: CfnParameter;
  readonly exemptUntilTag: CfnParameter;
  readonly exemptPathPrefixes: CfnParameter;
  /** Waves may spare others. */
  readonly waves: readonly Wave[];
}

/**
 * Takes whom the rule spares, and who may say so. Gives back the statements of a service control policy that
 * deny it to everybody else. The pause switch is free: whoever has the rights may stop everything. So is the
 * rule: its ARN carries an ID that it gets when it is made.
 */
export function protectionStatements(props: ProtectionProps): readonly unknown[] {
  const { administrators, exemptUntilTag, exemptPathPrefixes, waves } = props;
  const deny = (
    { Sid, Action, Resource, Condition }: Omit<Statement, 'Effect'>,
    ...also: readonly string[]
  ) => {
    const spared = Fn.split(',', join([stackSetRoles, ...also, administrators.valueAsString]));
    const condition = { ...Condition, ArnNotLike: { 'aws:PrincipalArn': spared } };
    return { Sid, Effect: 'Deny', Action, Resource, Condition: condition };
  };
  const { tagKeys, userArns } = waveExemptions(waves);
  const tag = choose(isGiven(exemptUntilTag), exemptUntilTag.valueAsString);
  const others = [
    ...[functions, ...documents, stacks, role(`${rolePrefix}*`)],
    // The roles that are spared, too: whoever makes himself such a role would be.
    ...[stackSetRoles, administrators.valueAsString],
    ...userArns,
  ];
  return [
    deny(
      {
        Sid: 'Exemptions',
        Action: ['iam:TagUser', 'iam:UntagUser', 'iam:CreateUser'],
        Resource: `${anyUser}/*`,
        Condition: {
          // A user's tag keys are the same in any case.
          'ForAnyValue:StringEqualsIgnoreCase': {
            'aws:TagKeys': [defaultExemptUntilTag, protectedTag, tag, ...tagKeys],
          },
        },
      },
      restoreRole,
    ),
    deny(
      {
        Sid: 'Automation',
        Action: [...actions.recordActions, ...actions.invocationActions],
        Resource: [records, functions],
      },
      revokeRole,
      restoreRole,
    ),
    deny({ Sid: 'Passwords', Action: actions.secretActions, Resource: secrets }, issuePasswordRole),
    // One statement, since each repeats who is spared; no action goes with two of the resources' types.
    deny({
      Sid: 'Machinery',
      Action: [
        ...['iam:CreateUser', 'iam:UpdateUser'],
        ...actions.functionActions,
        ...actions.documentActions,
        ...actions.roleActions,
        ...actions.stackActions,
      ],
      Resource: Fn.split(
        ',',
        choose(
          isGiven(exemptPathPrefixes),
          join([...others, usersBelow(exemptPathPrefixes.valueAsString)]),
          join(others),
        ).toString(),
      ),
    }),
  ];
}

/** Takes paths separated by commas. Gives back the ARNs of all users below them, separated likewise. */
function usersBelow(paths: string): string {
  return `${anyUser}${Fn.join(`*,${anyUser}`, Fn.split(',', paths))}*`;
}

function join(arns: readonly string[]): string {
  return Fn.join(',', [...arns]);
}

/**
 * Takes a stack, the parameters and waves by which the policy is made and, where it may be left out, when it is
 * not. Makes the service control policy. Names of policies are the organization's: it ends with the Region.
 */
export function createProtectionPolicy(
  scope: Construct,
  parameters: Readonly<Record<PolicyParameterName, CfnParameter>>,
  waves: readonly Wave[],
  condition?: CfnCondition,
): organizations.CfnPolicy {
  const { PolicyTargetIds: targets } = parameters;
  const statements = protectionStatements({
    administrators: parameters.AdministratorRoleArns,
    exemptUntilTag: parameters.ExemptUntilTag,
    exemptPathPrefixes: parameters.ExemptPathPrefixes,
    waves,
  });
  const policy = new organizations.CfnPolicy(scope, 'ProtectionPolicy', {
    name: `${prefix}-${Aws.REGION}`,
    type: 'SERVICE_CONTROL_POLICY',
    description:
      'Only named roles exempt IAM users from unused-iam-credentials or change what it is made of',
    content: policyDocument(statements),
    // Without targets no policy is made; checks look at the targets all the same.
    targetIds: Fn.split(
      ',',
      choose(isGiven(targets), targets.valueAsString, Aws.ACCOUNT_ID).toString(),
    ),
  });
  if (condition !== undefined) policy.cfnOptions.condition = condition;
  return policy;
}
