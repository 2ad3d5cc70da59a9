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
  restoringTag,
  retirementsPath,
  revokingTag,
} from '../../rule/core/names.ts';
import { acknowledge, protectionAcknowledgements } from '../acknowledgements.ts';
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
const retirements = `arn:*:ssm:*:*:parameter${retirementsPath}*`;
const documents = Object.values(documentNames).map((name) => `arn:*:ssm:*:*:document/${name}`);
const stacks = `arn:*:cloudformation:*:*:stack/StackSet-${stackSetName}-*`;
/** StackSets assumes these roles to deploy the account stack. */
const stackSetRoles = role('stacksets-exec-*');
const revokeRole = role(`${documentNames.revoke}-*`);
const retireRole = role(`${documentNames.retire}-*`);
const restoreRole = role(`${documentNames.restore}-*`);
const purgeRole = role(`${documentNames.purge}-*`);
/**
 * The schedules' role, which passes the role of the document that deletes keys. Only a deployment can create it.
 */
const startPurgeRole = role(`${rolePrefix}StartPurge-*`);
const planRetirementRole = role(`${rolePrefix}PlanRetirement-*`);
const planRestorationRole = role(`${rolePrefix}PlanRestoration-*`);
const restorePermissionsRole = role(`${rolePrefix}RestorePermissions-*`);
const issuePasswordRole = role(`${rolePrefix}IssuePassword-*`);
/** The operators' role, which has only the permissions of docs/undo.md. Only a deployment can create it. */
const operatorRole = role(`${rolePrefix}Operator-*`);
const policies = `arn:*:iam::*:policy/${rolePrefix}*`;
const eventRules = `arn:*:events:*:*:rule/${prefix}-*`;
const alarms = `arn:*:cloudwatch:*:*:alarm:${prefix}-*`;
const logGroups = `arn:*:logs:*:*:log-group:StackSet-${stackSetName}-*`;

interface ProtectionProps {
  readonly administrators: CfnParameter;
  readonly exemptUntilTag: CfnParameter;
  readonly exemptPathPrefixes: CfnParameter;
  readonly passwordReader: CfnParameter;
  /** Waves can have their own exemptions. */
  readonly waves: readonly Wave[];
}

/** Denies the actions to every principal except the administrators, StackSets and these roles. */
function deny(
  { Sid, Action, Resource, Condition }: Omit<Statement, 'Effect'>,
  administrators: CfnParameter,
  ...also: readonly string[]
) {
  const allowed = Fn.split(',', join([stackSetRoles, ...also, administrators.valueAsString]));
  const condition = { ...Condition, ArnNotLike: { 'aws:PrincipalArn': allowed } };
  return { Sid, Effect: 'Deny', Action, Resource, Condition: condition };
}

/**
 * Protects tags, records and secrets, but not the pause switch, so that every principal with the permission can
 * pause revocations.
 */
function dataStatements({ administrators, exemptUntilTag, waves }: ProtectionProps) {
  const { tagKeys } = waveExemptions(waves);
  const tag = choose(isGiven(exemptUntilTag), exemptUntilTag.valueAsString);
  const tagging = (Sid: string, keys: readonly unknown[]) => ({
    ...{ Sid, Action: ['iam:TagUser', 'iam:UntagUser', 'iam:CreateUser'] },
    Resource: `${anyUser}/*`,
    // IAM compares the tag keys of users without case.
    Condition: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': keys } },
  });
  return [
    deny(
      tagging('Exemptions', [defaultExemptUntilTag, protectedTag, restoringTag, tag, ...tagKeys]),
      administrators,
      restoreRole,
      operatorRole,
    ),
    deny(tagging('Revoking', [revokingTag]), administrators, revokeRole, retireRole, purgeRole),
    deny(
      {
        Sid: 'Automation',
        Action: [...actions.recordActions, ...actions.invocationActions],
        Resource: [records, retirements, functions],
      },
      administrators,
      revokeRole,
      retireRole,
      restoreRole,
      purgeRole,
    ),
    deny(
      {
        Sid: 'Retirements',
        Action: actions.readingActions,
        // A principal that can read a path can read the parameters below it, even if a policy denies those.
        Resource: [retirements, `arn:*:ssm:*:*:parameter/${prefix}`],
      },
      administrators,
      planRetirementRole,
      planRestorationRole,
      restorePermissionsRole,
    ),
    deny(
      { Sid: 'Passwords', Action: actions.secretActions, Resource: secrets },
      administrators,
      issuePasswordRole,
    ),
  ];
}

