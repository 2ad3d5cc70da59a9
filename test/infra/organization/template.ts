import type { Settings } from '../../../infra/settings/settings.ts';
import {
  type ResolvedResource,
  readParameters,
  resolveIn,
  type Template,
} from '../../../local-aws/template/resolve.ts';
import { partitionOf } from '../resolved.ts';
import { type MakeStack, synthesize } from '../synthesize.ts';

/** Where these tests create the organization stack. */
export const home = { accountId: '210987654321', region: 'eu-central-1' };

/** The parameters without defaults. */
export const required = {
  TemplateUrl:
    'https://templates.s3.eu-central-1.amazonaws.com/1/UnusedIamCredentials.template.json',
  OrganizationId: 'o-a1b2c3d4e5',
  OrganizationalUnitIds: 'r-ab12',
};

const noSettings: Settings = { defaults: {}, waves: [] };

/** A wave that revokes automatically, and one that does not. */
export const pilot = {
  organizationalUnitIds: ['ou-ab12-cd34ef56'],
  parameters: { AutomaticRemediation: 'true', MaxRevocationsPerDay: '5' },
};
export const others = {
  organizationalUnitIds: ['ou-ab12-x2345678', 'ou-ab12-y2345678'],
  parameters: { AutomaticRemediation: 'false', ExemptPathPrefixes: '/robots/' },
};

/** Settings with both waves. */
export const inWaves: Settings = {
  defaults: {
    MaxCredentialUsageAge: '90',
    PasswordReaderRoleArn: 'arn:aws:iam::{account}:role/Helpdesk',
  },
  waves: [pilot, others],
};

const templates = new Map<string, Promise<string>>();

/** The template as CDK writes it, synthesized once in a process for these settings, without checks. */
export function organizationText(settings = noSettings): Promise<string> {
  const key = JSON.stringify(settings);
  const made = templates.get(key) ?? writeOrganization(settings);
  templates.set(key, made);
  return made;
}

async function writeOrganization(settings: Settings): Promise<string> {
  const { texts } = await synthesize({ Organization: await organizationStack(settings) }, false);
  return texts.join();
}

/** CDK is loaded only when this is called, since that is slow. */
export async function organizationStack(settings = noSettings): Promise<MakeStack> {
  const { OrganizationStack } = await import('../../../infra/organization/stack.ts');
  return (app, name, synthesizer) => new OrganizationStack(app, name, { settings, synthesizer });
}

export async function protectionStack(settings = noSettings): Promise<MakeStack> {
  const { ProtectionStack } = await import('../../../infra/protection/policy.ts');
  return (app, name, synthesizer) => new ProtectionStack(app, name, { settings, synthesizer });
}

export async function protectionText(settings = noSettings): Promise<string> {
  const { texts } = await synthesize({ Protection: await protectionStack(settings) }, false);
  return texts.join();
}

/**
 * The resources that CloudFormation would create. A generated value is the logical ID and attribute in angle brackets.
 * Throws if a parameter is not valid or a rule's assertion fails.
 */
export async function resolveOrganization(
  parameters: Readonly<Record<string, string>> = {},
  settings = noSettings,
  place = home,
): Promise<readonly ResolvedResource[]> {
  const { OrganizationalUnitIds: _, ...rest } = required;
  const given = { ...(settings.waves.length === 0 ? required : rest), ...parameters };
  return resolveText(await organizationText(settings), given, place);
}

/** As above, for any template. */
export function resolveText(
  text: string,
  parameters: Readonly<Record<string, string>>,
  { accountId, region } = home,
): readonly ResolvedResource[] {
  const template: Template = JSON.parse(text);
  const partition = partitionOf(region);
  const place = { stackName: 'Organization', accountId, region, partition };
  const values = readParameters(template, { ...place, parameters });
  const { Conditions = {}, Resources, Rules = {} } = template;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
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

/** The template of the organization stack without settings, and its resources at the defaults. */
export const template: Template = JSON.parse(await organizationText());
export const resources = await resolveOrganization();
