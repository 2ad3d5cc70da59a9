import { Command, CommanderError, Option } from 'commander';
import { type ParameterDefinition, parameterDefinitions } from '../core/rule-parameters.ts';
import { audit, type CommandEnvironment, describeFailure, type ExitCode } from './audit.ts';
import {
  optionOf,
  outputFormats,
  parseAuditOptions,
  presetNames,
  type RawAuditOptions,
} from './audit-options.ts';
import { plain } from './terminal.ts';

const examples = `
Exit codes:
  0  every user is COMPLIANT
  1  at least one is NON_COMPLIANT
  2  someone, or everyone, could not be judged, or the command was called wrongly

Examples:
  aws iam generate-credential-report && aws iam get-credential-report > report.json
  unused-iam-credentials audit --report report.json
  unused-iam-credentials audit --live --preset cis --only non-compliant
  unused-iam-credentials audit --report a.csv --report b.csv --format csv --output unused.csv`;

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
    .description('Finds IAM passwords and access keys that nobody uses.')
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

function addAudit(program: Command, run: (raw: RawAuditOptions) => Promise<void>): void {
  const collect = (file: string, files: readonly string[] = []) => [...files, file];
  const command = program
    .command('audit')
    .summary('judge every IAM user by a credential report, or live')
    .description(
      'Judges every IAM user of an account as the AWS Config rule does, without deploying anything.',
    )
    .option(
      '--report <file>',
      'a credential report: CSV, or JSON of the AWS CLI; - for standard input; repeat it for more accounts',
      collect,
    )
    .option('--live', 'read the account that the AWS credentials are for')
    .addOption(new Option('--preset <name>', `rule parameters: ${presetNames.join(', ')}`))
    .option('--as-of <instant>', 'judge as of this instant (default: when the report was made)')
    .addOption(new Option('--format <format>', `${outputFormats.join(', ')} (default: table)`))
    .option('--only <which>', 'show only these users: non-compliant')
    .option('--output <file>', 'write the result to a file')
    .allowExcessArguments(false)
    .addHelpText('after', examples);
  for (const [name, definition] of Object.entries<ParameterDefinition>(parameterDefinitions)) {
    const description = `${definition.description}; ${definition.valid} (default: ${definition.default})`;
    command.option(`${optionOf(name)} <value>`, description);
  }
  command.action(run);
}
