import * as v from 'valibot';
import { judge } from '../../rule/core/annotation.ts';
import { ExpectedError, messageOf, type Problem } from '../../rule/core/errors.ts';
import type { Instant } from '../../rule/core/instant.ts';
import { countUnjudged, type UnjudgedCredential, unjudgedOf } from '../../rule/core/unjudged.ts';
import { parseUserArn } from '../../rule/formats/arns.ts';
import { parseCredentialReport } from '../../rule/formats/credential-report.ts';
import { instant } from '../../rule/formats/fields.ts';
import type { ReportRow } from '../../rule/formats/report-row.ts';
import { fromReport } from '../../rule/formats/user-snapshot.ts';
import type { AuditOptions } from './options.ts';
import { type AuditedUser, type Gathered, toAuditedUser } from './result.ts';

/** A credential report from a file: its CSV, and when it was generated, or null if the file does not say so. */
interface ReportFile {
  readonly content: string;
  readonly generatedAt: Instant | null;
}

/** What `aws iam get-credential-report` prints. */
const awsCliOutput = v.object({
  Content: v.pipe(v.string(), v.nonEmpty(), v.base64()),
  GeneratedTime: v.optional(instant),
});

/** Reads CSV, or the JSON that the AWS CLI prints, with the CSV in base64. Throws CredentialReportError. */
function readReportFile(bytes: Uint8Array, name: string): ReportFile {
  const text = decode(bytes, name);
  if (text.trim() === '') throw broken(name, 'is empty');
  if (!text.trimStart().startsWith('{')) return { content: text, generatedAt: null };

  const { Content, GeneratedTime } = parseJson(text, name);
  return {
    content: decode(Buffer.from(Content, 'base64'), `${name}: Content`),
    generatedAt: GeneratedTime ?? null,
  };
}

function parseJson(text: string, name: string): v.InferOutput<typeof awsCliOutput> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw broken(name, `begins like JSON but is not valid JSON (${messageOf(error)})`);
  }
  const result = v.safeParse(awsCliOutput, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the object';
  const problem = issue.type === 'base64' ? 'is not base64' : 'is missing or malformed';
  throw broken(name, `is JSON, but not what the AWS CLI prints: ${field} ${problem}`);
}

function decode(bytes: Uint8Array, name: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw broken(name, 'is not UTF-8 text');
  }
  if (text.includes('\0')) throw broken(name, 'is binary');
  return text;
}

function broken(name: string, what: string): ExpectedError {
  return new ExpectedError(
    'CredentialReportError',
    `${name} ${what}; expected a credential report: what aws iam get-credential-report prints, or its decoded CSV`,
  );
}

/** The number of users that are evaluated between two reports of progress. */
const progressStep = 1000;

/**
 * Evaluates the users of credential report files. Several reports are evaluated as of the earliest, the last time at which
 * each was complete. Throws CredentialReportError if a file is not a report, or two are of one account.
 */
export async function auditReports(
  { reports, parameters, asOf }: AuditOptions,
  readFile: (name: string) => Promise<Uint8Array>,
  currentTime: Instant,
  onProgress: (what: string) => void,
): Promise<Gathered> {
  let files: (ReportFile & { name: string })[] = [];
  for (const name of reports) {
    onProgress(`Reading ${labelOf(name)}`);
    files.push({ name, ...readReportFile(await readFile(name), labelOf(name)) });
  }
  const { now, notes } = chooseInstant(asOf, files, currentTime);

  const users: AuditedUser[] = [];
  const unjudged: (readonly UnjudgedCredential[])[] = [];
  const errors: Problem[] = [];
  const fileByAccount = new Map<string, string>();
  // Each report is released after it is evaluated: those of an organization take much memory.
  for (; files[0] !== undefined; files = files.slice(1)) {
    const { name, content } = files[0];
    const { accountIds, rows, problems } = inFile(name, () => parseCredentialReport(content));
    claimAccounts(fileByAccount, name, accountIds);
    for (const problem of problems.values()) errors.push(problem);
    for (const row of rows.values()) {
      if (users.length % progressStep === 0) onProgress(`Evaluating: ${users.length} users`);
      try {
        const user = toUser(row);
        users.push(toAuditedUser(judge(user, { parameters, now, currentTime })));
        unjudged.push(unjudgedOf(user));
      } catch (error) {
        errors.push({ arn: row.arn, message: messageOf(error) });
      }
    }
  }
  const accounts = [...fileByAccount.keys()].map((accountId) => ({ accountId, asOf: now }));
  return {
    ...{ accounts, users, errors, asOf: now },
    unjudged: countUnjudged(unjudged, { serviceSpecific: false, ssh: false }, now),
    notes: ['exemption tags not considered', ...notes],
  };
}

function toUser(row: ReportRow) {
  const parsed = parseUserArn(row.arn);
  if (parsed === null) {
    throw new ExpectedError(
      'UserError',
      `arn is ${JSON.stringify(row.arn)}; expected arn:aws:iam::<account>:user/<path><name>`,
    );
  }
  const { userName, arn } = row;
  return fromReport({ userName, userId: null, arn, path: parsed.path, tags: [] }, row);
}

function claimAccounts(
  fileByAccount: Map<string, string>,
  name: string,
  accountIds: ReadonlySet<string>,
): void {
  for (const account of accountIds) {
    const other = fileByAccount.get(account);
    if (other !== undefined) {
      throw new ExpectedError(
        'CredentialReportError',
        `${labelOf(other)} and ${labelOf(name)} are both reports of account ${account}; give one report per account`,
      );
    }
    fileByAccount.set(account, name);
  }
}

function chooseInstant(
  asOf: Instant | undefined,
  files: readonly ReportFile[],
  currentTime: Instant,
): { now: Instant; notes: string[] } {
  if (asOf !== undefined) return { now: asOf, notes: [] };
  const generated = files.flatMap(({ generatedAt }) => (generatedAt === null ? [] : [generatedAt]));
  if (generated.length === 0) {
    const note =
      files.length === 1
        ? 'the report does not say when it was generated'
        : 'the reports do not say when they were generated';
    return {
      now: currentTime,
      notes: [`${note}; evaluated as of now (see --as-of)`],
    };
  }
  const now = Math.min(...generated);
  if (generated.length < files.length || generated.some((instant) => instant !== now)) {
    const note =
      'the reports were generated at different or unknown times; evaluated as of the earliest known';
    return { now, notes: [`${note} (see --as-of)`] };
  }
  return { now, notes: [] };
}

function inFile<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new ExpectedError(error.name, `${labelOf(name)}: ${error.message}`, { cause: error });
  }
}

function labelOf(name: string): string {
  return name === '-' ? 'stdin' : name;
}
