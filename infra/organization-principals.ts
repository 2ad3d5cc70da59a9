import { Aws, type CfnParameter } from 'aws-cdk-lib';
import { rolePrefix } from './role.ts';

/**
 * Takes the parameter for the organization's ID, and what stands between prefix and Region in names of roles of the
 * account stack. Gives back the conditions that are met by these roles of any of its accounts, and by nobody else.
 */
export function ofOrganization(organizationId: CfnParameter, names: readonly string[]) {
  const roles = names.map((name) => `arn:${Aws.PARTITION}:iam::*:role/${rolePrefix}${name}-*`);
  return {
    StringEquals: { 'aws:PrincipalOrgID': organizationId.valueAsString },
    ArnLike: { 'aws:PrincipalArn': roles },
  } as const;
}

/** The roles of the account stack that publish messages. */
export const publishers = ['Evaluate', 'Revoke', 'Restore'] as const;
