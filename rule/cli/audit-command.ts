import { type Command, Option } from 'commander';
import { type ParameterDefinition, parameterDefinitions } from '../core/rule-parameters.ts';
import { optionOf } from './option-name.ts';
import { outputFormats, presetNames, type RawAuditOptions } from './audit-options.ts';

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

/** Takes the program, and what runs the command with its options as text. Adds `audit` to it. */
export function addAudit(program: Command, run: (raw: RawAuditOptions) => Promise<void>): void {
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
