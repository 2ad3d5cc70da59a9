import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  accountAcknowledgements,
  organizationAcknowledgements,
  protectionAcknowledgements,
} from '../../infra/acknowledgements.ts';
import { recordingRegions } from '../../infra/parameters/checks.ts';
import { lint } from './cfn-lint.ts';
import {
  inWaves,
  organizationStack,
  organizationText,
  protectionStack,
  protectionText,
} from './organization/template.ts';
import { readRecipe, recipeFiles } from './recipes.ts';
import { inOrder } from './roles.ts';
import { synthesize } from './synthesize.ts';
import { type AccountTemplate, accountStack, accountTemplate, stackName } from './synthesized.ts';

// The checks of all templates run once, here: CDK's and cfn-lint take long to start. They run at the same time,
// cfn-lint in a process of its own.
const account = await accountTemplate();
const documents = documentsAsObjects(account);
const withoutBucket = {
  organization: await organizationText(),
  organizationInWaves: await organizationText(inWaves),
  protection: await protectionText(inWaves),
};
const organization = JSON.parse(withoutBucket.organization);
const organizationInWaves = JSON.parse(withoutBucket.organizationInWaves);
const protection = JSON.parse(withoutBucket.protection);
const stacks = {
  [stackName]: await accountStack(),
  Organization: await organizationStack(),
  OrganizationInWaves: await organizationStack(inWaves),
  Protection: await protectionStack(inWaves),
};
const [linted, lintedRecipes, { texts, reports, nagFindings }] = await Promise.all([
  lint({ account, documents, organization, organizationInWaves, protection }, recordingRegions),
  // Not every Region has Amazon Q Developer in chat applications.
  lint(Object.fromEntries(recipeFiles.map((file) => [file, readRecipe(file)])), ['us-east-1']),
  synthesize(stacks, true),
]);

/** Only the documents, parsed, without their exception. */
function documentsAsObjects({ Resources }: AccountTemplate) {
  const found = Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type !== 'AWS::SSM::Document') return [];
    const Content: unknown = parse(String(Properties?.['Content']));
    return [[id, { Type, Properties: { ...Properties, Content } }]];
  });
  return { Resources: Object.fromEntries(found) };
}

describe.each(Object.entries({ account, organization, organizationInWaves, protection }))(
  'the template %s',
  (_, template) => {
    const text = JSON.stringify(template, null, 1);

    it('is ASCII, which every tool can read', () => {
      expect(text.match(/[^\x20-\x7E\n]/gu)).toBeNull();
    });

    it('needs no asset, bootstrap or macro, and has strings as parameters only', () => {
      expect(text).not.toMatch(
        /AssetParameters|aws:asset|cdk-hnb659fds|BootstrapVersion|CDKMetadata|Fn::Transform/u,
      );
      const parameters: { Type: string }[] = Object.values(template.Parameters);
      expect(new Set(parameters.map(({ Type }) => Type))).toEqual(new Set(['String']));
    });
  },
);

it.each(Object.entries(withoutBucket))(
  'the template %s can be deployed without a bucket, as CDK writes it, and has no function',
  (_, text) => {
    expect(Buffer.byteLength(text)).toBeLessThan(51_200);
    expect(text).not.toContain('AWS::Lambda::');
  },
);

it('the template of the organization has about the size that docs/organization.md says', () => {
  const page = readFileSync(new URL('../../docs/organization.md', import.meta.url), 'utf8');
  const [, stated = ''] = /the template has about ([\d,]+) bytes/u.exec(page) ?? [];
  const difference =
    Buffer.byteLength(withoutBucket.organization) - Number(stated.replace(',', ''));
  expect(Math.abs(difference)).toBeLessThan(2_000);
});

