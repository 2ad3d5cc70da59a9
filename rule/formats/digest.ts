import { functionNames } from '../core/names.ts';

/** What is published of a scheduled run: an SNS subject is ASCII of at most 100 characters. */
export interface Digest {
  readonly subject: string;
  readonly message: string;
}

/** Whom a scheduled run found NON_COMPLIANT, and where. */
export interface NewNonCompliance {
  /** 12 digits, or a word where it is not known. */
  readonly accountId: string;
  readonly ruleName: string;
  /** Those who are newly NON_COMPLIANT. */
  readonly users: readonly { readonly userName: string; readonly annotation: string }[];
  /** How many users are NON_COMPLIANT by this run, the new ones included. */
  readonly nonCompliant: number;
}

/** SNS takes messages of 256 KB; so many users with the longest annotations stay below 110 KB. */
const longestList = 100;

/**
 * Takes whom a scheduled run found. Gives back how many are new, who they are (100 of them, the rest
 * counted) and why, how many there are in all, where to look, and what happens next.
 */
export function describeNewNonCompliance(found: NewNonCompliance): Digest {
  const { users, nonCompliant } = found;
  const [accountId, ruleName] = [onOneLine(found.accountId), onOneLine(found.ruleName)];
  const more = users.length - longestList;
  const subject = `Newly NON_COMPLIANT: ${count(users.length)} in account ${accountId}`;
  return {
    subject: subject.slice(0, 100),
    message: [
      `${count(users.length)} newly NON_COMPLIANT in account ${accountId}, by AWS Config rule ${ruleName}:`,
      ...users
        .slice(0, longestList)
        .map(({ userName, annotation }) => `- ${onOneLine(userName)}: ${onOneLine(annotation)}`),
      ...(more > 0 ? [`and ${more} more, whom the log of ${functionNames.evaluate} names`] : []),
      '',
      `In all, this run found ${count(nonCompliant)} NON_COMPLIANT.`,
      `Who they are now: AWS Config console, Rules, ${ruleName}.`,
      'Automatic remediation, if it is switched on, revokes what is unused.',
    ].join('\n'),
  };
}

function count(users: number): string {
  return users === 1 ? '1 IAM user' : `${users} IAM users`;
}

/** Names and annotations come from the account: none may break the list, or steer a terminal or mail. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Z}\p{C}]+/gu, ' ');
}
