import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { startProgress } from '../terminal/progress.ts';
import { plain, styleFor } from '../terminal/style.ts';
import type { AuditOptions } from './command.ts';
import { renderAuditCsv, renderAuditJson, renderAuditTable } from './render.ts';
import { auditReports } from './reports.ts';
import { type AuditResult, toResult } from './result.ts';

/**
 * Runs `audit`: writes the result, and to standard error the notes and the users it could not evaluate. Exit code 1
 * means that a user is NON_COMPLIANT, 2 that one was not evaluated.
 * Throws ExpectedError if no user could be evaluated or the result could not be written.
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
    environment.tell(`Could not evaluate ${plain(arn)}: ${plain(message)}`);
  }
  if (result.errors.length > 0) return 2;
  return result.summary.nonCompliant > 0 ? 1 : 0;
}

async function gather(
  options: AuditOptions,
  { clock, connect, readFile, tell }: CommandEnvironment,
): Promise<AuditResult> {
  const progress = startProgress(tell, clock);
  try {
    if (!options.live) {
      const gathered = await auditReports(options, readFile, clock.now(), progress.report);
      return toResult(gathered, options.parameters);
    }
    // The SDK takes longer to load than a report takes to evaluate.
    const { auditLive } = await import('./live.ts');
    const gathered = await auditLive(options, await connect('any'), clock, progress.report);
    return toResult(gathered, options.parameters);
  } finally {
    progress.stop();
  }
}

function render(
  result: AuditResult,
  options: AuditOptions,
  { style, width }: CommandEnvironment,
): Iterable<string> {
  const users = options.onlyNonCompliant
    ? result.users.filter(({ compliance }) => compliance === 'NON_COMPLIANT')
    : result.users;
  const terminalWidth = options.output === undefined ? width : null;
  switch (options.format) {
    case 'table':
      return [
        renderAuditTable(result, users, terminalWidth === null ? plainStyle : style, terminalWidth),
      ];
    case 'csv':
      return terminalWidth === null
        ? renderAuditCsv(users)
        : [Array.from(renderAuditCsv(users), plainLines).join('')];
    case 'json':
      return renderAuditJson(result, users);
  }
}

const plainStyle = styleFor({ isTTY: false });

function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}
