import { ConfigService } from '@aws-sdk/client-config-service';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SNS } from '@aws-sdk/client-sns';
import { SSM } from '@aws-sdk/client-ssm';
import { STS } from '@aws-sdk/client-sts';
import { addUser, issueResultToken, type LocalAccount } from '../../local-aws/account.ts';
import { makeDocument } from '../local-aws/automation/fixture.ts';
import { type Fixture, START } from '../local-aws/fixture.ts';

/** One of the two accounts with the same content, with the names and IDs that differ between the two. */
export interface World {
  readonly iam: IAM;
  readonly config: ConfigService;
  readonly ssm: SSM;
  readonly secrets: SecretsManager;
  readonly sns: SNS;
  readonly sts: STS;
  readonly events: EventBridge;
  readonly lambda: Lambda;
  /** Ann's active key, with which one request was signed, and her inactive one, never used. */
  readonly usedKey: string;
  readonly unusedKey: string;
  /** A role that AWS Config recorded; moto records no users. */
  readonly roleId: string;
  /** The MFA device of Ann. */
  readonly mfaDevice: string;
  /** A token of the rule `unused` for PutEvaluations. */
  readonly resultToken: string;
  readonly setPasswordPolicy: () => Promise<void>;
}

/** A user with a tag, a password and two keys. */
export const ann = { name: 'ann', path: '/team/', tag: { Key: 'team', Value: 'blue' } };
/** A user without credentials. */
export const bob = { name: 'bob', path: '/' };

export const topicArn = 'arn:aws:sns:us-east-1:123456789012:topic';

/** The document, recorder, function and aggregator that both accounts have. */
export const existing = {
  document: 'Nothing',
  recorder: 'default',
  function: 'evaluate',
  aggregator: 'all',
};

const document = makeDocument('- { name: End, action: aws:branch, inputs: { Choices: [] } }');
const Description = 'Evaluates (content 0123456789abcdef)';
const recordingGroup = { allSupported: true, includeGlobalResourceTypes: true };
/** An archive of no files. */
const emptyZip = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');

/** A document that does nothing, and its execution in the local account. */
export const automation = { documentName: existing.document, executionId: 'a'.repeat(36) };

const sshKey = `ssh-ed25519 ${Buffer.alloc(51, 1).toString('base64')}`;

/** A customer managed policy, attached to Ann, her inline policy and her group. */
export const permissions = {
  policyArn: 'arn:aws:iam::123456789012:policy/ReadBooks',
  inlinePolicy: 'read-all',
  group: 'readers',
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
  }),
};
const passwordPolicy = {
  MinimumPasswordLength: 10,
  RequireSymbols: false,
  RequireNumbers: true,
  RequireUppercaseCharacters: true,
  RequireLowercaseCharacters: true,
  AllowUsersToChangePassword: true,
};

/** Creates the content in moto, through its API. */
export async function setUpInMoto(endpoint: string): Promise<World> {
  const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' };
  const settings = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const [iam, config] = [new IAM(settings), new ConfigService(settings)];
  const [ssm, secrets, sns] = [new SSM(settings), new SecretsManager(settings), new SNS(settings)];
  await iam.createUser({ UserName: ann.name, Path: ann.path, Tags: [ann.tag] });
  await iam.createUser({ UserName: bob.name, Path: bob.path });
  await iam.createLoginProfile({ UserName: ann.name, Password: 'Correct-Horse-7' });
  const { AccessKey: used } = await iam.createAccessKey({ UserName: ann.name });
  const { AccessKey: unused } = await iam.createAccessKey({ UserName: ann.name });
  if (!used?.AccessKeyId || !used.SecretAccessKey || !unused?.AccessKeyId) {
    throw new Error('moto made no access keys');
  }
  const inactive = { UserName: ann.name, AccessKeyId: unused.AccessKeyId };
  await iam.updateAccessKey({ ...inactive, Status: 'Inactive' });

  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = used;
  await iam.uploadSSHPublicKey({ UserName: ann.name, SSHPublicKeyBody: sshKey });

  const asAnn = new IAM({ ...settings, credentials: { accessKeyId, secretAccessKey } });
  await asAnn.getUser({ UserName: ann.name });
  asAnn.destroy();

  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const mfaDevice = await setUpPermissions(iam);
  // For a custom rule, moto requires the function.
  const Source = { Owner: 'AWS', SourceIdentifier: 'IAM_USER_UNUSED_CREDENTIALS_CHECK' } as const;
  const InputParameters = '{"maxCredentialUsageAge":"45"}';
  const ConfigRule = { ConfigRuleName: 'unused', Source, InputParameters };
  await config.putConfigRule({ ConfigRule });

  await sns.createTopic({ Name: 'topic' });
  await sns.subscribe({ TopicArn: topicArn, Protocol: 'email', Endpoint: 'a@example.com' });
  const { Role } = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument });
  if (!Role?.RoleId) throw new Error('moto made no role');
  const names = {
    usedKey: accessKeyId,
    unusedKey: unused.AccessKeyId,
    roleId: Role.RoleId,
    mfaDevice,
  };
  const setPasswordPolicy = async () =>
    void (await iam.updateAccountPasswordPolicy(passwordPolicy));
  const [events, lambda] = [new EventBridge(settings), new Lambda(settings)];
  await setUpSettings({ config, ssm, lambda }, Role.Arn ?? '');
  const sts = new STS(settings);
  const clients = { iam, config, ssm, secrets, sns, sts, events, lambda };
  return { ...clients, ...names, resultToken: 'unused:1', setPasswordPolicy };
}

