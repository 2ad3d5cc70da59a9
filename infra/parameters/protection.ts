import { ruleParameters } from './account.ts';
import { organizationIds, type ParameterGroup, partition, type StackParameter } from './declare.ts';

const { root, unit, account } = organizationIds;
const target = `(${root}|${unit}|${account})`;
const targets = `${target}(,${target}){0,99}`;
// A role's own name begins with a character, so that no pattern stands for every role.
const role = `arn:(${partition}|\\*):iam::(${account}|\\*):role/[\\w+=.@-][\\w+=.@/*?-]{0,511}`;
const roles = `${role}(,${role})*`;

/** Who may say whom the rule spares. */
export const protectionParameters = {
  ProtectByPolicy: {
    label: 'Protect by a service control policy',
    description:
      'With true only the roles below touch exemptions, records, passwords, functions, documents and roles of this project. From the management account only.',
    default: 'false',
    allowedValues: ['true', 'false'],
  },
  PolicyTargetIds: {
    label: 'Attach the policy to',
    description: 'IDs of the root, of organizational units or accounts, separated by commas.',
    default: '',
    allowedPattern: `^(|${targets})$`,
    constraint: 'must be empty or IDs of the root, organizational units or accounts',
  },
  AdministratorRoleArns: {
    label: 'Roles that may',
    description:
      'ARNs of the roles that administer this project, separated by commas; * in them stands for any text, such as arn:aws:iam::*:role/SecurityAdmin.',
    default: '',
    allowedPattern: `^(|${roles})$`,
    constraint: 'must be empty or ARNs of IAM roles, such as arn:aws:iam::*:role/SecurityAdmin',
    // They stand five times in a policy of 10,240 characters.
    maxLength: 410,
  },
} as const;

const { PolicyTargetIds, AdministratorRoleArns } = protectionParameters;
const { ExemptUntilTag, ExemptPathPrefixes } = ruleParameters;

/** Takes a parameter that may be empty, and the pattern of its value. Gives back one that may not. */
function required({ default: _, ...rest }: StackParameter, pattern: string): StackParameter {
  return { ...rest, allowedPattern: `^${pattern}$` };
}

/** The name of a parameter that the policy is made by. */
export type PolicyParameterName =
  | 'PolicyTargetIds'
  | 'AdministratorRoleArns'
  | 'ExemptUntilTag'
  | 'ExemptPathPrefixes';

/** The parameters of the stack that is nothing but the policy: the same, and none that it needs may be empty. */
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

/** The same, as the console shows them. */
export const policyParameterGroups: readonly ParameterGroup[] = [
  { label: 'Service control policy', parameters: policyParameters },
];
