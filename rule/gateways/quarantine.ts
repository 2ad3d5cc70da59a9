import { type IAMClient, paginateListAttachedUserPolicies } from '@aws-sdk/client-iam';
import { present } from './call-aws.ts';
import { readPages } from './read-pages.ts';

/** What findQuarantine calls. */
export const findQuarantineActions = ['iam:ListAttachedUserPolicies'] as const;

/**
 * Takes an IAM client and a user name. Gives back the name of the policy by which AWS quarantines the user,
 * which it attaches when an access key has leaked, or null. Throws AwsError.
 */
export async function findQuarantine(iam: IAMClient, userName: string): Promise<string | null> {
  const [action] = findQuarantineActions;
  const pages = paginateListAttachedUserPolicies({ client: iam }, { UserName: userName });
  const policies = await readPages(action, pages, (page) =>
    present(page.AttachedPolicies, 'AttachedPolicies', action),
  );
  const names = policies.map(({ PolicyName }) => PolicyName ?? '');
  return names.find((name) => name.startsWith('AWSCompromisedKeyQuarantine')) ?? null;
}
