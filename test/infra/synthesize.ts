import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { NagFinding } from './telling-checks.ts';

/** A finding of CDK's own check of a template, with why it is left if it is. */
export interface Finding {
  readonly ruleName: string;
  readonly description: string;
  readonly acknowledgedId?: string;
  /** The path of the construct at which it is acknowledged. */
  readonly acknowledgedAt?: string;
}

/** What one of the checks says: what is not acknowledged and, but for cdk-nag, what is. */
export interface CheckReport {
  readonly pluginName: string;
  readonly violations: readonly Finding[];
  readonly suppressedViolations?: readonly Finding[];
}

/** Stacks as CDK writes them, and what the checks say of them. */
export interface Synthesis {
  /** Each stack's template, JSON. */
  readonly texts: readonly string[];
  readonly reports: readonly CheckReport[];
  /** Everything that cdk-nag found, acknowledged or not. */
  readonly nagFindings: readonly NagFinding[];
}

/** Makes a stack in an app, under a name, with a synthesizer that needs no bootstrap. */
export type MakeStack = (app: App, name: string, synthesizer: IStackSynthesizer) => Stack;

/**
 * Takes stacks by name, and whether CDK's own checks and cdk-nag are to be made, which take some seconds. Gives what
 * CDK writes, as infra/app.ts does it, in this process. CDK takes long to load: it is loaded for who asks.
 */
export async function synthesize(
  stacks: Readonly<Record<string, MakeStack>>,
  withChecks: boolean,
): Promise<Synthesis> {
  const { App, DefaultStackSynthesizer, Validations } = await import('aws-cdk-lib');
  const nagFindings: NagFinding[] = [];
  const nag = withChecks ? await import('./telling-checks.ts') : null;
  const outdir = mkdtempSync(join(tmpdir(), 'unused-iam-credentials-cdk-'));
  try {
    const app = new App({
      ...{ outdir, analyticsReporting: false, builtinCloudFormationValidation: withChecks },
      // What is found is for a test to say.
      context: { '@aws-cdk/core:failSynthOnValidationErrors': false },
    });
    if (nag !== null) Validations.of(app).addPlugins(new nag.TellingChecks(app, nagFindings));
    for (const [name, make] of Object.entries(stacks)) {
      const plain = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
      make(app, name, plain as IStackSynthesizer);
    }
    app.synth();
    const read = (file: string) => readFileSync(join(outdir, file), 'utf8');
    return {
      texts: Object.keys(stacks).map((name) => read(`${name}.template.json`)),
      reports: withChecks ? JSON.parse(read('validation-report.json')).pluginReports : [],
      nagFindings,
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