describe("CDK's own checks and cdk-nag", () => {
  const acknowledged = [
    { name: stackName, acknowledgements: accountAcknowledgements },
    { name: 'Organization', acknowledgements: organizationAcknowledgements },
    { name: 'Protection', acknowledgements: protectionAcknowledgements },
  ];

  it('check the templates that the other tests look at', () => {
    expect(texts.map((text) => JSON.parse(text))).toEqual([
      ...[account, organization, organizationInWaves, protection],
    ]);
  });

  it('find nothing that is not acknowledged', () => {
    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it.each(acknowledged)(
    'find every acknowledged finding in $name exactly once',
    ({ name, acknowledgements }) => {
      const suppressed = reports.flatMap(({ suppressedViolations = [] }) => suppressedViolations);
      const own = suppressed.filter(({ acknowledgedAt }) => acknowledgedAt?.startsWith(name));
      const nag = nagFindings.filter(({ path }) => path.startsWith(name));
      const byKind = [
        own.map(({ acknowledgedId = 'none' }) => acknowledgedId),
        nag.map(({ id }) => id),
      ];
      // The reports do not have CDK's annotations.
      const all = acknowledgements.map(({ id }) => id);
      const ids = all.filter((id) => !id.startsWith('Annotation::'));
      // The protection stack has nothing that cdk-nag checks.
      const empty = byKind.filter((found) => found.length === 0);
      expect(empty.length).toBe(name === 'Protection' ? 1 : 0);
      expect(inOrder(byKind.flat())).toEqual(inOrder(ids));
      expect(new Set(all).size).toBe(all.length);
    },
  );

  it('may warn of the size of the account template, which another test holds below the limit, and of nothing else', () => {
    const annotations = acknowledged.flatMap(({ acknowledgements }) =>
      acknowledgements.filter(({ id }) => id.startsWith('Annotation::')),
    );
    expect(annotations.map(({ id }) => id)).toEqual([
      'Annotation::@aws-cdk/core:Stack.templateSize',
    ]);
  });

  it.each(acknowledged)(
    'have a sentence as a reason for each acknowledgement in $name',
    ({ acknowledgements }) => {
      const reasons = acknowledgements.map(({ reason }) => reason);
      expect(reasons.filter((reason) => !/^[A-Z].{40,}\.$/u.test(reason))).toEqual([]);
      expect(new Set(reasons).size).toBe(reasons.length);
    },
  );
});

/** In the order of recordingRegions. */
const unproven = [
  ...['ca-central-1', 'eu-north-1', 'eu-south-1', 'af-south-1', 'ap-east-1', 'ap-southeast-3'],
  ...['us-gov-east-1', 'us-gov-west-1', 'cn-northwest-1'],
];

describe.skipIf(typeof linted === 'string')(
  `cfn-lint${typeof linted === 'string' ? ` (${linted})` : ''}`,
  () => {
    const found = (name: string) =>
      typeof linted === 'string' ? [] : linted.filter(({ template }) => template === name);

    // docs/deploy.md says that this is unproven there, and how to check it.
    it('finds nothing in the account template in any Region but redundant DependsOn (W3005), and remediation in nine Regions whose schemas lack it', () => {
      const others = found('account').filter(({ rule }) => rule !== 'W3005');
      expect(others.map(({ message }) => message)).toEqual(
        unproven.map(
          (region) =>
            `Resource type 'AWS::Config::RemediationConfiguration' does not exist in '${region}'`,
        ),
      );
      const text = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
      const listed = unproven.map((region) => `\`${region}\``).join(', ');
      expect(text).toContain(`${listed}.`);
    });

    it('finds nothing in the documents as objects, without the exception from E3051', () => {
      expect(Object.keys(documents.Resources)).toEqual([
        ...['RevokeDocument', 'RetireDocument', 'RestoreDocument', 'PurgeDocument'],
      ]);
      expect(found('documents')).toEqual([]);
    });

    it('finds nothing in the recipes of docs/events', () => {
      expect(recipeFiles).toHaveLength(3);
      expect(lintedRecipes).toEqual([]);
    });

    it.each([...['organization', 'organizationInWaves', 'protection']])(
      'finds nothing in the template %s',
      (name) => {
        expect(found(name)).toEqual([]);
      },
    );
  },
);

it('cfn-lint skips only the check E3051, and only for the documents', () => {
  const metadata = Object.entries(account.Resources).flatMap(([id, resource]) =>
    'Metadata' in resource ? [[id, resource.Metadata]] : [],
  );
  const skipped = { 'cfn-lint': { config: { ignore_checks: ['E3051'] } } };
  expect(Object.fromEntries(metadata)).toEqual({
    RevokeDocument: skipped,
    RetireDocument: skipped,
    RestoreDocument: skipped,
    PurgeDocument: skipped,
  });
  expect(Object.keys(account.Metadata)).toEqual(['AWS::CloudFormation::Interface']);
});
