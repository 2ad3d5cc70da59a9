import { beforeAll, describe, expect, it } from 'vitest';
import type { Template } from '../../local-aws/template/resolve.ts';
import {
  type Configuration,
  findTools,
  named,
  type Resources,
  templates,
} from './configuration.ts';

const tools = await findTools();
const organization = 'module.organization';
const account = 'module.management_account';

/** moto creates no event rule that refers to a bus or an alarm of the same template. */
function withoutEventRules(text: string): string {
  const template: Template = JSON.parse(text);
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::Events::Rule'),
  );
  return JSON.stringify({ ...template, Resources });
}

describe.skipIf(tools.missing !== '')(
  named('the example of an organization, applied over moto', tools.missing),
  () => {
    let configuration: Configuration;
    let state: Resources;

    // moto denies by a bucket policy whatever its conditions are. So the management account has a bucket of its own here,
    // the templates come before the policies, and nothing is read again.
    beforeAll(async () => {
      const files = templates.map(({ file, text }) => ({ file, text: withoutEventRules(text) }));
      const override = 'module "management_account" {\n  bucket = null\n}\n';
      configuration = await tools.prepare('organization', files, override);
      const uploads = [organization, account].map(
        (module) => `-target=${module}.module.templates.aws_s3_object.template`,
      );
      await configuration.apply(...uploads);
      await configuration.apply('-refresh=false');
      state = configuration.state();
    }, 180_000);

    const stackOf = (module: string) => state.get(`${module}.aws_cloudformation_stack.this`) ?? {};
    const bucketOf = (module: string) =>
      String(state.get(`${module}.module.templates.aws_s3_bucket.made[0]`)?.['bucket']);
    const policyOf = (module: string) => {
      const { policy } = state.get(`${module}.module.templates.aws_s3_bucket_policy.made[0]`) ?? {};
      return JSON.parse(String(policy)).Statement;
    };

    it('is valid', async () => {
      const { valid, diagnostics } = JSON.parse(await configuration.run('validate', '-json'));
      expect({ valid, diagnostics }).toEqual({ valid: true, diagnostics: [] });
    });

    it('gives the organization template the URL of the account template, and the parameters', () => {
      const { key } =
        state.get(`${organization}.module.templates.aws_s3_object.template["account"]`) ?? {};
      expect(stackOf(organization)).toMatchObject({
        name: 'UnusedIamCredentialsOrganization',
        capabilities: ['CAPABILITY_NAMED_IAM'],
        parameters: {
          TemplateUrl: `https://${bucketOf(organization)}.s3.eu-central-1.amazonaws.com/${key}`,
          OrganizationId: 'o-a1b2c3d4e5',
          OrganizationalUnitIds: 'ou-ab12-cd34ef56,ou-ab12-gh78ij90',
          MaxCredentialUsageAge: '60',
          ExemptPathPrefixes: '/break-glass/',
        },
      });
    });

    it('gives the stack of the management account the bus, the topic and the key', () => {
      const { EventBusArn, TopicArn, KeyArn } = Object(stackOf(organization)['outputs']);
      expect([EventBusArn, TopicArn, KeyArn].filter((arn) => arn === undefined)).toEqual([]);
      expect(stackOf(account)).toMatchObject({
        name: 'UnusedIamCredentials',
        parameters: {
          ...{ CentralEventBusArn: EventBusArn, CentralTopicArn: TopicArn, CentralKeyArn: KeyArn },
          ...{ MaxCredentialUsageAge: '60', ExemptPathPrefixes: '/break-glass/' },
        },
      });
    });

    it.each([organization, account])('the bucket that %s makes is private', (module) => {
      expect(
        state.get(`${module}.module.templates.aws_s3_bucket_public_access_block.made[0]`),
      ).toMatchObject({
        ...{ block_public_acls: true, block_public_policy: true },
        ...{ ignore_public_acls: true, restrict_public_buckets: true },
      });
      expect(
        state.get(`${module}.module.templates.aws_s3_bucket_ownership_controls.made[0]`),
      ).toMatchObject({
        rule: [{ object_ownership: 'BucketOwnerEnforced' }],
      });
      expect(policyOf(module)[0]).toEqual({
        ...{ Sid: 'OnlyByTls', Effect: 'Deny', Principal: '*', Action: 's3:*' },
        Resource: [`arn:aws:s3:::${bucketOf(module)}`, `arn:aws:s3:::${bucketOf(module)}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    });

    it('the organization, and nobody else, can read the templates of its StackSet', () => {
      expect(policyOf(account)).toHaveLength(1);
      expect(policyOf(organization).slice(1)).toEqual([
        {
          ...{ Sid: 'OrganizationReadsTemplates', Effect: 'Allow', Principal: '*' },
          Action: 's3:GetObject',
          Resource: [`arn:aws:s3:::${bucketOf(organization)}/unused-iam-credentials/*`],
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
        },
      ]);
    });
  },
);
