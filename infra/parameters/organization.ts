import type { CfnParameter } from 'aws-cdk-lib';
import {
  type AccountParameterName,
  accountParameterGroups,
  accountParameters,
  centralParameters,
} from './account.ts';
import { organizationIds, type ParameterGroup, partition, type StackParameter } from './declare.ts';
import { protectionParameters } from './protection.ts';

/** UpdateStackSet takes so many organizational units at a time. */
export const mostUnits = 50;

const { root, unit, account } = organizationIds;

/** Where the account stack goes. */
export const targetParameters = {
  OrganizationalUnitIds: {
    label: 'Root or organizational units',
    description: `Accounts in these and below get the rule: the ID of the root, or up to ${mostUnits} of organizational units, separated by commas. The management account never does.`,
    allowedPattern: `^(${root}|${unit}(,${unit}){0,${mostUnits - 1}})$`,
    constraint: 'must be the ID of the root, or those of organizational units, separated by commas',
  },
} as const;

/** What the organization stack needs to know of the organization. */
export const stackSetParameters = {
  TemplateUrl: {
    label: 'URL of the account template',
    description:
      'Where the template UnusedIamCredentials is in S3, readable by the organization. A new template needs a new URL: the same one is not read again.',
    allowedPattern: '^https://[^\\s]{1,2000}$',
    constraint: 'must be the https URL of an object in S3',
  },
  OrganizationId: {
    label: 'Organization',
    description: 'ID of the organization, whose accounts may send messages and events here.',
    allowedPattern: '^o-[a-z0-9]{10,32}$',
    constraint: 'must be the ID of an organization, such as o-a1b2c3d4e5',
  },
  CallAs: {
    label: 'This account is',
    description: 'SELF in the management account; DELEGATED_ADMIN in a delegated administrator.',
    default: 'SELF',
    allowedValues: ['SELF', 'DELEGATED_ADMIN'],
  },
  RecorderStackSetArn: {
    label: 'StackSet of the recorders',
    description:
      'ARN of the StackSet that switches AWS Config on: accounts that join get it first. Empty: no order.',
    default: '',
    allowedPattern: `^(|arn:${partition}:cloudformation:[a-z0-9-]{1,32}:${account}:stackset/[\\w-]{1,128}:[\\w-]{36})$`,
    constraint: 'must be empty or the ARN of a StackSet, which ends with its ID',
  },
  CreateAggregator: {
    label: 'Show all accounts in one view',
    description: 'With true AWS Config gathers the results of all accounts here.',
    default: 'true',
    allowedValues: ['true', 'false'],
  },
} as const;

type CentralName = keyof typeof centralParameters;
type OwnName = keyof typeof stackSetParameters | keyof typeof protectionParameters;

/** The name of a parameter that this stack passes on to the account stacks. */
export type PassedOnName = Exclude<AccountParameterName, CentralName | 'NotificationEmail'>;

/** The name of a parameter of the organization stack, the one for its targets apart. */
export type OrganizationParameterName = OwnName | PassedOnName | 'NotificationEmail';

const isCentral = (name: string) => Object.hasOwn(centralParameters, name);

/** The organization stack's parameters, as they are declared. */
export type OrganizationParameters = Readonly<Record<OrganizationParameterName, CfnParameter>>;

/** The parameters that this stack passes on: the topic is here, and so is who subscribes to it. */
export const passedOnParameters = Object.fromEntries(
  Object.entries<StackParameter>(accountParameters).filter(
    ([name]) => !isCentral(name) && name !== 'NotificationEmail',
  ),
) as Readonly<Record<PassedOnName, StackParameter>>;

/** Every parameter of the organization stack, the one for its targets apart. */
export const organizationParameters: Readonly<Record<OrganizationParameterName, StackParameter>> = {
  ...stackSetParameters,
  ...protectionParameters,
  ...passedOnParameters,
  NotificationEmail: accountParameters.NotificationEmail,
};

/** Takes whether waves say where the account stack goes. Gives back the parameters as the console shows them. */
export function organizationParameterGroups(hasWaves: boolean): readonly ParameterGroup[] {
  return [
    {
      label: 'Organization',
      parameters: { ...(hasWaves ? {} : targetParameters), ...stackSetParameters },
    },
    { label: 'Protection', parameters: protectionParameters },
    ...accountParameterGroups.filter(({ parameters }) => parameters !== centralParameters),
  ];
}

/** The name of the StackSet, and so the beginning of its stacks' names in the accounts. */
export const stackSetName = 'UnusedIamCredentials';
