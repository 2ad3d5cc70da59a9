import type { Settings } from '../../infra/settings.ts';
import { resolveIn } from '../local-aws/template/intrinsics.ts';
import { readParameters } from '../local-aws/template/parameters.ts';
import type { ResolvedResource } from '../local-aws/template/resolve-template.ts';
import type { Template } from '../local-aws/template/template.ts';
import { type MakeStack, type Synthesis, synthesize } from './synthesize.ts';

/** Where the organization stack of these tests is made. */
export const home = { accountId: '210987654321', region: 'eu-central-1' };

/** The parameters that have no default. */
export const required = {
  TemplateUrl:
    'https://templates.s3.eu-central-1.amazonaws.com/1/UnusedIamCredentials.template.json',
  OrganizationId: 'o-a1b2c3d4e5',
  OrganizationalUnitIds: 'r-ab12',
};

const noSettings: Settings = { defaults: {}, waves: [] };
const templates = new Map<string, Promise<string>>();

/** Takes settings. Gives the template as CDK writes it. Made once a process, without the checks, which take some seconds. */
export function organizationText(settings = noSettings): Promise<string> {
  const key = JSON.stringify(settings);
  const made =
    templates.get(key) ??
    synthesizeOrganization([settings], false).then(({ texts }) => texts.join());
  templates.set(key, made);
  return made;
}

/** Takes settings. Gives what CDK's own checks and cdk-nag say of the stacks that are made by each of them. */
export function checkOrganization(...settings: readonly Settings[]): Promise<Synthesis> {
  return synthesizeOrganization(settings, true);
}

async function synthesizeOrganization(
  each: readonly Settings[],
  withChecks: boolean,
): Promise<Synthesis> {
  const { OrganizationStack } = await import('../../infra/organization-stack.ts');
  const stacks = each.map((settings, index): [string, MakeStack] => [
    `Organization${index}`,
    (app, name, synthesizer) => new OrganizationStack(app, name, { settings, synthesizer }),
  ]);
  return synthesize(Object.fromEntries(stacks), withChecks);
}

/**
 * Takes parameters beside the required ones, and settings. Gives what CloudFormation makes of the template; what a
 * resource gets from AWS is told by its logical ID and the attribute. Throws where a parameter or rule is broken.
 */
export async function resolveOrganization(
  parameters: Readonly<Record<string, string>> = {},
  settings = noSettings,
  { accountId, region } = home,
): Promise<readonly ResolvedResource[]> {
  const template: Template = JSON.parse(await organizationText(settings));
  const place = { stackName: 'Organization', accountId, region, partition: 'aws' };
  const { OrganizationalUnitIds: _, ...others } = required;
  const given = { ...(settings.waves.length === 0 ? required : others), ...parameters };
  const values = readParameters(template, { ...place, parameters: given });
  const { Conditions = {}, Resources, Rules = {} } = template;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const resolve = resolveIn({
    ref: (name) => values.get(name) ?? pseudo[name] ?? `<${name}>`,
    attribute: (id, attribute) => `<${id}.${attribute}>`,
    condition: (name) => resolve(Conditions[name]) === true,
  });
  const assertions = Object.values(Rules).flatMap((rule) => rule.Assertions);
  const broken = assertions.find(({ Assert }) => resolve(Assert) !== true);
  if (broken !== undefined) throw new Error(broken.AssertDescription);
  const made = Object.entries(Resources).filter(
    ([, { Condition }]) => Condition === undefined || resolve({ Condition }) === true,
  );
  return made.map(([id, { Type, Properties = {} }]) => {
    return { id, type: Type, properties: { ...(resolve(Properties) as object) } };
  });
}
