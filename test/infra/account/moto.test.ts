import { Lambda } from '@aws-sdk/client-lambda';
import { SSM } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../../../remediation-docs/documents.ts';
import { functionNames } from '../../../rule/core/names.ts';
import { type MotoServer, motoMissing, startMotoServer } from '../../moto/moto-server.ts';
import { ofType, resolveAccount, template } from '../resolved.ts';
import { inOrder } from '../roles.ts';
import { stackName } from '../synthesized.ts';
import { createStack, type MotoStack } from './moto-stack.ts';

const parameters = {
  ExemptUntilTag: 'spared-until',
  NotificationEmail: 'security@example.com',
  PasswordReaderRoleArn: 'arn:aws:iam::{account}:role/Helpdesk',
};
const resources = resolveAccount(parameters);
/** Types that moto's CloudFormation ignores silently. */
const unknownToMoto = [
  ...['AWS::CloudWatch::Alarm', 'AWS::Config::ConfigRule', 'AWS::Config::RemediationConfiguration'],
  ...['AWS::Logs::MetricFilter', 'AWS::SNS::Subscription', 'AWS::SNS::TopicPolicy'],
];
/** Generated names end differently each time. */
const alike = (text: string) => text.replaceAll(/(?<=-[A-Za-z]+-)[A-Z0-9]{12}\b/gu, '');

describe.skipIf(motoMissing !== null)(
  `the template, made a stack in moto${motoMissing === null ? '' : ` (${motoMissing})`}`,
  () => {
    let server: MotoServer | undefined;
    let stack: MotoStack;
    let lambda: Lambda | undefined;
    let ssm: SSM | undefined;

    beforeAll(async () => {
      server = await startMotoServer();
      const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' };
      const settings = { endpoint: server.endpoint, region: 'us-east-1', credentials };
      lambda = new Lambda(settings);
      ssm = new SSM(settings);
      // moto tries YAML first, which takes long of so much text; tabs end that at once, and then it reads JSON.
      const text = JSON.stringify(template, null, '\t');
      stack = await createStack(server.endpoint, stackName, text, parameters);
    }, 60_000);
    afterAll(async () => {
      for (const client of [lambda, ssm]) client?.destroy();
      await server?.stop();
    });

    it('is complete, except for the types that moto does not support', () => {
      expect(stack.status).toBe('CREATE_COMPLETE');
      const made = Object.entries(stack.made).flatMap(([type, ids]) =>
        ids.map((id) => `${type} ${id}`),
      );
      const missing = resources.filter(({ type, id }) => !made.includes(`${type} ${id}`));
      expect(inOrder(missing.map(({ type }) => type))).toEqual(unknownToMoto);
      expect(made.length + missing.length).toBe(resources.length);
    });

    it('has its outputs, except for the rule, which moto does not support', () => {
      expect(inOrder(Object.keys(stack.outputs))).toEqual([
        'NotificationTopicArn',
        'RestoreRoleArn',
        'RevokeRoleArn',
      ]);
    });

    it.each(Object.values(functionNames))(
      'has the function %s as other tests check it',
      async (FunctionName) => {
        const { Configuration } = (await lambda?.getFunction({ FunctionName })) ?? {};
        const found = [...ofType(resources, 'AWS::Lambda::Function').values()];
        const {
          Code: _,
          Architectures,
          LoggingConfig,
          ...rest
        } = found.find((properties) => properties['FunctionName'] === FunctionName) ?? {};
        // moto supports no log group, and returns x86 as the architecture of every function.
        expect({ Architectures, LoggingConfig }).toEqual({
          ...{ Architectures: ['arm64'], LoggingConfig: expect.anything() },
        });
        expect(JSON.parse(alike(JSON.stringify(Configuration)))).toMatchObject(
          JSON.parse(alike(JSON.stringify(rest))),
        );
      },
    );

    it.each(documents)('has the document $name as it was written', async ({ name, load }) => {
      const document = await ssm?.getDocument({ Name: name, DocumentFormat: 'YAML' });
      expect(document).toMatchObject({ Name: name, DocumentType: 'Automation' });
      expect(document?.Content === load()).toBe(true);
    });
  },
);
