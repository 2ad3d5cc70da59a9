import * as v from 'valibot';
import { ExpectedError } from '../core/errors.ts';
import { defaultRuleName } from '../core/names.ts';
import type { PurgeOptions } from '../core/purge-plan.ts';
import { encodedItem, encodedItems } from './purge-item.ts';
import { executionId, readRequest, revocationFields, switched } from './remediation-request.ts';

// The documents send only text, because AWS does not document how it passes other types.
const deleteAfterDays = v.pipe(
  v.string(),
  v.regex(/^\d{1,4}$/u, 'expected a whole number'),
  v.transform(Number),
  v.check((days) => days === 0 || (days >= 30 && days <= 3650), 'expected 0, or 30 to 3650'),
);
const { ruleName, maxRevocationsPerDay, enforceFrom } = revocationFields;

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
  v.object({ mode: v.literal('confirm'), executionId, deleteAfterDays, item: encodedItem }),
  v.object({ mode: v.literal('verify'), executionId, items: encodedItems }),
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