/** Protects the deployment and exempt paths, but not the rule, because AWS Config generates its ARN. */
function machineryStatements(props: ProtectionProps) {
  const { administrators, exemptPathPrefixes, passwordReader, waves } = props;
  const always = [
    ...[functions, ...documents, stacks, role(`${rolePrefix}*`)],
    ...[policies, eventRules, alarms, logGroups],
    // Includes the roles that the policy allows, because otherwise anyone could create one.
    ...[stackSetRoles, administrators.valueAsString],
    ...waveExemptions(waves).userArns,
  ];
  // In a StackSet, `{account}` stands for the account ID.
  const readers = Fn.join('*', Fn.split('{account}', passwordReader.valueAsString));
  const optional = (parameter: CfnParameter, arns: string) =>
    choose(isGiven(parameter), Fn.join('', [',', arns]), '').toString();
  const all = Fn.join('', [
    join(always),
    optional(exemptPathPrefixes, usersBelow(exemptPathPrefixes.valueAsString)),
    optional(passwordReader, readers),
  ]);
  return [
    // One statement, since each repeats the allowed roles. No action applies to two of the resource types.
    deny(
      {
        Sid: 'Machinery',
        Action: [
          ...['iam:CreateUser', 'iam:UpdateUser'],
          ...actions.functionActions,
          ...actions.documentActions,
          ...actions.roleActions,
          ...actions.policyActions,
          ...actions.stackActions,
          ...actions.eventActions,
          ...actions.alarmActions,
          ...actions.logActions,
        ],
        Resource: Fn.split(',', all),
      },
      administrators,
      // The policies of these let each pass one role, that of a document.
      operatorRole,
      startPurgeRole,
    ),
    // AWS Config defines no resource for this action.
    deny(
      { Sid: 'Exceptions', Action: ['config:PutRemediationExceptions'], Resource: '*' },
      administrators,
    ),
  ];
}

/** ARNs of all users below the paths; paths and ARNs are separated by commas. */
function usersBelow(paths: string): string {
  return `${anyUser}${Fn.join(`*,${anyUser}`, Fn.split(',', paths))}*`;
}

function join(arns: readonly string[]): string {
  return Fn.join(',', [...arns]);
}

/** Policy names are unique in an organization, so they end with the Region. */
export function createProtectionPolicies(
  scope: Construct,
  parameters: Readonly<Record<PolicyParameterName, CfnParameter>>,
  waves: readonly Wave[],
  condition?: CfnCondition,
): void {
  const { PolicyTargetIds: targets } = parameters;
  const props = {
    administrators: parameters.AdministratorRoleArns,
    exemptUntilTag: parameters.ExemptUntilTag,
    exemptPathPrefixes: parameters.ExemptPathPrefixes,
    passwordReader: parameters.PasswordReaderRoleArn,
    waves,
  };
  const create = (id: string, name: string, what: string, statements: readonly unknown[]) => {
    const policy = new organizations.CfnPolicy(scope, id, {
      ...{ name: `${name}-${Aws.REGION}`, type: 'SERVICE_CONTROL_POLICY' },
      description: `Only named roles can ${what} of unused-iam-credentials`,
      content: policyDocument(statements),
      // Without targets there is no policy, but checks of the template still need a value.
      targetIds: Fn.split(
        ',',
        choose(isGiven(targets), targets.valueAsString, Aws.ACCOUNT_ID).toString(),
      ),
    });
    const output = new CfnOutput(scope, `${id}Id`, { value: policy.ref });
    if (condition !== undefined) {
      for (const each of [policy.cfnOptions, output]) each.condition = condition;
    }
    return policy;
  };
  const data = create(
    'ProtectionPolicy',
    prefix,
    'change tags, records and passwords',
    dataStatements(props),
  );
  const machinery = create(
    'MachineryPolicy',
    `${prefix}-machinery`,
    'change functions, documents, roles, event rules, alarms and logs',
    machineryStatements(props),
  );
  // Organizations changes one policy at a time.
  machinery.addResourceDependency(data);
}

interface ProtectionStackProps extends StackProps {
  readonly settings: Settings;
}

/**
 * The service control policies alone. The management account deploys them if the organization stack is in a
 * delegated administrator account.
 */
export class ProtectionStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: ProtectionStackProps) {
    super(scope, id, {
      description:
        'Service control policies that protect the exemptions and resources of unused-iam-credentials',
      ...props,
    });
    const { ExemptUntilTag, ExemptPathPrefixes, PasswordReaderRoleArn } = settings.defaults;
    const defaults = {
      ...(ExemptUntilTag === undefined ? {} : { ExemptUntilTag }),
      ...(ExemptPathPrefixes === undefined ? {} : { ExemptPathPrefixes }),
      ...(PasswordReaderRoleArn === undefined ? {} : { PasswordReaderRoleArn }),
    };
    const parameters = declareParameters(this, withDefaults(policyParameters, defaults));
    this.templateOptions.metadata = parameterInterface(policyParameterGroups);
    createProtectionPolicies(this, parameters, settings.waves);
    acknowledge(this, protectionAcknowledgements);
  }
}
