/** The prefix of everything this project names in an account. */
export const prefix = 'unused-iam-credentials';

/** The tag that exempts a user until a date, unless the rule parameter exemptUntilTag names another. */
export const defaultExemptUntilTag = `${prefix}:exempt-until`;

/** The tag a revocation leaves on a user: its instant, a space, and the execution's id. */
export const revokedTag = `${prefix}:revoked`;

/** The user tag that keeps every credential of a user from being revoked; only `false` does not. */
export const protectedTag = `${prefix}:protected`;

/** While this SSM parameter exists, nothing is revoked. */
export const pauseParameter = `/${prefix}/pause`;

/** Where the records of revocations are in Parameter Store: `<path>/<UserId>/<execution id>`. */
export const recordsPath = `/${prefix}/records`;

/** Tag keys of a record: carried out and verified; everything in it given back, or gone for good. */
export const marks = { applied: 'applied', restored: 'restored' } as const;

/** What the tag key begins with that says of one credential of a record, `password` or a key's ID, that it was given back. */
export const restoredPrefix = 'restored-';

/** The names of the Automation documents. */
export const documentNames = {
  revoke: 'UnusedIamCredentials-Revoke',
  restore: 'UnusedIamCredentials-Restore',
} as const;

/** The names of the Lambda functions. */
export const functionNames = {
  evaluate: `${prefix}-evaluate`,
  planRevocation: `${prefix}-plan-revocation`,
  planRestoration: `${prefix}-plan-restoration`,
  issuePassword: `${prefix}-issue-password`,
} as const;

/** Takes a user's unique ID and the ID of the revocation's execution; gives the record's name. */
export function recordName(userId: string, executionId: string): string {
  return `${recordsPath}/${userId}/${executionId}`;
}

/** Takes the same; gives the name of the secret that holds a password issued by that record. */
export function secretName(userId: string, executionId: string): string {
  return `${prefix}/${userId}/${executionId}`;
}

/** Where something is deployed. */
export interface Place {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

/** Takes a document's name and where it is; gives the ARN of the role under which its steps act there. */
export function automationRoleArn(
  documentName: string,
  { partition, accountId, region }: Place,
): string {
  return `arn:${partition}:iam::${accountId}:role/${automationRoleName(documentName, region)}`;
}

/** Takes a document's name and a Region; gives the name of the role under which its steps act there. */
export function automationRoleName(documentName: string, region: string): string {
  return `${documentName}-${region}`;
}
