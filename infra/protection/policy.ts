import {
  Aws,
  type CfnCondition,
  CfnOutput,
  type CfnParameter,
  Fn,
  aws_organizations as organizations,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  defaultExemptUntilTag,
  documentNames,
  prefix,
  protectedTag,
  recordsPath,
} from '../../rule/core/names.ts';
import { declareParameters, parameterInterface, withDefaults } from '../parameters/declare.ts';
import {
  type PolicyParameterName,
  policyParameterGroups,
  policyParameters,
  stackSetName,
} from '../parameters/organization.ts';
import { anyUser, type Settings, type Wave, waveExemptions } from '../settings/settings.ts';
import { choose, isGiven } from '../shared/conditions.ts';
import { policyDocument, rolePrefix, type Statement } from '../shared/roles.ts';
import * as actions from './actions.ts';

// In any partition, account and Region.
const role = (name: string) => `arn:*:iam::*:role/${name}`;
const functions = `arn:*:lambda:*:*:function:${prefix}-*`;
const secrets = `arn:*:secretsmanager:*:*:secret:${prefix}/*`;
const records = `arn:*:ssm:*:*:parameter${recordsPath}/*`;
const documents = Object.values(documentNames).map((name) => `arn:*:ssm:*:*:document/${name}`);
const stacks = `arn:*:cloudformation:*:*:stack/StackSet-${stackSetName}-*`;
/** StackSets assumes these roles to deploy the account stack. */
const stackSetRoles = role('stacksets-exec-*');
const revokeRole = role(`${documentNames.revoke}-*`);
const restoreRole = role(`${documentNames.restore}-*`);
const issuePasswordRole = role(`${rolePrefix}IssuePassword-*`);

interface ProtectionProps {
  readonly administrators: CfnParameter;
  readonly exemptUntilTag: CfnParameter;
  readonly exemptPathPrefixes: CfnParameter;
  /** They can have exemptions of their own. */
  readonly waves: readonly Wave[];
}

/**
 * Does not protect the pause switch, so that every principal with the permission can stop everything, nor the rule, since
 * AWS Config generates its ARN.
 */
function protectionStatements(props: ProtectionProps): readonly unknown[] {
  const { administrators, exemptUntilTag, exemptPathPrefixes, waves } = props;
  const deny = (
    { Sid, Action, Resource, Condition }: Omit<Statement, 'Effect'>,
    ...also: readonly string[]
  ) => {
    const allowed = Fn.split(',', join([stackSetRoles, ...also, administrators.valueAsString]));
    const condition = { ...Condition, ArnNotLike: { 'aws:PrincipalArn': allowed } };
    return { Sid, Effect: 'Deny', Action, Resource, Condition: condition };
  };
  const { tagKeys, userArns } = waveExemptions(waves);
  const tag = choose(isGiven(exemptUntilTag), exemptUntilTag.valueAsString);
  const others = [
    ...[functions, ...documents, stacks, role(`${rolePrefix}*`)],
    // The roles that the policy allows, too: nobody else can create such a role.
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
          // IAM compares the tag keys of users without case.
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
    // One statement, since each repeats the allowed roles. No action applies to two of the resource types.
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

/** ARNs of all users below the paths; paths and ARNs are separated by commas. */
function usersBelow(paths: string): string {
  return `${anyUser}${Fn.join(`*,${anyUser}`, Fn.split(',', paths))}*`;
}

function join(arns: readonly string[]): string {
  return Fn.join(',', [...arns]);
}

/** The policy's name is unique in the organization, so that it ends with the Region. */
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
      'Only named roles can exempt IAM users from unused-iam-credentials or change its resources',
    content: policyDocument(statements),
    // Without targets there is no policy, but checks of the template still need a value.
    targetIds: Fn.split(
      ',',
      choose(isGiven(targets), targets.valueAsString, Aws.ACCOUNT_ID).toString(),
    ),
  });
  if (condition !== undefined) policy.cfnOptions.condition = condition;
  return policy;
}

interface ProtectionStackProps extends StackProps {
  readonly settings: Settings;
}

/** Only the service control policy: for the management account, if the organization stack is in a delegated administrator account. */
export class ProtectionStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: ProtectionStackProps) {
    super(scope, id, {
      description:
        'Service control policy that protects the exemptions and resources of unused-iam-credentials',
      ...props,
    });
    const { ExemptUntilTag, ExemptPathPrefixes } = settings.defaults;
    const defaults = {
      ...(ExemptUntilTag === undefined ? {} : { ExemptUntilTag }),
      ...(ExemptPathPrefixes === undefined ? {} : { ExemptPathPrefixes }),
    };
    const parameters = declareParameters(this, withDefaults(policyParameters, defaults));
    this.templateOptions.metadata = parameterInterface(policyParameterGroups);
    const { ref } = createProtectionPolicy(this, parameters, settings.waves);
    new CfnOutput(this, 'ProtectionPolicyId', { value: ref });
  }
}
