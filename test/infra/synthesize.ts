import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { NagFinding } from './nag-findings.ts';

/** A finding of CDK's own checks, and its acknowledgement. */
export interface Finding {
  readonly ruleName: string;
  readonly description: string;
  readonly acknowledgedId?: string;
  /** The path of the construct at which it is acknowledged. */
  readonly acknowledgedAt?: string;
}

/** The report of one plugin. cdk-nag does not report what is acknowledged. */
export interface CheckReport {
  readonly pluginName: string;
  readonly violations: readonly Finding[];
  readonly suppressedViolations?: readonly Finding[];
}

/** Stacks as CDK writes them, and the findings of the checks. */
export interface Synthesis {
  /** Each stack's template, JSON. */
  readonly texts: readonly string[];
  readonly reports: readonly CheckReport[];
  /** Everything that cdk-nag found, acknowledged or not. */
  readonly nagFindings: readonly NagFinding[];
}

/** The synthesizer needs no bootstrap. */
export type MakeStack = (app: App, name: string, synthesizer: IStackSynthesizer) => Stack;

/**
 * Synthesizes as infra/app.ts does, in this process. CDK's own checks and cdk-nag take some seconds. CDK is loaded
 * only when this is called, since that is slow.
 */
export async function synthesize(
  stacks: Readonly<Record<string, MakeStack>>,
  withChecks: boolean,
): Promise<Synthesis> {
  const { App, DefaultStackSynthesizer, Validations } = await import('aws-cdk-lib');
  const nagFindings: NagFinding[] = [];
  const nag = withChecks ? await import('./nag-findings.ts') : null;
  const outdir = mkdtempSync(join(tmpdir(), 'unused-iam-credentials-cdk-'));
  try {
    const app = new App({
      ...{ outdir, analyticsReporting: false, builtinCloudFormationValidation: withChecks },
      // A test reports the findings.
      context: { '@aws-cdk/core:failSynthOnValidationErrors': false },
    });
    if (nag !== null) Validations.of(app).addPlugins(new nag.RecordingChecks(app, nagFindings));
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
