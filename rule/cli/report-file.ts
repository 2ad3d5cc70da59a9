import * as v from 'valibot';
import { ExpectedError, messageOf } from '../core/errors.ts';
import { type Instant, parseInstant } from '../core/instant.ts';

/** A credential report from a file: its CSV, and when it was made, where the file says so. */
export interface ReportFile {
  readonly content: string;
  readonly generatedAt: Instant | null;
}

/** What `aws iam get-credential-report` prints. */
const awsCliOutput = v.object({
  Content: v.pipe(v.string(), v.nonEmpty(), v.base64()),
  GeneratedTime: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => parseInstant(text) !== undefined, 'Expected an ISO 8601 instant'),
    ),
  ),
});

/**
 * Takes the bytes of a file and its name for messages. The file holds a credential report as CSV, or
 * the JSON that the AWS CLI prints, with the CSV in base64. Gives back the report's text.
 * Throws CredentialReportError when it is neither.
 */
export function readReportFile(bytes: Uint8Array, name: string): ReportFile {
  const text = decode(bytes, name);
  if (text.trim() === '') throw broken(name, 'is empty');
  if (!text.trimStart().startsWith('{')) return { content: text, generatedAt: null };

  const { Content, GeneratedTime } = parseJson(text, name);
  return {
    content: decode(Buffer.from(Content, 'base64'), `${name}: Content`),
    generatedAt: GeneratedTime === undefined ? null : (parseInstant(GeneratedTime) ?? null),
  };
}

function parseJson(text: string, name: string): v.InferOutput<typeof awsCliOutput> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw broken(name, `begins like JSON but is none (${messageOf(error)})`);
  }
  const result = v.safeParse(awsCliOutput, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the object';
  const problem = issue.type === 'base64' ? 'is no base64' : 'is missing or malformed';
  throw broken(name, `is JSON, but not what the AWS CLI prints: ${field} ${problem}`);
}

function decode(bytes: Uint8Array, name: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw broken(name, 'is no UTF-8 text');
  }
  if (text.includes('\0')) throw broken(name, 'is binary, no text');
  return text;
}

function broken(name: string, what: string): ExpectedError {
  return new ExpectedError(
    'CredentialReportError',
    `${name} ${what}; expected a credential report: what aws iam get-credential-report prints, or its decoded CSV`,
  );
}
