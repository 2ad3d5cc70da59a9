import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { startProgress } from '../terminal/io.ts';
import { plain, styleFor } from '../terminal/style.ts';
import type { AuditCache } from './cache.ts';
import type { Comparison } from './compare/compare.ts';
import { type FormatName, formats } from './formats/formats.ts';
import { type AuditOptions, type AuditSource, fromOptions } from './options.ts';
import { auditReports } from './reports.ts';
import { type AuditResult, toResult } from './result.ts';
import type { Trend } from './trend/trend.ts';
import { type ShownResult, selectUsers, type View } from './view.ts';

/**
 * Runs `audit`: writes the result, and to standard error the notes and the users it could not evaluate. Exit code 1
 * means that a user is NON_COMPLIANT, 2 that one was not evaluated.
 * Throws ExpectedError if no user could be evaluated or the result could not be written.
 */
export async function audit(
  options: AuditOptions,
  version: string,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const { tell } = environment;
  // An audit may take long, so this fails before it reads if a file cannot be written.
  const read = filesRead(options);
  for (const { file } of options.outputs) await environment.checkWritable(file, read);
  const result = await gather(options, version, environment);
  for (const { file, format } of options.outputs) {
    const view = makeView(result, format, { ...options, width: null, style: plainStyle, version });
    const render = await formats[format].load();
    await environment.writeFile(file, render(result, view));
  }
  await environment.write(await show(result, options, version, environment));

  const notes = [...result.summary.notes, ...(result.trend?.notes ?? [])];
  if (!options.quiet) for (const note of notes) tell(`Note: ${plain(note)}`);
  for (const { arn, message } of result.errors) {
    tell(`Could not evaluate ${plain(arn)}: ${plain(message)}`);
  }
  for (const { accountId, failure } of result.accounts) {
    if (failure !== null) tell(`Could not read account ${plain(accountId)}: ${plain(failure)}`);
  }
  const isWhole =
    result.errors.length === 0 && result.accounts.every((each) => each.failure === null);
  if (!isWhole) return 2;
  return result.summary.nonCompliant > 0 ? 1 : 0;
}

/** The files that an audit reads, apart from standard input. */
function filesRead({ source, compare }: AuditOptions): string[] {
  const reports = source.kind === 'reports' ? source.files : [];
  const accounts =
    source.kind === 'accounts' && 'file' in source.accountIds ? [source.accountIds.file] : [];
  const findings = compare === null ? [] : [compare];
  return [...reports, ...accounts, ...findings].filter((file) => file !== '-');
}

/** What standard output shows: the result, or the summary if files were written. */
async function show(
  result: ShownResult,
  options: AuditOptions,
  version: string,
  { style, width }: CommandEnvironment,
): Promise<Iterable<string>> {
  const { format, outputs, quiet } = options;
  const given = { ...options, style, width, version };
  if (format === null) {
    if (quiet) return [];
    const { renderMore, renderSummary } = await import('./formats/table.ts');
    const files = outputs.map(({ file }) => `Wrote ${plain(file)}\n`);
    const view = makeView(result, 'table', given);
    return [renderSummary(result, view), ...renderMore(result, view), ...files];
  }
  const render = await formats[format].load();
  const pieces = render(result, makeView(result, format, given));
  const needsPlainText = format === 'csv' && width !== null;
  return needsPlainText ? [plainLines(Array.from(pieces).join(''))] : pieces;
}

function makeView(
  result: ShownResult,
  format: FormatName,
  options: Pick<AuditOptions, 'all' | 'by' | 'olderThan' | 'onlyNonCompliant' | 'sort' | 'wide'> &
    Pick<View, 'style' | 'width' | 'version'>,
): View {
  const { by, olderThan, wide, style, width, version } = options;
  const isForPeople = format === 'table' || format === 'markdown';
  const onlyNonCompliant = options.onlyNonCompliant || (isForPeople && !options.all);
  const sort = options.sort ?? (isForPeople || format === 'html' ? 'idle' : null);
  const users = selectUsers(result, { onlyNonCompliant, olderThan, sort });
  return { users, by, all: !onlyNonCompliant, olderThan, wide, style, width, version };
}

/**
 * Evaluates the users, and adds what --compare and --trend need. Their files are read first, so that an error in
 * them shows early.
 */
async function gather(
  options: AuditOptions,
  version: string,
  environment: CommandEnvironment,
): Promise<ShownResult> {
  const { compare, trend } = options;
  const toComparison = compare === null ? null : await prepareComparison(compare, environment);
  const toTrend = trend === null ? null : await prepareTrend(trend, environment);
  const result = await evaluate(options, version, environment);
  return {
    ...result,
    ...(toComparison === null ? {} : { comparison: toComparison(result) }),
    ...(toTrend === null ? {} : { trend: toTrend(result) }),
  };
}

