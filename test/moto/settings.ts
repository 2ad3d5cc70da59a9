import type { ConfigService } from '@aws-sdk/client-config-service';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { SSM } from '@aws-sdk/client-ssm';
import type { LocalAccount } from '../../local-aws/account.ts';
import { makeDocument } from '../local-aws/automation/fixture.ts';

/** A document with steps, the recorder, and a function: what both accounts are set up with. */
export const names = { document: 'Nothing', recorder: 'default', function: 'evaluate' };

const document = makeDocument('- { name: End, action: aws:branch, inputs: { Choices: [] } }');
const Description = 'Judges (content 0123456789abcdef)';
const recordingGroup = { allSupported: true, includeGlobalResourceTypes: true };
/** An archive of no files. */
const emptyZip = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');

/** Sets in moto what doctor reads; takes clients and the ARN of a role. */
export async function setUpSettings(
  { config, ssm, lambda }: { config: ConfigService; ssm: SSM; lambda: Lambda },
  roleARN: string,
): Promise<void> {
  const ConfigurationRecorder = { name: names.recorder, roleARN, recordingGroup };
  await config.putConfigurationRecorder({ ConfigurationRecorder });
  await ssm.createDocument({
    ...{ Name: names.document, Content: document, DocumentType: 'Automation' },
    DocumentFormat: 'YAML',
  });
  await lambda.createFunction({
    ...{ FunctionName: names.function, Description, Role: roleARN, Runtime: 'nodejs20.x' },
    ...{ Handler: 'index.handler', Code: { ZipFile: emptyZip } },
  });
}

/** Sets the same in a local account, as data. */
export function setUpSettingsLocally(account: LocalAccount, topicArn: string): void {
  account.config.recorder = {
    ...{ name: names.recorder, recording: false },
    description: {
      recordingGroup: {
        ...{
          ...recordingGroup,
          resourceTypes: [],
          exclusionByResourceTypes: { resourceTypes: [] },
        },
        recordingStrategy: { useOnly: 'ALL_SUPPORTED_RESOURCE_TYPES' },
      },
    },
  };
  account.automation.documents.set(names.document, document);
  account.functions = new Map([[names.function, { description: Description }]]);
  const subscription = { arn: `${topicArn}:1`, protocol: 'email', endpoint: 'a@example.com' };
  account.subscriptions = new Map([[topicArn, [subscription]]]);
}
