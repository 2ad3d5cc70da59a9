import { createHash } from 'node:crypto';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountTemplate } from '../infra/synthesized.ts';
import { type Configuration, findTools, named, templates } from './configuration.ts';

const tools = await findTools();
const [{ file, text: released }] = templates;
const region = 'eu-central-1';
const stack = 'module.unused_iam_credentials.aws_cloudformation_stack.this';
const bucket = 'given-templates';

/** The key of a template of the stack, as organization.md makes it, below the stack's name. */
function keyOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `unused-iam-credentials/UnusedIamCredentials/${hash}.template.json`;
}

describe.skipIf(tools.missing !== '')(
  named('the example of an account, applied over moto to a bucket of the user', tools.missing),
  () => {
    let configuration: Configuration;
    const iam = new IAMClient({
      ...{ endpoint: tools.endpoint, region, maxAttempts: 1 },
      credentials: { accessKeyId: 'AKIAMOTO', secretAccessKey: 'moto' },
    });
    afterAll(() => iam.destroy());

    const listRoles = async () => {
      const { Roles = [] } = await iam.send(new ListRolesCommand({}));
      return Roles.map(({ RoleName }) => RoleName).sort();
    };

    beforeAll(async () => {
      await tools.makeBucket(bucket);
      const override = `module "unused_iam_credentials" {\n  bucket = { name = "${bucket}" }\n}\n`;
      configuration = await tools.prepare('account', templates, override);
      await configuration.apply();
    }, 180_000);

    it('is valid', async () => {
      const { valid, diagnostics } = JSON.parse(await configuration.run('validate', '-json'));
      expect({ valid, diagnostics }).toEqual({ valid: true, diagnostics: [] });
    });

    it('uploads the released template as it is, and deploys it with its capability', async () => {
      expect(await tools.readObject(bucket, keyOf(released))).toBe(released);
      expect(configuration.state().get(stack)).toMatchObject({
        name: 'UnusedIamCredentials',
        template_url: `https://${bucket}.s3.${region}.amazonaws.com/${keyOf(released)}`,
        capabilities: ['CAPABILITY_NAMED_IAM'],
        tags: { owner: 'security' },
      });
    });

    it("gives the stack the parameters of the example, and the template's defaults", async () => {
      const { parameters } = configuration.state().get(stack) ?? {};
      const { Parameters } = await accountTemplate();
      const defaults = Object.entries(Parameters).map(([name, { Default }]) => [name, Default]);
      expect({ ...Object.fromEntries(defaults), ...Object(parameters) }).toEqual({
        ...Object.fromEntries(defaults),
        MaxCredentialUsageAge: '60',
        ExemptPathPrefixes: '/break-glass/,/robots/',
        NotificationEmail: 'security@example.com',
      });
    });

    // moto creates no AWS Config rule, remediation, alarm and metric filter.
    it('creates the roles of the template', async () => {
      const ofTemplate = Object.values((await accountTemplate()).Resources)
        .filter(({ Type, Condition }) => Type === 'AWS::IAM::Role' && Condition === undefined)
        .map(({ Properties }) => Object(Properties?.['RoleName'])['Fn::Join'])
        .map(([separator, parts]: [string, unknown[]]) =>
          parts.map((part) => (typeof part === 'string' ? part : region)).join(separator),
        );
      expect(ofTemplate.length).toBeGreaterThan(5);
      expect(await listRoles()).toEqual(expect.arrayContaining(ofTemplate));
    });

    it('changes nothing if it is applied again', async () => {
      // The exit code 2 would mean changes.
      await configuration.run('plan', '-input=false', '-detailed-exitcode');
    });

    it('updates the stack for another template, and deletes the former template', async () => {
      const before = configuration.state().get(stack);
      const next = JSON.stringify({ ...JSON.parse(released), Description: 'The next release' });
      configuration.write(`cdk.out/${file}`, next);
      await configuration.apply();
      const after = configuration.state().get(stack);
      expect(after?.['id']).toBe(before?.['id']);
      expect(JSON.parse(String(after?.['template_body'])).Description).toBe('The next release');
      expect(await tools.readObject(bucket, keyOf(next))).toBe(next);
      expect(await tools.readObject(bucket, keyOf(released))).toBeUndefined();
    }, 180_000);

    it('leaves nothing but the bucket once it is destroyed', async () => {
      await configuration.run('destroy', '-auto-approve', '-input=false');
      expect(configuration.state()).toEqual(new Map());
      expect(await listRoles()).toEqual([]);
    }, 180_000);
  },
);
