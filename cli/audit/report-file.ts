import * as v from 'valibot';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';
import { type Instant, parseInstant } from '../../rule/core/instant.ts';
import { instant } from '../../rule/formats/fields.ts';
import { decodeText } from './file-text.ts';

/** A credential report from a file: its CSV, and when it was generated, or null if the file does not say so. */
export interface ReportFile {
  readonly content: string;
  readonly generatedAt: Instant | null;
}

/** What `aws iam get-credential-report` prints as JSON or YAML. */
const awsCliOutput = v.object({
  Content: v.pipe(v.string(), v.nonEmpty()),
  GeneratedTime: v.optional(instant),
});

/** The last field of the answer, in the order of the AWS CLI. */
const format = 'text/csv';

/**
 * Reads CSV, or what the AWS CLI prints with the output json, yaml, yaml-stream or text, also with `--query Content`.
 * Throws CredentialReportError, also for a file that ends in the middle.
 */
export async function readReportFile(bytes: Uint8Array, name: string): Promise<ReportFile> {
  const text = decode(bytes, name);
  const trimmed = text.trim();
  if (trimmed === '') throw broken(name, 'is empty');
  if (trimmed.startsWith('{')) return fromFields(readJson(trimmed, name), 'JSON', name);
  const [firstLine = ''] = trimmed.split(/[\r\n]/u, 1);
  if (/^[-|+]{10,}/u.test(firstLine))
    throw broken(name, 'is a table of the AWS CLI; add --output json');
  if (/^(?:- )?(?:Content|GeneratedTime|ReportFormat):/u.test(firstLine)) {
    return fromFields(await readYaml(trimmed, name), 'YAML', name);
  }
  // Text without a comma must be base64, because the header of a report has commas.
  if (firstLine.includes(',')) return { content: text, generatedAt: null };
  if (firstLine.startsWith('"')) return fromText(String(readJson(trimmed, name)), name);
  return isBase64Text(firstLine) ? fromText(trimmed, name) : { content: text, generatedAt: null };
}

function isBase64Text(line: string): boolean {
  const [first = ''] = line.split(/\s/u, 1);
  return first.length >= 20 && /^[A-Za-z0-9+/]+=*$/u.test(first);
}

/** Base64, perhaps in several lines, and after it the other fields of the text output. */
function fromText(text: string, name: string): ReportFile {
  const parts = text.split(/\s+/u).filter((part) => part !== '...');
  const times = parts.flatMap((part) => parseInstant(part) ?? []);
  if (text.includes('\t') && times.length === 0 && !parts.includes(format)) {
    throw broken(name, `ends before ${format}: it has been cut short`);
  }
  const base64 = parts.filter((part) => part !== format && parseInstant(part) === undefined);
  return { content: decodeBase64(base64.join(''), name, name), generatedAt: times[0] ?? null };
}

function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(name, `begins like JSON but is not valid JSON (${messageOf(error)})`);
  }
}

/**
 * The AWS CLI prints Content first. If nothing follows it, the file was cut off, which a YAML parser does not
 * notice.
 */
async function readYaml(text: string, name: string): Promise<unknown> {
  if (!/^ *(?:GeneratedTime|ReportFormat):/mu.test(text)) {
    throw broken(name, 'is YAML that ends with Content: it has been cut short');
  }
  // The library takes longer to load than a report takes to evaluate.
  const { parse } = await import('yaml');
  try {
    const parsed: unknown = parse(text);
    return Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  } catch (error) {
    throw broken(name, `begins like YAML but is not valid YAML (${messageOf(error)})`);
  }
}

function fromFields(value: unknown, kind: 'JSON' | 'YAML', name: string): ReportFile {
  const result = v.safeParse(awsCliOutput, value);
  if (!result.success) {
    const field = v.getDotPath(result.issues[0]) ?? 'the object';
    const problem = `is ${kind}, but not what the AWS CLI prints`;
    throw broken(name, `${problem}: ${field} is missing or malformed`);
  }
  const { Content, GeneratedTime } = result.output;
  const label = `${name}: Content`;
  return { content: decodeBase64(Content, label, name), generatedAt: GeneratedTime ?? null };
}

/** Base64 whose length is not a multiple of 4 has lost its end, which a decoder would not say. */
function decodeBase64(base64: string, label: string, name: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/u.test(base64)) throw broken(name, notBase64(label, name));
  if (base64.length % 4 !== 0) {
    throw broken(name, `${notBase64(label, name)} of whole groups of 4: it has been cut short`);
  }
  return decode(Buffer.from(base64, 'base64'), label);
}

function notBase64(label: string, name: string): string {
  return label === name ? 'is not base64' : 'is what the AWS CLI prints, but Content is not base64';
}

function decode(bytes: Uint8Array, name: string): string {
  let text: string;
  try {
    text = decodeText(bytes);
  } catch (error) {
    throw broken(name, messageOf(error));
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
