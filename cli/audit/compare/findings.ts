import * as v from 'valibot';
import { messageOf } from '../../../rule/core/errors.ts';
import { decodeText } from '../file-text.ts';
import { fromAccessAnalyzer } from './access-analyzer.ts';
import { fromAsff } from './asff.ts';
import { broken, type Finding, type FindingOrOther } from './finding.ts';
import { fromOcsf } from './ocsf.ts';

/** The findings of a file. */
export interface Findings {
  readonly file: string;
  readonly findings: readonly Finding[];
  /** How many findings of the file are about anything else. */
  readonly others: number;
  /** The accounts of all findings of the file. */
  readonly accountIds: ReadonlySet<string>;
}

/** Reads findings that were exported from IAM Access Analyzer or Security Hub. Throws FileError. */
export function readFindings(bytes: Uint8Array, file: string): Findings {
  const found: Finding[] = [];
  const accountIds = new Set<string>();
  let others = 0;
  const parsed = parse(bytes, file);
  // If pages were missing, their findings would look like findings that AWS does not have.
  if (hasNextPage(parsed)) throw broken(file, 'is not complete: its last page has a nextToken');
  for (const [index, element] of elementsOf(parsed).entries()) {
    const { accountId, finding } = readElement(element, `${file}: finding ${index + 1}`);
    if (accountId !== '') accountIds.add(accountId);
    if (finding === null) others += 1;
    else found.push(finding);
  }
  return { file, findings: withoutRepeated(found), others, accountIds };
}

function parse(bytes: Uint8Array, file: string): unknown {
  const content = decode(bytes, file);
  if (content.trim() === '') throw broken(file, 'is empty');
  try {
    return JSON.parse(content);
  } catch (error) {
    const lines = content.split('\n').map((line, index) => ({ line, number: index + 1 }));
    const filled = lines.filter(({ line }) => line.trim() !== '');
    // The first line of indented JSON is not JSON.
    if (filled.length < 2 || tryParse(filled[0]?.line ?? '') === undefined) {
      throw broken(file, `is not valid JSON (${messageOf(error)})`);
    }
    return filled.map(({ line, number }) => {
      const value = tryParse(line);
      if (value !== undefined) return value;
      throw broken(`${file}, line ${number}`, 'is not valid JSON');
    });
  }
}

function tryParse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return decodeText(bytes);
  } catch (error) {
    throw broken(file, messageOf(error));
  }
}

const page = v.union([
  v.pipe(
    v.object({ findings: v.array(v.unknown()) }),
    v.transform(({ findings }) => findings),
  ),
  v.pipe(
    v.object({ Findings: v.array(v.unknown()) }),
    v.transform(({ Findings: findings }) => findings),
  ),
]);

const unfinished = v.union([
  v.object({ findings: v.array(v.unknown()), nextToken: v.pipe(v.string(), v.nonEmpty()) }),
  // The AWS CLI writes it so with --max-items.
  v.object({ findings: v.array(v.unknown()), NextToken: v.pipe(v.string(), v.nonEmpty()) }),
  v.object({ Findings: v.array(v.unknown()), NextToken: v.pipe(v.string(), v.nonEmpty()) }),
]);

function hasNextPage(value: unknown): boolean {
  return v.is(unfinished, Array.isArray(value) ? value.at(-1) : value);
}

/** The findings in an array, in a page of the AWS CLI, in an array of pages, or a single one. */
function elementsOf(value: unknown): unknown[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((one) => (v.is(page, one) ? v.parse(page, one) : [one]));
}

function readElement(element: unknown, where: string): FindingOrOther {
  if (typeof element !== 'object' || element === null) throw broken(where, 'is not an object');
  if ('class_uid' in element) return fromOcsf(element, where);
  if ('ProductArn' in element || 'SchemaVersion' in element) {
    return fromAsff(element, where);
  }
  if ('findingType' in element || 'findingDetails' in element || 'analyzedAt' in element) {
    return fromAccessAnalyzer(element, where);
  }
  throw broken(where, 'is of no known format');
}

/**
 * Keeps one of several findings about the same credential, for example from several Regions: the active one, else
 * the newest.
 */
function withoutRepeated(findings: readonly Finding[]): Finding[] {
  const byCredential = new Map<string, Finding>();
  const unnamed: Finding[] = [];
  for (const finding of findings) {
    const { about, arn, accessKeyId, findingId, limitDays } = finding;
    const isUnnamed = about === 'access-key' && accessKeyId === null;
    // Without any ID, two findings may be about two keys.
    if (isUnnamed && findingId === null) {
      unnamed.push(finding);
      continue;
    }
    const key = JSON.stringify([about, arn, isUnnamed ? { findingId } : accessKeyId, limitDays]);
    const other = byCredential.get(key);
    if (other === undefined || isBetter(finding, other)) byCredential.set(key, finding);
  }
  return [...byCredential.values(), ...unnamed];
}

function isBetter(finding: Finding, other: Finding): boolean {
  const rank = ({ state }: Finding) => (state === 'active' ? 1 : 0);
  const difference = rank(finding) - rank(other);
  if (difference !== 0) return difference > 0;
  return (finding.updatedAt ?? 0) > (other.updatedAt ?? 0);
}
