import { Command, CommanderError } from 'commander';
import { audit } from './audit/audit.ts';
import { parseAuditOptions } from './audit/options.ts';
import {
  addAudit,
  addCompletion,
  addDoctor,
  addPurge,
  addRestore,
  addRetire,
  addRevoke,
} from './commands.ts';
import type { CommandEnvironment, ExitCode } from './environment.ts';
import { addGlobalOptions, withGlobalOptions } from './global-options.ts';
import { addDocumentOptions } from './options.ts';
import { describeFailure, plain } from './terminal/style.ts';

/**
 * Runs the command line with the arguments after the program's name. Writes results to standard output and everything
 * else to standard error. Throws nothing.
 */
export async function runProgram(
  args: readonly string[],
  version: string,
  surroundings: CommandEnvironment,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const out: string[] = [];
  const helpWidth = surroundings.width ?? 80;
  const program = new Command('unused-iam-credentials')
    .description(
      'Finds unused IAM passwords and access keys, revokes and restores them, retires inactive users, and deletes keys that were deactivated long ago.',
    )
    .version(version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print this help')
    .helpCommand('help [command]', 'Print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.push(text),
      writeErr: (text) => surroundings.tell(text.trimEnd().split('\n').map(plain).join('\n')),
      ...{ getOutHelpWidth: () => helpWidth, getErrHelpWidth: () => helpWidth },
    })
    .showHelpAfterError('(add --help for usage)');
  addGlobalOptions(program);
  const inEnvironment = () => withGlobalOptions(surroundings, program.opts());
  addAudit(program, async (raw) => {
    exitCode = await audit(parseAuditOptions(raw), version, inEnvironment());
  });
  // The SDK and the documents take longer to load than everything else, and audit --report needs neither.
  addRevoke(program, async (users, raw) => {
    const { parseRevokeOptions } = await import('./revoke/options.ts');
    const options = parseRevokeOptions(users, raw);
    const { revoke } = await import('./revoke/revoke.ts');
    exitCode = await revoke(options, inEnvironment());
  });
  addRetire(program, async (users, raw) => {
    const { parseRetireOptions } = await import('./retire/options.ts');
    const options = parseRetireOptions(users, raw);
    const { retire } = await import('./retire/retire.ts');
    exitCode = await retire(options, inEnvironment());
  });
  addRestore(program, async (users, raw) => {
    const { parseRestoreOptions } = await import('./restore/options.ts');
    const options = parseRestoreOptions(users, raw);
    const { restore } = await import('./restore/restore.ts');
    exitCode = await restore(options, inEnvironment());
  });
  addPurge(program, async (raw) => {
    const { parsePurgeOptions } = await import('./purge/options.ts');
    const options = parsePurgeOptions(raw);
    const { purge } = await import('./purge/purge.ts');
    exitCode = await purge(options, inEnvironment());
  });
  addDoctor(program, async (raw) => {
    const { doctor, parseDoctorOptions } = await import('./doctor/doctor.ts');
    exitCode = await doctor(parseDoctorOptions(raw), inEnvironment());
  });
  addCompletion(
    program,
    async (shell) => (await import('./completion.ts')).printCompletion(shell, surroundings.write),
    async (words) => {
      const named = program.commands.filter((command) => words.includes(command.name()));
      for (const command of named) await addOptionsOfDocument(command);
      (await import('./completion.ts')).complete(program, words);
    },
  );
  program.hook('preSubcommand', (_, command) => addOptionsOfDocument(command));

  try {
    await parse(program, args);
    if (out.length > 0) await surroundings.write(out);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return 2;
    surroundings.tell(`unused-iam-credentials: ${describeFailure(error)}`);
    return 2;
  }
}

async function addOptionsOfDocument(command: Command): Promise<void> {
  if (command.name() === 'revoke') {
    const { revokeDocumentOptions } = await import('./revoke/options.ts');
    addDocumentOptions(command, revokeDocumentOptions, {});
  } else if (command.name() === 'retire') {
    const { retireDocumentOptions, retireFlags } = await import('./retire/options.ts');
    addDocumentOptions(command, retireDocumentOptions, retireFlags);
  } else if (command.name() === 'restore') {
    const { restoreDocumentOptions, restoreFlags } = await import('./restore/options.ts');
    addDocumentOptions(command, restoreDocumentOptions, restoreFlags);
  } else if (command.name() === 'purge') {
    const { purgeDocumentOptions } = await import('./purge/options.ts');
    addDocumentOptions(command, purgeDocumentOptions, {});
  }
}

/** Help and version, which commander throws to end the program, are not failures. */
async function parse(program: Command, args: readonly string[]): Promise<void> {
  const [first = '--help', second, ...more] = args;
  // Commander adds no options before `help revoke`.
  const isKnown = program.commands.some((command) => command.name() === second);
  const asked =
    first === 'help' && second !== undefined ? [second, ...(isKnown ? ['--help'] : [])] : null;
  const given = asked ?? [first, ...(second === undefined ? [] : [second]), ...more];
  try {
    await program.parseAsync(given, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
}
