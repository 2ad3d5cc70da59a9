import { type Instant, parseInstant } from './instant.ts';

/** The prefix of all names that this project uses in an account. */
export const prefix = 'unused-iam-credentials';

/** The tag that exempts a user until a date, unless the rule parameter exemptUntilTag names another. */
export const defaultExemptUntilTag = `${prefix}:exempt-until`;

/** The tag that a revocation puts on a user: its instant, a space, and the execution's ID. */
export const revokedTag = `${prefix}:revoked`;

/** The tag of a user whom a revocation is changing: the execution's ID. */
export const revokingTag = `${prefix}:revoking`;

/** The tag of a user whom a restoration is changing: the execution's ID. */
export const restoringTag = `${prefix}:restoring`;

/** The user tag that protects all credentials of a user from revocation, unless its value is `false`. */
export const protectedTag = `${prefix}:protected`;

/** While this SSM parameter exists, nothing is revoked. */
export const pauseParameter = `/${prefix}/pause`;

/** Where Parameter Store holds the records of revocations: `<path>/<UserId>/<execution id>`. */
export const recordsPath = `/${prefix}/records`;

/** Where Parameter Store holds what retirements removed: `<path>/<UserId>/<execution id>/<n>`, n from 1. */
export const retirementsPath = `/${prefix}/retirements`;

/** Tag keys of a record: carried out and verified; all its credentials restored, or deleted for good. */
export const marks = { applied: 'applied', restored: 'restored' } as const;

/**
 * The prefix of a record's tag keys that mark a part of it as restored: `password`, a key's ID, and of a retirement
 * `permissions` (all of them) and `deny` (AWSDenyAll is detached).
 */
export const restoredPrefix = 'restored-';

/** The prefix of a record's tag keys that say when the deletion of a key, by its ID, was announced. */
export const announcedPrefix = 'deletion-announced-';

/** The prefix of a record's tag keys that say when the deletion of a key, by its ID, began. */
export const deletedPrefix = 'deleted-';

/** The names of the Automation documents. */
export const documentNames = {
  revoke: 'UnusedIamCredentials-Revoke',
  retire: 'UnusedIamCredentials-Retire',
  restore: 'UnusedIamCredentials-Restore',
  purge: 'UnusedIamCredentials-Purge',
} as const;

/** The source of the events that this project puts on the event bus. */
export const eventSource = prefix;
/** AWS's managed policy that denies everything: a retirement attaches it, and a restoration detaches it last. */
export const denyAllPolicyName = 'AWSDenyAll';

/** The name of the rule, unless the deployment gives it another. */
export const defaultRuleName = prefix;

/** The names of the Lambda functions. */
export const functionNames = {
  evaluate: `${prefix}-evaluate`,
  planRevocation: `${prefix}-plan-revocation`,
  planRetirement: `${prefix}-plan-retirement`,
  planRestoration: `${prefix}-plan-restoration`,
  planPurge: `${prefix}-plan-purge`,
  issuePassword: `${prefix}-issue-password`,
  restorePermissions: `${prefix}-restore-permissions`,
} as const;

/** A function's name without the prefix, which is also the name of its folder. */
export function shortName(functionName: string): string {
  return functionName.slice(prefix.length + 1);
}

/** The name of the record of a revocation. */
export function recordName(userId: string, executionId: string): string {
  return `${recordsPath}/${userId}/${executionId}`;
}

/** The value of `revokedTag`: when and by which execution the user's credentials were revoked. */
export function revokedTagValue(revokedAt: string, executionId: string): string {
  return `${revokedAt} ${executionId}`;
}

/** Reads the instant in a value of `revokedTag`; undefined if it is none. Others may have written the tag. */
export function parseRevokedAt(value: string): Instant | undefined {
  // Stryker disable next-line StringLiteral: splitting always gives a first part, which the types do not show
  return parseInstant(value.trim().split(/\s/u)[0] ?? '');
}

/** The path of the parameters that hold what a retirement removed. Their names are the numbers from 1. */
export function retirementPath(userId: string, executionId: string): string {
  return `${retirementsPath}/${userId}/${executionId}`;
}

/** Reads a name below `recordsPath`; parts that it lacks are empty. */
export function parseRecordName(name: string): { userId: string; executionId: string } {
  // Stryker disable next-line StringLiteral: splitting always gives a first part, which the types do not show
  const [userId = '', executionId = ''] = name.slice(recordsPath.length + 1).split('/');
  return { userId, executionId };
}

/** The name of the secret that holds the password issued for that revocation. */
export function secretName(userId: string, executionId: string): string {
  return `${prefix}/${userId}/${executionId}`;
}

/** The ARN of the policy that denies everything. */
export function denyAllPolicyArn(partition: string): string {
  return `arn:${partition}:iam::aws:policy/${denyAllPolicyName}`;
}

/** Where something is deployed. */
interface Place {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

/** The ARN of the role that the document's steps assume. */
export function automationRoleArn(
  documentName: string,
  { partition, accountId, region }: Place,
): string {
  return `arn:${partition}:iam::${accountId}:role/${automationRoleName(documentName, region)}`;
}

/** The ARN of a function's role, such as `…:role/UnusedIamCredentials-IssuePassword-us-east-1`. */
export function functionRoleArn(
  functionName: string,
  { partition, accountId, region }: Place,
): string {
  const name = shortName(functionName).replaceAll(/(?:^|-)(\w)/gu, (_, letter: string) =>
    letter.toUpperCase(),
  );
  return `arn:${partition}:iam::${accountId}:role/UnusedIamCredentials-${name}-${region}`;
}

/** The name of the role that the document's steps assume in a Region. */
export function automationRoleName(documentName: string, region: string): string {
  return `${documentName}-${region}`;
}
