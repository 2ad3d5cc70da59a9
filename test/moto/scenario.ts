import { ConfigService } from '@aws-sdk/client-config-service';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SNS } from '@aws-sdk/client-sns';
import { SSM } from '@aws-sdk/client-ssm';
import { addUser, issueResultToken } from '../../local-aws/account.ts';
import { type Fixture, START } from '../local-aws/fixture.ts';
import { names as settings, setUpSettings, setUpSettingsLocally } from './settings.ts';

/** One of the two accounts in which the same has happened, and what is called differently in each. */
export interface World {
  readonly iam: IAM;
  readonly config: ConfigService;
  readonly ssm: SSM;
  readonly secrets: SecretsManager;
  readonly sns: SNS;
  readonly lambda: Lambda;
  /** Ann's active key, with which one request was signed, and her inactive one, never used. */
  readonly usedKey: string;
  readonly unusedKey: string;
  /** A role that AWS Config has recorded: moto records no users. */
  readonly roleId: string;
  /** What PutEvaluations takes for the rule `unused`, where it takes any. */
  readonly resultToken: string;
  /** Gives the account a password policy. */
  readonly setPasswordPolicy: () => Promise<void>;
}

/** A tagged person with a password and two keys. */
export const ann = { name: 'ann', path: '/team/', tag: { Key: 'team', Value: 'blue' } };
/** Someone without anything. */
export const bob = { name: 'bob', path: '/' };

/** A topic. */
export const topicArn = 'arn:aws:sns:us-east-1:123456789012:topic';

/** A document that does nothing, and the execution that there is of it in the local account. */
export const automation = { documentName: settings.document, executionId: 'a'.repeat(36) };

const policyName = 'ReadBooks';
const passwordPolicy = {
  MinimumPasswordLength: 10,
  RequireSymbols: false,
  RequireNumbers: true,
  RequireUppercaseCharacters: true,
  RequireLowercaseCharacters: true,
  AllowUsersToChangePassword: true,
};

/** Sets the scenario up in moto, by its API. */
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
  const asAnn = new IAM({ ...settings, credentials: { accessKeyId, secretAccessKey } });
  await asAnn.getUser({ UserName: ann.name });
  asAnn.destroy();

  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const Statement = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Policy } = await iam.createPolicy({ PolicyName: policyName, PolicyDocument });
  await iam.attachUserPolicy({ UserName: ann.name, PolicyArn: Policy?.Arn });
  // Of a rule with a function of one's own moto wants to see the function.
  const Source = { Owner: 'AWS', SourceIdentifier: 'IAM_USER_UNUSED_CREDENTIALS_CHECK' } as const;
  const InputParameters = '{"maxCredentialUsageAge":"45"}';
  const ConfigRule = { ConfigRuleName: 'unused', Source, InputParameters };
  await config.putConfigRule({ ConfigRule });

  await sns.createTopic({ Name: 'topic' });
  await sns.subscribe({ TopicArn: topicArn, Protocol: 'email', Endpoint: 'a@example.com' });
  const { Role } = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument });
  if (!Role?.RoleId) throw new Error('moto made no role');
  const names = { usedKey: accessKeyId, unusedKey: unused.AccessKeyId, roleId: Role.RoleId };
  const setPasswordPolicy = async () =>
    void (await iam.updateAccountPasswordPolicy(passwordPolicy));
  const lambda = new Lambda(settings);
  await setUpSettings({ config, ssm, lambda }, Role.Arn ?? '');
  const clients = { iam, config, ssm, secrets, sns, lambda };
  return { ...clients, ...names, resultToken: 'unused:1', setPasswordPolicy };
}

/** Sets the scenario up in a local account, as data. */
export function setUpLocally(fixture: Fixture): World {
  const { account, iam, config, ssm, secrets, sns, lambda } = fixture;
  const createDate = START - 60_000;
  const key = { createDate, lastRotated: createDate };
  const lastUsed = { date: createDate, region: 'us-east-1', serviceName: 'iam' };
  const [usedKey, unusedKey, roleId] = [
    'AKIALOCALUSED0000001',
    'AKIALOCALUNUSED00002',
    'AROALOCAL',
  ];
  addUser(account, {
    ...{ userName: ann.name, path: ann.path, tags: [ann.tag], createDate },
    attachedPolicies: [policyName],
    loginProfile: { createDate, lastChanged: createDate, passwordResetRequired: false },
    accessKeys: [
      { accessKeyId: usedKey, status: 'Active', ...key, lastUsed },
      { accessKeyId: unusedKey, status: 'Inactive', ...key },
    ],
  });
  addUser(account, { userName: bob.name, path: bob.path, createDate });
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
  const names = { usedKey, unusedKey, roleId, resultToken };
  setUpSettingsLocally(account, topicArn);
  return { iam, config, ssm, secrets, sns, lambda, ...names, setPasswordPolicy };
}
