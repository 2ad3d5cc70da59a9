import * as v from 'valibot';
import { categories } from '../../../rule/core/assess-user.ts';
import { evaluationScopes } from '../../../rule/core/rule-parameters.ts';
import { asOf } from '../report-rows.ts';
import { runInProcess } from '../run-in-process.ts';

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
const instant = v.pipe(
  v.string(),
  v.regex(/^([+-]\d{6}|\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/u),
);

const credential = v.strictObject({
  type: v.picklist(['password', 'access-key']),
  id: v.nullable(v.string()),
  slot: v.nullable(v.picklist([1, 2])),
  lastActivity: instant,
  basis: v.picklist(['used', 'created', 'changed']),
  idleDays: wholeNumber,
  threshold: wholeNumber,
  unused: v.boolean(),
  lastUsedService: v.nullable(v.string()),
  lastUsedRegion: v.nullable(v.string()),
  created: v.nullable(instant),
  lastUsed: v.nullable(instant),
  becomesUnused: instant,
  due: v.boolean(),
});

const user = v.strictObject({
  userName: v.string(),
  arn: v.string(),
  userId: v.nullable(v.string()),
  accountId: v.string(),
  compliance: v.picklist(['COMPLIANT', 'NON_COMPLIANT']),
  category: v.picklist(categories),
  annotation: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  becomesUnused: v.nullable(instant),
  exemption: v.nullable(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('path'), prefix: v.string() }),
      v.strictObject({ kind: v.literal('tag'), until: instant }),
      v.strictObject({
        kind: v.literal('ignored'),
        reason: v.picklist(['ended', 'too-distant', 'malformed']),
      }),
    ]),
  ),
  credentials: v.array(credential),
  unjudged: v.array(
    v.strictObject({
      kind: v.picklist([
        'service-specific-credential',
        'ssh-key',
        'signing-certificate',
        'access-key',
      ]),
      id: v.nullable(v.string()),
      service: v.nullable(v.string()),
      status: v.picklist(['Active', 'Inactive', 'Expired']),
      created: v.nullable(instant),
      expires: v.nullable(instant),
    }),
  ),
});

/** The one object that `audit --format json` prints: its keys are fixed, none may be added. */
const auditOutput = v.strictObject({
  asOf: instant,
  parameters: v.strictObject({
    maxCredentialUsageAge: wholeNumber,
    maxPasswordUsageAge: wholeNumber,
    maxAccessKeyUsageAge: wholeNumber,
    evaluationScope: v.picklist(evaluationScopes),
    exemptPathPrefixes: v.array(v.string()),
    exemptUntilTag: v.string(),
    maxExemptionDays: wholeNumber,
  }),
  parametersFrom: v.variant('kind', [
    v.strictObject({
      kind: v.literal('rule'),
      ruleName: v.string(),
      region: v.string(),
      overridden: v.array(v.string()),
    }),
    v.strictObject({ kind: v.picklist(['options', 'defaults']) }),
  ]),
  accounts: v.array(
    v.strictObject({
      accountId: v.string(),
      asOf: instant,
      users: wholeNumber,
      nonCompliant: wholeNumber,
      unusedCredentials: wholeNumber,
      errors: wholeNumber,
      failure: v.nullable(v.string()),
    }),
  ),
  users: v.array(user),
  errors: v.array(
    v.strictObject({
      ...{ arn: v.string(), accountId: v.nullable(v.string()) },
      message: v.pipe(v.string(), v.minLength(1)),
    }),
  ),
  summary: v.looseObject({
    users: wholeNumber,
    compliant: wholeNumber,
    nonCompliant: wholeNumber,
    errors: wholeNumber,
    unjudged: v.strictObject({
      serviceSpecificCredentials: v.nullable(wholeNumber),
      expiringSoon: wholeNumber,
      sshKeys: v.nullable(wholeNumber),
      signingCertificates: wholeNumber,
      usersWithMoreThanTwoAccessKeys: wholeNumber,
    }),
    notes: v.array(v.string()),
  }),
});

/** What `audit --format json` prints. */
export type AuditOutput = v.InferOutput<typeof auditOutput>;

/** Parses what `audit --format json` printed. Throws if it has another shape. */
export function readAuditOutput(stdout: string): AuditOutput {
  return v.parse(auditOutput, JSON.parse(stdout));
}

/** Evaluates the report on standard input as of the instant of the rows in report-rows.ts. */
export function auditRows(stdin: string, ...args: readonly string[]) {
  return runInProcess(['audit', '--report', '-', '--as-of', asOf, ...args], { stdin });
}

/** Evaluates the report on standard input. Returns the run and its JSON. */
export async function auditJson(stdin: string, ...args: readonly string[]) {
  const run = await runInProcess(['audit', '--report', '-', '--format', 'json', ...args], {
    stdin,
  });
  return { ...run, output: readAuditOutput(run.stdout) };
}

/** The user of this name. Throws if there is none. */
export function userOf(output: AuditOutput, userName: string): AuditOutput['users'][number] {
  const found = output.users.find((candidate) => candidate.userName === userName);
  if (found === undefined) throw new Error(`no ${userName} in the output`);
  return found;
}
