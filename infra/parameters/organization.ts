import type { CfnParameter } from 'aws-cdk-lib';
import {
  type AccountParameterName,
  accountParameterGroups,
  accountParameters,
  centralParameters,
  ruleParameters,
} from './account.ts';
import {
  organizationIds,
  type ParameterGroup,
  partition,
  rolePattern,
  type StackParameter,
} from './declare.ts';

/** As many as one UpdateStackSet takes. */
export const maxUnits = 50;

const { root, unit, account } = organizationIds;

/** Which accounts get the account stack. */
export const targetParameters = {
  OrganizationalUnitIds: {
    label: 'Root or organizational units',
    description: `ID of the root, or IDs of up to ${maxUnits} organizational units, separated by commas. All accounts in and below them get the rule, except the management account.`,
    allowedPattern: `^(${root}|${unit}(,${unit}){0,${maxUnits - 1}})$`,
    constraint: 'must be the ID of the root or IDs of organizational units, separated by commas',
  },
} as const;

/** How the organization stack deploys, and what it creates itself. */
export const stackSetParameters = {
  TemplateUrl: {
    label: 'URL of the account template',
    description:
      'URL of the template UnusedIamCredentials in S3, which the organization can read. Use a new URL for a new template: CloudFormation does not read the same URL again.',
    allowedPattern: '^https://[^\\s]{1,2000}$',
    constraint: 'must be the https URL of an object in S3',
  },
  OrganizationId: {
    label: 'Organization ID',
    description:
      'ID of the organization. Only its accounts can send messages and events to this account.',
    allowedPattern: '^o-[a-z0-9]{10,32}$',
    constraint: 'must be the ID of an organization, such as o-a1b2c3d4e5',
  },
  CallAs: {
    label: 'Deploying as',
    description:
      'SELF in the management account, DELEGATED_ADMIN in a delegated administrator account.',
    default: 'SELF',
    allowedValues: ['SELF', 'DELEGATED_ADMIN'],
  },
  RecorderStackSetArn: {
    label: 'StackSet of the configuration recorders',
    description:
      'ARN of the StackSet that turns on AWS Config. Accounts that join later get that StackSet first. Empty means no such dependency.',
    default: '',
    allowedPattern: `^(|arn:${partition}:cloudformation:[a-z0-9-]{1,32}:${account}:stackset/[\\w-]{1,128}:[\\w-]{36})$`,
    constraint: 'must be empty or the ARN of a StackSet, which ends with its ID',
  },
  CreateAggregator: {
    label: 'Create an aggregator',
    description:
      'If true, an AWS Config aggregator in this account shows the results of all accounts.',
    default: 'true',
    allowedValues: ['true', 'false'],
  },
} as const;

const target = `(${root}|${unit}|${account})`;
const targets = `${target}(,${target}){0,99}`;
const roles = `${rolePattern}(,${rolePattern})*`;

/** Who can exempt users and change what this project deploys. */
export const protectionParameters = {
  ProtectByPolicy: {
    label: 'Create service control policies',
    description:
      'If true, only the administrator roles, StackSets and this project itself can change exemptions, and the records, passwords, functions, documents, roles, alarms and event rules of this project. Only the management account can create the policies.',
    default: 'false',
    allowedValues: ['true', 'false'],
  },
  PolicyTargetIds: {
    label: 'Policy targets',
    description:
      'IDs of the root, organizational units or accounts to attach the policies to, separated by commas.',
    default: '',
    allowedPattern: `^(|${targets})$`,
    constraint: 'must be empty or IDs of the root, organizational units or accounts',
  },
  AdministratorRoleArns: {
    label: 'Administrator roles',
    description:
      'ARNs of the roles that administer this project, separated by commas. The wildcard * stands for any text, for example arn:aws:iam::*:role/SecurityAdmin.',
    default: '',
    allowedPattern: `^(|${roles})$`,
    constraint: 'must be empty or ARNs of IAM roles, such as arn:aws:iam::*:role/SecurityAdmin',
    // Each policy repeats them up to five times, and AWS takes 10,240 characters of it.
    maxLength: 410,
  },
} as const;

type CentralName = keyof typeof centralParameters;
type OwnName = keyof typeof stackSetParameters | keyof typeof protectionParameters;

/** The name of a parameter that the organization stack forwards to the account stacks. */
export type AccountInputName = Exclude<AccountParameterName, CentralName | 'NotificationEmail'>;

type OrganizationParameterName = OwnName | AccountInputName | 'NotificationEmail';

const isCentral = (name: string) => Object.hasOwn(centralParameters, name);

/** The organization stack's parameters, except the one for its targets. */
export type OrganizationParameters = Readonly<Record<OrganizationParameterName, CfnParameter>>;

/** The parameters that the organization stack forwards. It has the topic itself, and the subscription. */
export const accountInputs = Object.fromEntries(
  Object.entries<StackParameter>(accountParameters).filter(
    ([name]) => !isCentral(name) && name !== 'NotificationEmail',
  ),
) as Readonly<Record<AccountInputName, StackParameter>>;

/** Every parameter of the organization stack, except the one for its targets. */
export const organizationParameters: Readonly<Record<OrganizationParameterName, StackParameter>> = {
  ...stackSetParameters,
  ...protectionParameters,
  ...accountInputs,
  NotificationEmail: accountParameters.NotificationEmail,
};

/** The parameters as the console groups them; if there are waves, they say which accounts get the stack. */
export function organizationParameterGroups(hasWaves: boolean): readonly ParameterGroup[] {
  return [
    {
      label: 'Organization',
      parameters: { ...(hasWaves ? {} : targetParameters), ...stackSetParameters },
    },
    { label: 'Protection by service control policies', parameters: protectionParameters },
    ...accountParameterGroups.filter(({ parameters }) => parameters !== centralParameters),
  ];
}

const { PolicyTargetIds, AdministratorRoleArns } = protectionParameters;
const { ExemptUntilTag, ExemptPathPrefixes } = ruleParameters;
const { PasswordReaderRoleArn } = accountParameters;

/** The parameter without its default, so that it cannot be empty. */
function required({ default: _, ...rest }: StackParameter, pattern: string): StackParameter {
  return { ...rest, allowedPattern: `^${pattern}$` };
}

/** The name of a parameter that the policy depends on. */
export type PolicyParameterName =
  | 'PolicyTargetIds'
  | 'AdministratorRoleArns'
  | 'ExemptUntilTag'
  | 'ExemptPathPrefixes'
  | 'PasswordReaderRoleArn';

/** The parameters of the protection stack: the same, but targets and roles are required. */
export const policyParameters: Readonly<Record<PolicyParameterName, StackParameter>> = {
  PolicyTargetIds: {
    ...required(PolicyTargetIds, targets),
    constraint: 'must be IDs of the root, organizational units or accounts',
  },
  AdministratorRoleArns: {
    ...required(AdministratorRoleArns, roles),
    constraint: 'must be ARNs of IAM roles, such as arn:aws:iam::*:role/SecurityAdmin',
  },
  ExemptUntilTag,
  ExemptPathPrefixes,
  PasswordReaderRoleArn,
};

/** The parameters of the protection stack as the console groups them. */
export const policyParameterGroups: readonly ParameterGroup[] = [
  { label: 'Service control policies', parameters: policyParameters },
];

/** The names of the stacks in the accounts contain it. */
export const stackSetName = 'UnusedIamCredentials';
