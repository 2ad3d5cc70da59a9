import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { recordingRegions } from '../../infra/parameters/checks.ts';
import { readParameters } from '../../local-aws/template/resolve.ts';
import manifest from '../../package.json' with { type: 'json' };
import { accountTemplate } from '../infra/synthesized.ts';

const folder = new URL('../../docs/recipes/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const controlTower = 'control-tower/manifest.yaml';
const accelerator = 'landing-zone-accelerator/customizations-config.yaml';
const file = 'UnusedIamCredentials.template.json';

const texts = v.array(v.string());
const region = v.picklist(recordingRegions);

/**
 * What source/src/cfct/validation/manifest-v2.schema.yaml of aws-solutions/aws-control-tower-customizations takes
 * (commit 6d28308), for a StackSet. The pattern of the name is that of the AWS Control Tower User Guide.
 */
const manifestSchema = v.strictObject({
  region,
  version: v.literal('2021-03-15'),
  enable_stack_set_deletion: v.optional(v.boolean()),
  resources: v.array(
    v.strictObject({
      name: v.pipe(v.string(), v.regex(/^[a-zA-Z][a-zA-Z0-9-]*$/u)),
      description: v.optional(v.string()),
      resource_file: v.string(),
      deployment_targets: v.strictObject({
        accounts: v.optional(v.array(v.unknown())),
        organizational_units: v.optional(texts),
      }),
      parameter_file: v.optional(v.string()),
      parameters: v.array(
        v.strictObject({ parameter_key: v.string(), parameter_value: v.string() }),
      ),
      deploy_method: v.literal('stack_set'),
      regions: v.array(region),
    }),
  ),
});

/**
 * What ICloudFormationStackSet of source/packages/@aws-accelerator/config/lib/schemas/customizations-config.json of
 * awslabs/landing-zone-accelerator-on-aws takes (commits 0308924 and 475b3d6).
 */
const customizationsSchema = v.strictObject({
  customizations: v.strictObject({
    cloudFormationStackSets: v.array(
      v.strictObject({
        // The description of the schema forbids spaces.
        name: v.pipe(v.string(), v.regex(/^\S+$/u)),
        description: v.optional(v.pipe(v.string(), v.nonEmpty())),
        template: v.pipe(v.string(), v.nonEmpty()),
        capabilities: v.tuple([v.literal('CAPABILITY_NAMED_IAM')]),
        deploymentTargets: v.strictObject({
          accounts: v.optional(texts),
          excludedAccounts: v.optional(texts),
          excludedRegions: v.optional(texts),
          organizationalUnits: v.optional(texts),
        }),
        regions: v.array(region),
        parameters: v.array(v.strictObject({ name: v.string(), value: v.string() })),
        dependsOn: v.optional(texts),
        administrationRoleArn: v.optional(v.string()),
        executionRoleName: v.optional(v.string()),
      }),
    ),
  }),
});

const parsed = {
  manifest: v.safeParse(manifestSchema, parse(read(controlTower))),
  customizations: v.safeParse(customizationsSchema, parse(read(accelerator))),
};

it.each(Object.entries(parsed))(
  'the recipe %s has only members that the published schema accepts',
  (_, { issues }) => {
    expect(issues?.map((issue) => [v.getDotPath(issue), issue.message]) ?? []).toEqual([]);
  },
);

const [resource] = parsed.manifest.success ? parsed.manifest.output.resources : [];
const [stackSet] = parsed.customizations.success
  ? parsed.customizations.output.customizations.cloudFormationStackSets
  : [];

const recipes = [
  {
    recipe: controlTower,
    template: resource?.resource_file,
    regions: resource?.regions,
    parameters: (resource?.parameters ?? []).map((each) => [
      each.parameter_key,
      each.parameter_value,
    ]),
  },
  {
    recipe: accelerator,
    template: stackSet?.template,
    regions: stackSet?.regions,
    parameters: (stackSet?.parameters ?? []).map(({ name, value }) => [name, value]),
  },
];

describe.each(recipes)('the recipe $recipe', ({ template, regions, parameters }) => {
  it('deploys the released template to one Region', () => {
    expect(template?.split('/')).toEqual([expect.any(String), file]);
    expect(manifest.files).toContain('cdk.out/*.template.json');
    expect(regions).toHaveLength(1);
  });

  it('gives only parameters and values that the template accepts', async () => {
    const given: Record<string, string> = Object.fromEntries(parameters);
    const place = { stackName: 'Stack', accountId: '123456789012', region: 'eu-central-1' };
    const request = { ...place, partition: 'aws', parameters: given };
    const values = readParameters(await accountTemplate(), request);
    expect(parameters.length).toBeGreaterThan(0);
    expect(parameters.filter(([name = '', value]) => values.get(name) !== value)).toEqual([]);
  });
});

it('the version of the manifest is a date for a parser of YAML 1.1, such as that of CfCT', () => {
  expect(read(controlTower)).toMatch(/^version: 2021-03-15$/mu);
});

it('the pipeline of CfCT finds the path of the template', () => {
  // source/codebuild_scripts/run-validation.sh takes the third word of each line with "_file:", after it joined spaces.
  const lines = read(controlTower).split('\n');
  const paths = lines
    .filter((line) => line.includes('_file:') && !/^ *#/u.test(line))
    .map((line) => line.replaceAll(/ +/gu, ' ').split(' ')[2]);
  expect(paths).toEqual([`templates/${file}`]);
});
