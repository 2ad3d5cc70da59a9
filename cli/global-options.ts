import type { Command } from 'commander';
import { ExpectedError } from '../rule/core/errors.ts';
import type { CommandEnvironment } from './environment.ts';
import { createStyle } from './terminal/style.ts';

/** The options of every command as text, before validation. */
export type RawGlobalOptions = Readonly<{ profile?: string; region?: string; color?: boolean }>;

/** Adds the options that every command takes, before or after its name. */
export function addGlobalOptions(program: Command): void {
  program
    .option(
      '--profile <name>',
      'The profile of your AWS configuration; overrides AWS_PROFILE and keys',
    )
    .option('--region <name>', "The AWS Region; overrides AWS_REGION and the profile's Region")
    .option('--color', 'Show colors, also in a pipe or a file')
    .option('--no-color', 'Show no colors, as with NO_COLOR')
    .configureHelp({
      showGlobalOptions: true,
      // The description already names the values.
      optionDescription: ({ description }) => description,
      visibleGlobalOptions: (command) =>
        command === program ? [] : program.options.filter(({ long }) => long !== '--version'),
      // In a terminal of 60 columns, the longest option of revoke leaves this many, in which commander would not wrap.
      minWidthToWrap: 18,
    });
}

/** Returns the environment as these options change it. Throws UsageError. */
export function withGlobalOptions(
  environment: CommandEnvironment,
  { profile, region, color }: RawGlobalOptions,
): CommandEnvironment {
  if (profile === '') throw invalid('--profile', profile, 'the name of a profile');
  if (region !== undefined && !/^[a-z]{2,}(-[a-z0-9]+)+$/u.test(region)) {
    throw invalid('--region', region, 'an AWS Region, such as eu-central-1');
  }
  return {
    ...environment,
    connect: (need) => environment.connect(need, { profile, region }),
    connectToRoles: () => environment.connectToRoles({ profile, region }),
    ...(color === undefined ? {} : { style: createStyle(color) }),
  };
}

function invalid(option: string, value: string, expected: string): ExpectedError {
  const message = `${option} is ${JSON.stringify(value)}; expected ${expected}`;
  return new ExpectedError('UsageError', `${message}. See unused-iam-credentials --help.`);
}
