import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { startProgress } from '../terminal/progress.ts';
import { plain, styleFor } from '../terminal/style.ts';
import type { AuditOptions } from './command.ts';
import { renderAuditCsv, renderAuditJson, renderAuditTable } from './render.ts';
import { auditReports } from './reports.ts';
import { type AuditResult, toResult } from './result.ts';

/**
 * Runs `audit`. Takes its options and the environment. Writes the result, and to standard error the
 * notes and whom it could not judge. Gives back the exit code: 1 for somebody NON_COMPLIANT, 2 for somebody
 * not judged.
 * Throws ExpectedError when nobody could be judged, or the result could not be written.
 */
export async function audit(
  options: AuditOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  const result = await gather(options, environment);
  const text = render(result, options, environment);
  if (options.output === undefined) await environment.write(text);
  else await environment.writeFile(options.output, text);

  for (const note of result.summary.notes) environment.tell(`Note: ${note}`);
  for (const { arn, message } of result.errors) {
    environment.tell(`Could not judge ${plain(arn)}: ${plain(message)}`);
  }
  if (result.errors.length > 0) return 2;
  return result.summary.nonCompliant > 0 ? 1 : 0;
}

async function gather(
  options: AuditOptions,
  { clock, createClients, readFile, tell }: CommandEnvironment,
): Promise<AuditResult> {
  const progress = startProgress(tell, clock);
  try {
    if (!options.live) {
      const gathered = await auditReports(options, readFile, clock.now(), progress.report);
      return toResult(gathered, options.parameters);
    }
    // What calls AWS needs the SDK, which takes longer to load than a report to judge.
    const { auditLive } = await import('./live.ts');
    const gathered = await auditLive(options, await createClients(), clock, progress.report);
    return toResult(gathered, options.parameters);
  } finally {
    progress.stop();
  }
}

function render(
  result: AuditResult,
  options: AuditOptions,
  { style, isTerminal }: CommandEnvironment,
): Iterable<string> {
  const users = options.onlyNonCompliant
    ? result.users.filter(({ compliance }) => compliance === 'NON_COMPLIANT')
    : result.users;
  const onTerminal = isTerminal && options.output === undefined;
  switch (options.format) {
    case 'table':
      return [renderAuditTable(result, users, onTerminal ? style : plainStyle)];
    case 'csv':
      return onTerminal
        ? [Array.from(renderAuditCsv(users), plainLines).join('')]
        : renderAuditCsv(users);
    case 'json':
      return renderAuditJson(result, users);
  }
}

const plainStyle = styleFor({ isTTY: false });

function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}