/** Gives Ann a policy of each kind, a group, and the MFA device whose serial number it returns. */
async function setUpPermissions(iam: IAM): Promise<string> {
  const { group: GroupName, policyArn: PolicyArn, document: PolicyDocument } = permissions;
  const UserName = ann.name;
  await iam.createPolicy({ PolicyName: PolicyArn.split('/')[1], PolicyDocument });
  await iam.attachUserPolicy({ UserName, PolicyArn });
  await iam.putUserPolicy({ UserName, PolicyName: permissions.inlinePolicy, PolicyDocument });
  await iam.createGroup({ GroupName });
  await iam.addUserToGroup({ GroupName, UserName });
  const { VirtualMFADevice: device } = await iam.createVirtualMFADevice({
    VirtualMFADeviceName: 'ann',
  });
  const SerialNumber = device?.SerialNumber ?? '';
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '234567' };
  await iam.enableMFADevice({ UserName, SerialNumber, ...codes });
  return SerialNumber;
}

/** Creates the same content in a local account, as data. */
export function setUpLocally(fixture: Fixture): World {
  const { account, iam, config, ssm, secrets, sns, sts, events, lambda } = fixture;
  const createDate = START - 60_000;
  const key = { createDate, lastRotated: createDate };
  const lastUsed = { date: createDate, region: 'us-east-1', serviceName: 'iam' };
  const [usedKey, unusedKey, roleId] = [
    'AKIALOCALUSED0000001',
    'AKIALOCALUNUSED00002',
    'AROALOCAL',
  ];
  const mfaDevice = 'arn:aws:iam::123456789012:mfa/ann';
  account.customerPolicies = new Map([[permissions.policyArn, { createDate }]]);
  account.groups = new Map([[permissions.group, { path: '/', createDate }]]);
  addUser(account, {
    ...{ userName: ann.name, path: ann.path, tags: [ann.tag], createDate },
    attachedPolicies: [permissions.policyArn],
    inlinePolicies: [{ name: permissions.inlinePolicy, document: permissions.document }],
    groups: [permissions.group],
    mfaDevices: [{ serialNumber: mfaDevice, enableDate: createDate }],
    sshKeys: [{ id: 'APKALOCAL00000000001', status: 'Active', uploadDate: createDate }],
    loginProfile: { createDate, lastChanged: createDate, passwordResetRequired: false },
    accessKeys: [
      { accessKeyId: usedKey, status: 'Active', ...key, lastUsed },
      { accessKeyId: unusedKey, status: 'Inactive', ...key },
    ],
  });
  addUser(account, { userName: bob.name, path: bob.path, createDate });
  account.roles = new Map([['role', []]]);
  const resourceType = 'AWS::IAM::Role';
  account.config.configurationItems.set(roleId, [
    { resourceType, resourceId: roleId, configurationItemCaptureTime: createDate },
  ]);
  const resultToken = issueResultToken(account, 'unused');
  const sourceIdentifier = 'arn:aws:lambda:us-east-1:123456789012:function:evaluate';
  const rule = { sourceIdentifier, inputParameters: { maxCredentialUsageAge: '45' } };
  account.config.ruleDefinitions.set('unused', rule);
  const { documentName, executionId: id } = automation;
  const parameters = { Name: 'RESOURCE_ID' };
  account.config.remediations.set('unused', { documentName, parameters });
  account.automation.executions.set(id, {
    ...{ id, documentName, parameters, status: 'Success', start: createDate, end: createDate },
    ...{ outputs: {}, steps: [] },
  });
  const setPasswordPolicy = async () => void Object.assign(account, { passwordPolicy });
  const names = { usedKey, unusedKey, roleId, resultToken, mfaDevice };
  setUpSettingsLocally(account, topicArn);
  return { iam, config, ssm, secrets, sns, sts, events, lambda, ...names, setPasswordPolicy };
}

async function setUpSettings(
  { config, ssm, lambda }: { config: ConfigService; ssm: SSM; lambda: Lambda },
  roleARN: string,
): Promise<void> {
  await config.putConfigurationAggregator({
    ConfigurationAggregatorName: existing.aggregator,
    OrganizationAggregationSource: { RoleArn: roleARN, AwsRegions: ['us-east-1'] },
  });
  const ConfigurationRecorder = { name: existing.recorder, roleARN, recordingGroup };
  await config.putConfigurationRecorder({ ConfigurationRecorder });
  await ssm.createDocument({
    ...{ Name: existing.document, Content: document, DocumentType: 'Automation' },
    DocumentFormat: 'YAML',
  });
  await lambda.createFunction({
    ...{ FunctionName: existing.function, Description, Role: roleARN, Runtime: 'nodejs20.x' },
    ...{ Handler: 'index.handler', Code: { ZipFile: emptyZip } },
  });
}

function setUpSettingsLocally(account: LocalAccount, topicArn: string): void {
  account.config.aggregators = new Map([[existing.aggregator, [account]]]);
  account.config.recorder = {
    ...{ name: existing.recorder, recording: false },
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
  account.automation.documents.set(existing.document, document);
  account.functions = new Map([[existing.function, { description: Description }]]);
  const subscription = { arn: `${topicArn}:1`, protocol: 'email', endpoint: 'a@example.com' };
  account.subscriptions = new Map([[topicArn, [subscription]]]);
}
