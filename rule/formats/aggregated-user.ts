import * as v from 'valibot';
import { parseUserArn, splitArn } from '../core/arns.ts';
import { text } from './fields.ts';

/** A user in the result of an aggregator's query. */
export interface AggregatedUser {
  readonly accountId: string;
  readonly userId: string;
  readonly userName: string;
  readonly arn: string;
}

const row = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ accountId: v.string(), resourceId: text, arn: v.string() }),
);

/** Reads one result of a query; null if it does not name a user of its account. */
export function parseAggregatedUser(json: string): AggregatedUser | null {
  const result = v.safeParse(row, json);
  if (!result.success) return null;
  const { accountId, resourceId: userId, arn } = result.output;
  const userName = parseUserArn(arn)?.userName;
  if (userName === undefined || splitArn(arn).accountId !== accountId) return null;
  return { accountId, userId, userName, arn };
}
