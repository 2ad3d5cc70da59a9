import * as v from 'valibot';
import { parseUserArn } from '../../../rule/core/arns.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import type { Instant } from '../../../rule/core/instant.ts';

/** A finding of AWS about unused credentials of an IAM user. */
export interface Finding {
  readonly source: 'access-analyzer' | 'security-hub';
  /** What the finding is about; `credentials` if it does not say which ones of the user. */
  readonly about: 'password' | 'access-key' | 'credentials';
  /** Its ID, by which a repeated finding is recognized; null if the ID may be the same for several credentials. */
  readonly findingId: string | null;
  /** The user's ARN. */
  readonly arn: string;
  /** Null if the finding does not say so. */
  readonly accessKeyId: string | null;
  /** Only an active finding says that something is unused; `passed` says the opposite. */
  readonly state: 'active' | 'archived' | 'resolved' | 'passed';
  /** Null if the finding does not say so. */
  readonly lastUsed: Instant | 'never' | null;
  /** The days after which they find it unused; null if the finding does not say so. */
  readonly limitDays: number | null;
  readonly updatedAt: Instant | null;
}

/** What is read from one finding. */
export interface FindingOrOther {
  readonly accountId: string;
  /** Null for a finding about anything else. */
  readonly finding: Finding | null;
}

const expected =
  'expected findings of IAM Access Analyzer (aws accessanalyzer list-findings-v2 or get-finding-v2) or Security Hub (ASFF or OCSF) as JSON or JSON Lines';

/** Checks a finding of a file. Throws FileError, which names the first field that is wrong. */
export function check<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw broken(where, `has a missing or malformed ${v.getDotPath(issue) ?? 'field'}`);
}

/** Returns the FileError of something in a file. */
export function broken(where: string, what: string): ExpectedError {
  return new ExpectedError('FileError', `${where} ${what}; ${expected}`);
}

/** The types that IAM Access Analyzer and Security Hub name, with and without spaces: `Unused IAM User Access Key`. */
export function aboutOf(types: readonly string[]): 'password' | 'access-key' | undefined {
  const names = types.map((type) => type.replace(/\s/gu, '').toLowerCase());
  if (names.some((name) => name.includes('unusediamuseraccesskey'))) return 'access-key';
  if (names.some((name) => name.includes('unusediamuserpassword'))) return 'password';
  return undefined;
}

/** The days of Security Hub's controls for unused credentials. */
export const controlLimits: ReadonlyMap<string, number> = new Map([
  ['IAM.8', 90],
  ['IAM.22', 45],
  ['PCI.IAM.7', 90],
]);

/** Throws FileError if the text is not the ARN of an IAM user. */
export function userArn(arn: string, where: string): string {
  if (parseUserArn(arn) !== null) return arn;
  throw broken(where, `is ${JSON.stringify(arn)}, not the ARN of an IAM user`);
}

/** The access key ID in the finding's fields, or in the finding's own ID. */
export function keyIdOf(
  fields: readonly (readonly [name: string, value: string])[],
  findingId: string,
): string | null {
  const named = fields.find(([name]) => /access[ _-]?key[ _-]?id/iu.test(name));
  return named?.[1] ?? /\bAKIA[A-Z0-9]{12,}\b/u.exec(findingId)?.[0] ?? null;
}
