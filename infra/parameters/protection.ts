import { ruleParameters } from './account.ts';
import { organizationIds, type ParameterGroup, partition, type StackParameter } from './declare.ts';

const { root, unit, account } = organizationIds;
const target = `(${root}|${unit}|${account})`;
const targets = `${target}(,${target}){0,99}`;
// The first character is not a wildcard, so that no pattern matches every role.
const role = `arn:(${partition}|\\*):iam::(${account}|\\*):role/[\\w+=.@-][\\w+=.@/*?-]{0,511}`;
const roles = `${role}(,${role})*`;

/** Who can exempt users and change what this project deploys. */
export const protectionParameters = {
  ProtectByPolicy: {
    label: 'Create a service control policy',
    description:
      'If true, only the administrator roles can change exemptions, and the records, passwords, functions, documents and roles of this project. Only the management account can create the policy.',
    default: 'false',
    allowedValues: ['true', 'false'],
  },
  PolicyTargetIds: {
    label: 'Policy targets',
    description:
      'IDs of the root, organizational units or accounts to attach the policy to, separated by commas.',
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
    // The policy repeats them five times, and AWS takes 10,240 characters of it.
    maxLength: 410,
  },
} as const;

const { PolicyTargetIds, AdministratorRoleArns } = protectionParameters;
const { ExemptUntilTag, ExemptPathPrefixes } = ruleParameters;

/** The parameter without its default, so that it cannot be empty. */
function required({ default: _, ...rest }: StackParameter, pattern: string): StackParameter {
  return { ...rest, allowedPattern: `^${pattern}$` };
}

/** The name of a parameter that the policy depends on. */
export type PolicyParameterName =
  | 'PolicyTargetIds'
  | 'AdministratorRoleArns'
  | 'ExemptUntilTag'
  | 'ExemptPathPrefixes';

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
};

/** The parameters as the console groups them. */
export const policyParameterGroups: readonly ParameterGroup[] = [
  { label: 'Service control policy', parameters: policyParameters },
];
