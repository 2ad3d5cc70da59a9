import type { AggregatedResult } from '../../rule/aws/config-aggregator.ts';
import {
  type AnnotatedExemption,
  type AnnotatedVerdict,
  readAnnotation,
} from '../../rule/core/annotated-verdict.ts';
import type { Category } from '../../rule/core/assess-user.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import {
  formatDate,
  formatInstant,
  millisecondsPerDay,
  parseEndOfDate,
  parseInstant,
} from '../../rule/core/instant.ts';
import type { AuditedUser, ShownExemption } from './result.ts';

/** A user's name and ARN; null if AWS Config does not have them. */
interface Names {
  readonly userName: string;
  readonly arn: string;
}

/** What stands for the ARN of a user whose name is not known. */
export function unnamedArn(accountId: string, userId: string): string {
  return `${accountId}/${userId}`;
}

/**
 * Makes the shown form of a result of AWS Config. It has what the annotation says, and nothing else. A UserError if
 * this version's rule cannot have put it.
 */
export function fromAggregatedResult(
  { userId, compliance, annotation }: AggregatedResult,
  accountId: string,
  names: Names | null,
): AuditedUser {
  const verdict = readAnnotation(annotation);
  const isDue = verdict !== null && verdict.due.length > 0;
  const exemption = showExemption(verdict?.exemption ?? null);
  if (verdict === null || exemption === undefined || isDue !== (compliance === 'NON_COMPLIANT')) {
    const shown = JSON.stringify(
      annotation.length > 80 ? `${annotation.slice(0, 80)}…` : annotation,
    );
    throw new ExpectedError(
      'UserError',
      `AWS Config's result is ${compliance} with the annotation ${shown}, which the rule of this version does not write; ` +
        'deploy this version there, or audit the account with --accounts',
    );
  }
  return {
    userName: names?.userName ?? userId,
    arn: names?.arn ?? unnamedArn(accountId, userId),
    ...{ userId, accountId, compliance, annotation },
    category: categoryOf(verdict),
    becomesUnused: verdict.becomesUnused,
    exemption,
    credentials: verdict.due.map(({ type, id, slot, lastActivity, basis, ...rest }) => ({
      ...{ type, id, slot, lastActivity, basis },
      idleDays: rest.idleDays,
      threshold: rest.threshold,
      unused: true,
      created: null,
      lastUsed: basis === 'used' ? lastActivity : null,
      lastUsedService: rest.lastUsedService ?? null,
      lastUsedRegion: rest.lastUsedRegion ?? null,
      becomesUnused: formatDate(Date.parse(lastActivity) + rest.threshold * millisecondsPerDay),
      due: true,
    })),
    unjudged: [],
  };
}

/** The end of an exemption as other audits show it. Undefined if the text is neither a date nor an instant. */
function showExemption(exemption: AnnotatedExemption | null): ShownExemption | null | undefined {
  if (exemption?.kind !== 'tag') return exemption;
  const until = parseEndOfDate(exemption.until) ?? parseInstant(exemption.until);
  return until === undefined ? undefined : { kind: 'tag', until: formatInstant(until) };
}

/** Null if the annotation does not show it, because it names no credentials in use. */
function categoryOf({
  exemption,
  hasCredentials,
  hasUnused,
  leftOut,
}: AnnotatedVerdict): Category | null {
  if (exemption !== null && exemption.kind !== 'ignored') return 'exempt';
  if (!hasCredentials) return 'no-credentials';
  return hasUnused || leftOut > 0 ? null : 'active';
}