async function prepareComparison(
  file: string,
  { readFile }: CommandEnvironment,
): Promise<(result: AuditResult) => Comparison> {
  const { readFindings } = await import('./compare/findings.ts');
  const { compareFindings } = await import('./compare/compare.ts');
  const findings = readFindings(await readFile(file), file === '-' ? 'stdin' : file);
  return (result) => compareFindings(result, findings);
}

async function prepareTrend(
  folder: string,
  environment: CommandEnvironment,
): Promise<(result: AuditResult) => Trend> {
  const { readStoredResults } = await import('./trend/read.ts');
  const { buildTrend } = await import('./trend/trend.ts');
  const stored = await readStoredResults(folder, environment);
  return (result) => buildTrend(result, stored);
}

async function evaluate(
  options: AuditOptions,
  version: string,
  environment: CommandEnvironment,
): Promise<AuditResult> {
  const { clock, tell } = environment;
  const progress = startProgress(options.quiet ? () => undefined : tell, clock);
  try {
    return await read(options, environment, { version, onProgress: progress.report });
  } finally {
    progress.stop();
  }
}

/** What reading needs in addition to the options and the environment. */
interface Reading {
  /** The version of this tool. */
  readonly version: string;
  readonly onProgress: (what: string) => void;
}

async function read(
  options: AuditOptions,
  environment: CommandEnvironment,
  reading: Reading,
): Promise<AuditResult> {
  const { onProgress } = reading;
  const { source, asOf } = options;
  if (source.kind === 'reports') {
    const { values: parameters } = options.parameters;
    const given = { parameters, asOf };
    const gathered = await auditReports(source.files, given, environment, onProgress);
    return toResult(gathered, parameters, fromOptions(options.parameters));
  }
  if (source.kind === 'organization') {
    return readOrganization(source, environment, reading);
  }
  if (source.kind === 'accounts') return readMembers(source, options, environment, reading);
  const { iam, config, requests, region } = await environment.connect('any');
  // The SDK takes longer to load than a report takes to evaluate.
  const { auditAccount } = await import('./live.ts');
  const { parametersOfRule } = await import('./parameters.ts');
  const { sshKeys, ruleName } = source;
  onProgress(`Reading the rule ${ruleName}`);
  const chosen = await parametersOfRule(options.parameters, { config, region, ruleName });
  const { parameters, parametersFrom, notes } = chosen;
  const live = { parameters, asOf, sshKeys };
  const gathered = await auditAccount(live, { iam, requests }, environment.clock, onProgress);
  const all = { ...gathered, notes: [...notes, ...gathered.notes] };
  return toResult(all, parameters, parametersFrom);
}

async function readOrganization(
  source: Extract<AuditSource, { kind: 'organization' }>,
  environment: CommandEnvironment,
  reading: Reading,
): Promise<AuditResult> {
  const { connect, clock } = environment;
  const cache = await openCache(source.cache, environment);
  const { config, region } = await connect('deployed');
  const { auditOrganization } = await import('./organization.ts');
  const sources = { ...{ config, region: region ?? '' }, ...reading, clock, cache };
  const { aggregator, gathered: found } = await auditOrganization(source, sources);
  const gathered = { ...found, notes: [...found.notes, ...cache.notes()] };
  const { ruleName } = source;
  return toResult(gathered, null, { kind: 'results', ruleName, aggregator });
}

async function readMembers(
  { accountIds: given, role, sshKeys, cache: folder }: Extract<AuditSource, { kind: 'accounts' }>,
  { parameters: chosen, asOf }: AuditOptions,
  environment: CommandEnvironment,
  reading: Reading,
): Promise<AuditResult> {
  const { connectToRoles, readFile, clock } = environment;
  const { auditMembers, parseAccountsFile } = await import('./member-accounts.ts');
  const accountIds =
    'file' in given ? parseAccountsFile(await readFile(given.file), given.file) : given;
  const cache = await openCache(folder, environment);
  const { connectAsRole, region } = await connectToRoles();
  const { values: parameters } = chosen;
  const gathered = await auditMembers(
    { accountIds, role, parameters, asOf, sshKeys },
    { connectAsRole, region, clock, cache, ...reading },
  );
  const from = fromOptions(chosen);
  const by = from.kind === 'defaults' ? 'the default parameters' : 'the given options';
  const note = `evaluated by ${by}, which can differ from those of the rules in the accounts`;
  const notes = [note, ...gathered.notes, ...cache.notes()];
  return toResult({ ...gathered, notes }, parameters, from);
}

/** Without a folder (null), nothing is cached. */
async function openCache(
  path: string | null,
  { openPrivateFolder, clock }: CommandEnvironment,
): Promise<AuditCache> {
  const { createCache, noCache } = await import('./cache.ts');
  return path === null ? noCache : createCache(await openPrivateFolder(path), clock);
}

const plainStyle = styleFor({ isTTY: false });

function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}
