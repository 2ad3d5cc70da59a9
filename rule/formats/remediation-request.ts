import * as v from 'valibot';
import { userIdPattern } from '../core/credentials.ts';
import { ExpectedError } from '../core/errors.ts';
import { millisecondsPerDay, parseEndOfDate } from '../core/instant.ts';
import type { RestorationOptions } from '../core/restoration-plan.ts';
import type { RetirementOptions } from '../core/retirement-plan.ts';
import type { RevocationOptions } from '../core/revocation-plan.ts';
import { encodedJson } from './fields.ts';

// The documents send only text, because AWS does not document how it passes other types.
const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(8_192));
/** The plan of a restoration passes many names in one text. */
const longText = v.pipe(v.string(), v.nonEmpty(), v.maxLength(100_000));
const userId = v.pipe(
  v.string(),
  v.regex(userIdPattern, 'expected the unique ID of an IAM user (AIDA…)'),
);
/** The ID of an execution. */
export const executionId = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u, 'expected an execution ID'),
);
/** A switch of a document. */
export const switched = v.pipe(
  v.picklist(['true', 'false']),
  v.transform((value) => value === 'true'),
);
const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,4}$/u, 'expected a whole number'),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
  );
const startOfDate = v.pipe(
  v.string(),
  v.check((value) => parseEndOfDate(value) !== undefined, 'expected a date such as 2027-01-31'),
  v.transform((value) => (parseEndOfDate(value) ?? Number.NaN) - millisecondsPerDay),
);
const unlessNamed = (none: string) =>
  v.transform((value: string) => (value === none ? null : value));
const common = { userId, executionId };
const keyAction = v.picklist(['Deactivate', 'Delete', 'Keep']);

/** What a request to revoke may ask for; the deployment's limits have the same values. */
export const revocationFields = {
  ruleName: text,
  passwordAction: v.picklist(['Delete', 'Replace', 'Keep']),
  accessKeyAction: keyAction,
  neverUsedAccessKeyAction: keyAction,
  minimumIdleDays: wholeNumber(1, 3650),
  maxRevocationsPerDay: wholeNumber(0, 9999),
  enforceFrom: startOfDate,
  topicArn: v.pipe(text, unlessNamed('none')),
};

const { topicArn, ...planFields } = revocationFields;
const revocation = v.variant('mode', [
  v.pipe(
    v.object({
      // A preview is not carried out, so it alerts nobody.
      mode: v.picklist(['preview', 'plan']),
      ...common,
      ...planFields,
      dryRun: switched,
    }),
    v.transform(({ mode, userId, executionId, ruleName, ...options }) => ({
      ...{ mode, userId, executionId, ruleName },
      options: options satisfies RevocationOptions,
    })),
  ),
  v.object({ mode: v.literal('confirm'), ...common, record: text }),
  v.object({ ...{ mode: v.literal('verify'), ...common, record: text }, topicArn }),
]);

const retirement = v.variant('mode', [
  v.pipe(
    v.object({
      mode: v.picklist(['preview', 'plan']),
      ...common,
      ruleName: text,
      removeGroups: switched,
      detachPolicies: switched,
      deactivateMfaDevices: switched,
      dryRun: switched,
    }),
    v.transform(({ mode, userId, executionId, ruleName, ...options }) => ({
      ...{ mode, userId, executionId, ruleName },
      options: options satisfies RetirementOptions,
    })),
  ),
  v.object({ mode: v.literal('confirm'), ...common, record: text }),
  v.object({ ...{ mode: v.literal('verify'), ...common, record: text }, topicArn }),
]);

const plannedKeys = {
  firstAccessKeyId: v.pipe(text, unlessNamed('None')),
  secondAccessKeyId: v.pipe(text, unlessNamed('None')),
};
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
  v.object({ mode: v.literal('confirm'), ...common, userName: text, ...plannedKeys }),
  v.object({
    mode: v.literal('verify'),
    ...common,
    userName: text,
    ...plannedKeys,
    passwordAction: v.picklist(['Issue', 'None']),
    passwordRevocationId: v.pipe(v.union([v.literal('None'), executionId]), unlessNamed('None')),
    exemptUntil: text,
    /** What the plan leaves off, in words; null for nothing. */
    staysOff: v.pipe(longText, unlessNamed('None')),
    /** The names of the permissions to give back. */
    permissions: v.union([
      v.pipe(
        v.literal('None'),
        v.transform((): string[] => []),
      ),
      v.pipe(longText, encodedJson, v.array(text)),
    ]),
    denyAction: v.picklist(['Lift', 'None']),
  }),
]);

const password = v.object({ ...common, recordName: text, passwordResetRequired: switched });

const permissions = v.object({ mode: v.picklist(['give-back', 'lift-deny']), ...common });

/** The requests of the documents to the functions. */
export type RevocationRequest = v.InferOutput<typeof revocation>;
export type RetirementRequest = v.InferOutput<typeof retirement>;
export type RestorationRequest = v.InferOutput<typeof restoration>;
export type PasswordRequest = v.InferOutput<typeof password>;
export type PermissionsRequest = v.InferOutput<typeof permissions>;

/** From UnusedIamCredentials-Revoke. Throws RequestError, which names the field. */
export const parseRevocationRequest = (input: unknown): RevocationRequest =>
  readRequest(revocation, input);

/** From UnusedIamCredentials-Retire. Throws RequestError, which names the field. */
export const parseRetirementRequest = (input: unknown): RetirementRequest =>
  readRequest(retirement, input);

/** From UnusedIamCredentials-Restore. Throws RequestError, which names the field. */
export const parseRestorationRequest = (input: unknown): RestorationRequest =>
  readRequest(restoration, input);

/** From the step IssuePassword of a document. Throws RequestError, which names the field. */
export const parsePasswordRequest = (input: unknown): PasswordRequest =>
  readRequest(password, input);

/** From the steps RestorePermissions and LiftDeny of UnusedIamCredentials-Restore. Throws RequestError, which names the field. */
export const parsePermissionsRequest = (input: unknown): PermissionsRequest =>
  readRequest(permissions, input);

/** Throws RequestError, which names the field. */
export function readRequest<Schema extends v.GenericSchema>(schema: Schema, input: unknown) {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ExpectedError(
    'RequestError',
    `Not a request of this project's documents: ${v.getDotPath(issue) ?? 'the whole value'}: ${issue.message}. ` +
      'Deploy documents and functions together',
  );
}
