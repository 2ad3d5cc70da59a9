import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IStackSynthesizer } from 'aws-cdk-lib';
import type { Template, TemplateParameter } from '../local-aws/template/template.ts';

/** The name of the account stack. */
export const stackName = 'UnusedIamCredentials';

/** The template of the account stack, with what CloudFormation shows of it. */
export interface AccountTemplate extends Template {
  readonly Description: string;
  readonly Metadata: Readonly<Record<string, unknown>>;
  readonly Parameters: Readonly<Record<string, TemplateParameter & { Description: string }>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

/** A finding of a check of CDK's, with why it is left if it is. */
export interface Finding {
  readonly ruleName: string;
  readonly description: string;
  readonly acknowledgedId?: string;
  readonly reason?: string;
}

/** What the checks say: what is left as it is, and what is not. */
export interface CheckReport {
  readonly pluginName: string;
  readonly violations: readonly Finding[];
  readonly suppressedViolations?: readonly Finding[];
}

interface Synthesis {
  /** The template as CDK writes it, in bytes of JSON. */
  readonly text: string;
  readonly reports: readonly CheckReport[];
}

let plain: Promise<AccountTemplate> | undefined;
let checked: Promise<Synthesis> | undefined;

/** Gives the template of the account stack. Made once a process, without the checks, which take some seconds. */
export function accountTemplate(): Promise<AccountTemplate> {
  plain ??= synthesize(false).then(({ text }) => JSON.parse(text));
  return plain;
}

/** Gives the same as text, with what CDK's own checks and cdk-nag say of it. Made once a process. */
export function checkedAccount(): Promise<Synthesis> {
  checked ??= synthesize(true);
  return checked;
}

// As infra/app.ts does it, in this process. CDK takes long to load: it is loaded for who asks.
async function synthesize(withChecks: boolean): Promise<Synthesis> {
  const [{ App, DefaultStackSynthesizer, Validations }, { AwsSolutionsChecks }, { AccountStack }] =
    await Promise.all([
      import('aws-cdk-lib'),
      import('cdk-nag'),
      import('../../infra/account-stack.ts'),
    ]);
  const outdir = mkdtempSync(join(tmpdir(), 'unused-iam-credentials-cdk-'));
  try {
    const app = new App({
      ...{ outdir, analyticsReporting: false, builtinCloudFormationValidation: withChecks },
      // What is found is for a test to say.
      context: { '@aws-cdk/core:failSynthOnValidationErrors': false },
    });
    if (withChecks) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new AccountStack(app, stackName, {
      synthesizer: new DefaultStackSynthesizer({
        generateBootstrapVersionRule: false,
      }) as IStackSynthesizer,
    });
    app.synth();
    const read = (file: string) => readFileSync(join(outdir, file), 'utf8');
    return {
      text: read(`${stackName}.template.json`),
      reports: withChecks ? JSON.parse(read('validation-report.json')).pluginReports : [],
    };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
