import { parseArn } from '../../../../rule/core/arns.ts';
import type { AuditedUser } from '../../result.ts';

/** The sign-in domain of the console, by partition. A partition that is not here has no link. */
const consoleDomains = new Map([
  ['aws', 'console.aws.amazon.com'],
  ['aws-cn', 'console.amazonaws.cn'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
]);

/** The page of the IAM console with the user's credentials; null in a partition whose console is not known. */
export function consoleLink({ arn, userName }: Pick<AuditedUser, 'arn' | 'userName'>) {
  const domain = consoleDomains.get(parseArn(arn, 'iam')?.partition ?? '');
  if (domain === undefined) return null;
  // A lone surrogate cannot be encoded. No name that IAM accepts has one.
  const name = encodeURIComponent(userName.replace(/\p{Cs}/gu, '\uFFFD'));
  return `https://${domain}/iam/home#/users/details/${name}?section=security_credentials`;
}
