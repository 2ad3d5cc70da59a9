import { Command, CommanderError } from 'commander';
import { audit } from './audit/audit.ts';
import { addAudit, parseAuditOptions } from './audit/command.ts';
import { addDoctor, parseDoctorOptions } from './doctor/command.ts';
import type { CommandEnvironment, ExitCode } from './environment.ts';
import { addRestore, parseRestoreOptions } from './restore/command.ts';
import { addRevoke, parseRevokeOptions } from './revoke/command.ts';
import { describeFailure, plain } from './terminal/style.ts';

/**
 * Runs the command line. Takes the arguments after the program's name, the version, and the
 * environment. Writes results to standard output and everything else to standard error. Gives back the
 * exit code: 0, 1 or 2. Throws nothing.
 */
export async function runProgram(
  args: readonly string[],
  version: string,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const out: string[] = [];
  const program = new Command('unused-iam-credentials')
    .description('Finds IAM passwords and access keys that nobody uses, and revokes them.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print help on a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.push(text),
      writeErr: (text) => environment.tell(text.trimEnd().split('\n').map(plain).join('\n')),
    })
    .showHelpAfterError('(add --help for how to use it)');
  addAudit(program, async (raw) => {
    exitCode = await audit(parseAuditOptions(raw), environment);
  });
  // What revokes and restores needs the SDK, which takes longer to load than all the rest.
  addRevoke(program, async (users, raw) => {
    const options = parseRevokeOptions(users, raw);
    const { revoke } = await import('./revoke/revoke.ts');
    exitCode = await revoke(options, environment);
  });
  addRestore(program, async (users, raw) => {
    const options = parseRestoreOptions(users, raw);
    const { restore } = await import('./restore/restore.ts');
    exitCode = await restore(options, environment);
  });
  addDoctor(program, async (raw) => {
    const options = parseDoctorOptions(raw);
    const { doctor } = await import('./doctor/doctor.ts');
    exitCode = await doctor(options, environment);
  });

  try {
    await parse(program, args);
    if (out.length > 0) await environment.write(out);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return 2;
    environment.tell(`unused-iam-credentials: ${describeFailure(error)}`);
    return 2;
  }
}

/** Help and version, which commander throws to end the program, are no failures. */
async function parse(program: Command, args: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
}
