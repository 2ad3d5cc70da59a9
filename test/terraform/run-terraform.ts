import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, runProcess } from '../cli/run-cli.ts';

const program = 'terraform';
const provider = 'registry.terraform.io/hashicorp/aws';

/** Runs Terraform in a folder, without the machine's configuration and without asking for a newer version. */
export function terraform(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  return runProcess(program, [`-chdir=${folder}`, ...args], {
    env: { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', ...env },
    timeout: 180_000,
  });
}

/** As above, for a command that must succeed. Returns its standard output. */
export async function succeed(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await terraform(folder, args, env);
  if (code !== 0) throw new Error(`terraform ${args.join(' ')}: ${code}\n${stderr}\n${stdout}`);
  return stdout;
}

/** Nothing if Terraform is installed, or a text for a test's name that says it is not. */
export async function missingTerraform(): Promise<string> {
  try {
    const { code } = await terraform('.', ['version', '-json']);
    if (code === 0) return '';
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error && error.code === 'ENOENT')) throw error;
  }
  console.warn(`${program} is not installed, so that the module is not tested.`);
  return `skipped: ${program} is not installed`;
}

/** Says once that the provider was not found, and how to give it. */
export function warnOfProvider(): void {
  console.warn(
    `No copy of Terraform's AWS provider was found, so that the module is not applied. Set TF_PLUGIN_DIR to a folder that has ${provider}.`,
  );
}

/**
 * The folder of plugins that has the AWS provider: TF_PLUGIN_DIR, the folders in which Terraform itself looks, or one
 * below /opt. Undefined if none has it.
 */
export function findPluginFolder(): string | undefined {
  const candidates = [
    ...(process.env['TF_PLUGIN_DIR'] ?? '').split(':').filter((folder) => folder !== ''),
    join(homedir(), '.terraform.d/plugins'),
    ...['/usr/local/share', '/usr/share'].map((folder) => join(folder, 'terraform/plugins')),
    ...(existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : []),
  ];
  return candidates.find((folder) => existsSync(join(folder, provider)));
}
