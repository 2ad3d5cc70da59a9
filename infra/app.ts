import { App, DefaultStackSynthesizer, type IStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AccountStack } from './account/stack.ts';
import { OrganizationStack } from './organization/stack.ts';
import { ProtectionStack } from './protection/policy.ts';
import { readSettings, SettingsError, settingsKey } from './settings/read.ts';
import type { Settings } from './settings/settings.ts';

function synthesize(app: App, settings: Settings): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const plain = () =>
    new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer;
  new AccountStack(app, 'UnusedIamCredentials', {
    defaults: settings.defaults,
    synthesizer: plain(),
  });
  new OrganizationStack(app, 'UnusedIamCredentialsOrganization', {
    settings,
    synthesizer: plain(),
  });
  new ProtectionStack(app, 'UnusedIamCredentialsProtection', { settings, synthesizer: plain() });
  app.synth();
}

try {
  const app = new App({ analyticsReporting: false });
  synthesize(app, readSettings(app.node.tryGetContext(settingsKey)));
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
