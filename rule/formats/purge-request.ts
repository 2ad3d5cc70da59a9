import * as v from 'valibot';
import { ExpectedError } from '../core/errors.ts';
import { defaultRuleName, recordName } from '../core/names.ts';
import type { PurgedKey, PurgeOptions } from '../core/purge-plan.ts';
import { executionId, readRequest, revocationFields, switched } from './remediation-request.ts';

// The documents send only text, because AWS does not document how it passes other types.
const deleteAfterDays = v.pipe(
  v.string(),
  v.regex(/^\d{1,4}$/u, 'expected a whole number'),
  v.transform(Number),
  v.check((days) => days === 0 || (days >= 30 && days <= 3650), 'expected 0, or 30 to 3650'),
);
const { ruleName, maxRevocationsPerDay, enforceFrom } = revocationFields;

/** The key of one pass through the document's loop: `<UserId>/<execution id>/<access key ID>/<user name>`. */
const itemPattern =
  /^AIDA[A-Z0-9]{12,124}\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/[A-Z0-9]{16,128}\/[\w+=,.@-]{1,64}$/u;

/** A key that the document is to delete. */
export interface PurgeItem {
  readonly userId: string;
  readonly accessKeyId: string;
  readonly userName: string;
  /** The parameter that holds the record. */
  readonly recordName: string;
}

const item = v.pipe(
  v.string(),
  v.regex(itemPattern, 'expected <UserId>/<execution id>/<access key ID>/<user name>'),
  v.transform((text) => text.split('/')),
  v.tuple([v.string(), v.string(), v.string(), v.string()]),
  v.transform(([userId, revocationId, accessKeyId, userName]): PurgeItem => {
    return { userId, accessKeyId, userName, recordName: recordName(userId, revocationId) };
  }),
);

/** Writes what `PurgeItem` reads. */
export function toItem({ userId, userName, id, record }: PurgedKey): string {
  return [userId, record.executionId, id, userName].join('/');
}

const purge = v.variant('mode', [
  v.pipe(
    v.object({
      ...{ mode: v.literal('plan'), executionId, deleteAfterDays, maxRevocationsPerDay },
      dryRun: switched,
    }),
    v.transform(({ mode, executionId: id, dryRun, ...options }) => ({
      ...{ mode, executionId: id, dryRun },
      options: options satisfies PurgeOptions,
    })),
  ),
  v.object({ mode: v.literal('confirm'), executionId, deleteAfterDays, item }),
  v.object({
    ...{ mode: v.literal('verify'), executionId },
    /** Separated by spaces, which no part of an item can contain. */
    items: v.pipe(
      v.string(),
      v.transform((text) => text.split(' ')),
      v.array(item),
    ),
  }),
]);

/** A request of UnusedIamCredentials-Purge to its function. */
export type PurgeRequest = v.InferOutput<typeof purge>;

/** Throws RequestError, which names the field. */
export const parsePurgeRequest = (input: unknown): PurgeRequest => readRequest(purge, input);

/** The deployment's limits for every purge, regardless of who starts it. */
export interface PurgeLimits {
  readonly ruleName: string;
  readonly options: PurgeOptions;
  readonly enforceFrom: number;
}

const schema = v.strictObject({
  ...{ ConfigRuleName: ruleName, DeleteAfterDays: deleteAfterDays },
  ...{ MaxRevocationsPerDay: maxRevocationsPerDay, EnforceFrom: enforceFrom },
});

/** Reads the variable PURGE_LIMITS; without it, nothing is deleted. Throws RequestError. */
export function parsePurgeLimits(text: string | undefined): PurgeLimits {
  if (text === undefined) {
    const options = { deleteAfterDays: 0, maxRevocationsPerDay: 20 };
    return { ruleName: defaultRuleName, options, enforceFrom: 0 };
  }
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (!result.success) {
    const [issue] = result.issues;
    throw new ExpectedError(
      'RequestError',
      `The function's variable PURGE_LIMITS is not valid: ${v.getDotPath(issue) ?? 'the whole value'}: ${issue.message}. ` +
        'Deploy the stack again',
    );
  }
  const { ConfigRuleName, DeleteAfterDays, MaxRevocationsPerDay, EnforceFrom } = result.output;
  return {
    ruleName: ConfigRuleName,
    options: { deleteAfterDays: DeleteAfterDays, maxRevocationsPerDay: MaxRevocationsPerDay },
    enforceFrom: EnforceFrom,
  };
}
