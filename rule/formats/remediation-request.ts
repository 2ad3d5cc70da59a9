import * as v from 'valibot';
import { ExpectedError } from '../core/errors.ts';
import { millisecondsPerDay, parseEndOfDate } from '../core/instant.ts';
import type { RestorationOptions } from '../core/restoration-plan.ts';
import type { RevocationOptions } from '../core/revocation-plan.ts';

// What the documents send is text only: how AWS passes other types on is not documented.
const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(8_192));
const userId = v.pipe(v.string(), v.regex(/^AIDA[A-Z0-9]{12,124}$/u, 'Expected AIDA…'));
const executionId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u, 'Expected an execution ID'),
);
const switched = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((value) => value === 'true'),
);
const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,4}$/u, 'Expected a whole number'),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
  );
const startOfDate = v.pipe(
  v.string(),
  v.check((value) => parseEndOfDate(value) !== undefined, 'Expected a date, 2027-01-31'),
  v.transform((value) => (parseEndOfDate(value) ?? Number.NaN) - millisecondsPerDay),
);
const unlessNamed = (none: string) =>
  v.transform((value: string) => (value === none ? null : value));
const common = { userId, executionId };
const keyAction = v.picklist(['Deactivate', 'Delete', 'Keep']);

const revocation = v.variant('mode', [
  v.pipe(
    v.object({
      mode: v.literal('plan'),
      ...common,
      ruleName: text,
      passwordAction: v.picklist(['Delete', 'Keep']),
      accessKeyAction: keyAction,
      neverUsedAccessKeyAction: keyAction,
      minimumIdleDays: wholeNumber(1, 3650),
      maxRevocationsPerDay: wholeNumber(0, 9999),
      enforceFrom: startOfDate,
      dryRun: switched,
    }),
    v.transform(({ mode, userId, executionId, ruleName, ...options }) => ({
      ...{ mode, userId, executionId, ruleName },
      options: options satisfies RevocationOptions,
    })),
  ),
  v.object({
    ...{ mode: v.literal('verify'), ...common, record: text },
    topicArn: v.pipe(text, unlessNamed('none')),
  }),
]);

const restoration = v.variant('mode', [
  v.pipe(
    v.object({
      mode: v.literal('plan'),
      ...common,
      ruleName: text,
      revocationId: v.pipe(v.union([v.literal('All'), executionId]), unlessNamed('All')),
      accessKeyId: v.pipe(text, unlessNamed('Any')),
      includeUnconfirmed: switched,
      graceDays: wholeNumber(1, 30),
      restorePassword: switched,
      maxRecordAgeDays: wholeNumber(1, 3650),
    }),
    v.transform(({ mode, userId, executionId, ruleName, graceDays, ...options }) => ({
      ...{ mode, userId, executionId, ruleName, graceDays },
      options: options satisfies RestorationOptions,
    })),
  ),
  v.object({
    mode: v.literal('verify'),
    ...common,
    userName: text,
    firstAccessKeyId: v.pipe(text, unlessNamed('None')),
    secondAccessKeyId: v.pipe(text, unlessNamed('None')),
    passwordAction: v.picklist(['Issue', 'None']),
    passwordRecord: v.pipe(text, unlessNamed('None')),
    exemptUntil: text,
  }),
]);

const password = v.object({ ...common, recordName: text, passwordResetRequired: switched });

/** What the documents ask of the functions. */
export type RevocationRequest = v.InferOutput<typeof revocation>;
export type RestorationRequest = v.InferOutput<typeof restoration>;
export type PasswordRequest = v.InferOutput<typeof password>;

/** Takes what the document UnusedIamCredentials-Revoke sends. Throws RequestError that names the field. */
export const parseRevocationRequest = (input: unknown): RevocationRequest =>
  read(revocation, input);

/** Takes what the document UnusedIamCredentials-Restore sends to the plan. Throws RequestError. */
export const parseRestorationRequest = (input: unknown): RestorationRequest =>
  read(restoration, input);

/** Takes what the same document sends to issue-password. Throws RequestError. */
export const parsePasswordRequest = (input: unknown): PasswordRequest => read(password, input);

function read<Schema extends v.GenericSchema>(schema: Schema, input: unknown) {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const message = `The request is none of this project's documents: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`;
  throw new ExpectedError('RequestError', `${message}; deploy documents and functions together`);
}
