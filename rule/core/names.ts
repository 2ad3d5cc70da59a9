/** The prefix of everything this project names in an account. */
export const prefix = 'unused-iam-credentials';

/** The tag that exempts a user until a date, unless the rule parameter exemptUntilTag names another. */
export const defaultExemptUntilTag = `${prefix}:exempt-until`;

/** The tag a revocation leaves on a user: its instant, a space, and the execution's id. */
export const revokedTag = `${prefix}:revoked`;
