import type { GetCredentialReportResponse } from '@aws-sdk/client-iam';
import Papa from 'papaparse';
import { operations } from '../../local-aws/operations.ts';
import {
  ann,
  automation,
  bob,
  existing,
  permissions,
  topicArn as TopicArn,
  type World,
} from './scenario.ts';

/** The operation that an exchange's name starts with. */
export const operationOf = (name: string) => name.split(/[ ,]/u)[0] ?? '';

/** Input of a request, or what makes it from the names of an account. */
type Input = object | ((world: World) => object);

const evaluation = {
  ComplianceResourceType: 'AWS::IAM::User',
  ComplianceResourceId: 'AIDAANN',
  ComplianceType: 'COMPLIANT',
  OrderingTimestamp: new Date('2026-11-01T12:00:00Z'),
};
const imagined = { ...evaluation, ComplianceType: 'IMAGINED' };
const manyEvaluations = Array.from({ length: 101 }, () => evaluation);
const asTest = (Evaluations: object[]) => ({ ResultToken: 'any', TestMode: true, Evaluations });
const withToken = (Evaluations: object[]) => (world: World) => ({
  ...{ ResultToken: world.resultToken, Evaluations },
});
const ConfigRuleName = 'unused';

const [UserName, Password] = [bob.name, 'Correct-Horse-7'];
const AccessKeyId = 'AKIANOSUCHKEY0000000';
const Tags = [{ Key: 'team', Value: 'red' }];
const manyTags = Array.from({ length: 51 }, (_, index) => ({ Key: `tag${index}`, Value: 'x' }));
const parameter = { ResourceType: 'Parameter', ResourceId: '/rule/ann' } as const;
const noParameter = { ...parameter, ResourceId: '/rule/none' } as const;
const SecretId = 'rule/ann';
const [first, second, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
const VersionStage = 'ours';

const moveLabel = (MoveToVersionId?: string, RemoveFromVersionId?: string) => ({
  ...{ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId },
});
const setStatus =
  (Status: string, UserName = ann.name) =>
  ({ usedKey: AccessKeyId }: World) => ({ UserName, AccessKeyId, Status });

const { group: GroupName, policyArn: PolicyArn, inlinePolicy: PolicyName } = permissions;
const PolicyDocument = permissions.document;
const noPolicy = `${PolicyArn}-not`;

const put = (rest: object = {}) => ({ Name: '/rule/ann', Value: 'x', Type: 'String', ...rest });
const { documentName: DocumentName, executionId } = automation;
const remediate = (ConfigRuleName: string) => ({
  ConfigRuleName,
  ResourceKeys: [{ resourceType: 'AWS::IAM::User', resourceId: ann.name }],
});
const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
const event = (Detail: string) => ({ Source: 'mine', DetailType: 'Something', Detail });
const Message = 'One line\n<and> "another" & more';
const { document: Name, recorder, function: FunctionName } = existing;
const DocumentFormat = 'YAML';
const ConfigurationAggregatorName = existing.aggregator;
const ofAggregator = (rest: object, name = ConfigurationAggregatorName) => ({
  ...{ ConfigurationAggregatorName: name, ...rest },
});
const inAccount = { ConfigRuleName, AccountId: '123456789012', AwsRegion: 'us-east-1' };
const users = "SELECT accountId, resourceId WHERE resourceType = 'AWS::IAM::User'";
const session = (RoleArn: string) => ({ RoleArn, RoleSessionName: 'audit' });

/** The input of every exchange by its name, in the order of sending: the later ones read what the earlier ones wrote. */
export const exchanges: Readonly<Record<string, Input>> = {
  'GetCredentialReport before any was asked for': {},
  'GenerateCredentialReport for the first time': {},
  'GenerateCredentialReport once there is one': {},
  'GetCredentialReport once there is one': {},
  'GetAccountAuthorizationDetails of users': { Filter: ['User'] },
  'GetAccountAuthorizationDetails of users, one a page': { Filter: ['User'], MaxItems: 1 },
  'GetAccountAuthorizationDetails from a marker of its own making': {
    Filter: ['User'],
    Marker: 'made-up',
  },
  'ListUsers of all': {},
  'ListUsers below a path': { PathPrefix: ann.path },
  'ListUsers below a path of nobody': { PathPrefix: '/nobody/' },
  'ListUsers, one a page': { MaxItems: 1 },
  'ListUsers, none a page': { MaxItems: 0 },
  'ListUsers from a marker of its own making': { Marker: 'made-up' },
  'GetUser of one with tags': { UserName: ann.name },
  'GetUser of one without tags': { UserName: bob.name },
  'GetUser of nobody': { UserName: 'nobody' },
  'GetUser of a name that cannot be': { UserName: 'no body' },
  'GetLoginProfile of one with a password': { UserName: ann.name },
  'GetLoginProfile of one without': { UserName: bob.name },
  'GetLoginProfile of nobody': { UserName: 'nobody' },
  'ListAccessKeys of one with two': { UserName: ann.name },
  'ListAccessKeys, one a page': { UserName: ann.name, MaxItems: 1 },
  'ListAccessKeys of one without': { UserName: bob.name },
  'ListAccessKeys of nobody': { UserName: 'nobody' },
  'GetAccessKeyLastUsed of a used key': ({ usedKey: AccessKeyId }) => ({ AccessKeyId }),
  'GetAccessKeyLastUsed of an unused key': ({ unusedKey: AccessKeyId }) => ({ AccessKeyId }),
  'GetAccessKeyLastUsed of no key': { AccessKeyId: 'AKIANOSUCHKEY0000000' },
  'PutEvaluations as a test': asTest([evaluation]),
  'PutEvaluations of 101 as a test': asTest(manyEvaluations),
  'PutEvaluations of an odd verdict as a test': asTest([imagined]),
  'PutEvaluations of an empty list': withToken([]),
  'PutEvaluations without a list': ({ resultToken: ResultToken }) => ({ ResultToken }),
  'PutEvaluations with an empty token': { ResultToken: '', Evaluations: [evaluation] },
  'PutEvaluations with a wrong token': { ResultToken: 'wrong', Evaluations: [evaluation] },
  'PutEvaluations with a token of the rule': withToken([evaluation]),
  'GetComplianceDetailsByConfigRule of a rule': { ConfigRuleName },
  'GetComplianceDetailsByConfigRule of no rule': { ConfigRuleName: 'no-rule' },
  'GetComplianceDetailsByResource of one': {
    ResourceType: 'AWS::IAM::User',
    ResourceId: 'AIDANONE',
  },
  'GetComplianceDetailsByResource without a type': { ResourceId: 'AIDANONE' },
  'GetResourceConfigHistory of a role': ({ roleId: resourceId }) => ({
    resourceType: 'AWS::IAM::Role',
    resourceId,
  }),
  'GetResourceConfigHistory of no role': { resourceType: 'AWS::IAM::Role', resourceId: 'AROANONE' },
  'GetResourceConfigHistory of no user': { resourceType: 'AWS::IAM::User', resourceId: 'AIDANONE' },
  'DescribeConfigurationAggregators of all': {},
  'DescribeConfigurationAggregators of one': {
    ConfigurationAggregatorNames: [ConfigurationAggregatorName],
  },
  'DescribeConfigurationAggregators of none': { ConfigurationAggregatorNames: ['none'] },
  'DescribeAggregateComplianceByConfigRules of one': ofAggregator({ Filters: { ConfigRuleName } }),
  'DescribeAggregateComplianceByConfigRules of none': ofAggregator(
    { Filters: { ConfigRuleName } },
    'none',
  ),
  'GetAggregateComplianceDetailsByConfigRule of one': ofAggregator(inAccount),
  'GetAggregateComplianceDetailsByConfigRule of none': ofAggregator(inAccount, 'none'),
  'SelectAggregateResourceConfig of users': ofAggregator({ Expression: users }),
  'SelectAggregateResourceConfig of no query': ofAggregator({ Expression: 'SELECT' }),
  'AssumeRole of one': session('arn:aws:iam::123456789012:role/role'),
  'AssumeRole of none': session('arn:aws:iam::123456789012:role/none'),
  'UpdateAccessKey to Inactive': setStatus('Inactive'),
  'UpdateAccessKey to Expired': setStatus('Expired'),
  "UpdateAccessKey of another's": setStatus('Active', UserName),
  'DeleteAccessKey of an unused key': ({ unusedKey }) => ({
    UserName: ann.name,
    AccessKeyId: unusedKey,
  }),
  'DeleteAccessKey of no key': { UserName, AccessKeyId },
  'CreateLoginProfile for one without': { UserName, Password, PasswordResetRequired: true },
  'CreateLoginProfile for one with a password': { UserName, Password },
  'CreateLoginProfile for nobody': { UserName: 'nobody', Password },
  'DeleteLoginProfile of one with a password': { UserName },
  'DeleteLoginProfile of one without': { UserName },
  'CreateLoginProfile with a short password': { UserName, Password: 'Short-7' },
  'TagUser with a tag': { UserName, Tags },
  'TagUser with 51': { UserName, Tags: manyTags },
  'TagUser with one more than fits': { UserName, Tags: manyTags.slice(0, 50) },
  'TagUser with JSON': { UserName, Tags: [{ Key: 'json', Value: '{"a":1}' }] },
  'TagUser for nobody': { UserName: 'nobody', Tags },
  'UntagUser of a tag': { UserName, TagKeys: ['team'] },
  'UntagUser of no tag': { UserName, TagKeys: ['none'] },
  'UntagUser of nobody': { UserName: 'nobody', TagKeys: ['team'] },
  'ListAttachedUserPolicies of one with a policy': { UserName: ann.name },
  'ListAttachedUserPolicies of one without': { UserName },
  'ListAttachedUserPolicies of nobody': { UserName: 'nobody' },
  'ListGroupsForUser of a member': { UserName: ann.name },
  'ListGroupsForUser of nobody': { UserName: 'nobody' },
  'GetGroup of one': { GroupName },
  'GetGroup of none': { GroupName: 'none' },
  'AddUserToGroup for the first time': { GroupName, UserName },
  'AddUserToGroup again': { GroupName, UserName },
  'AddUserToGroup of no group': { GroupName: 'none', UserName },
  'AddUserToGroup of nobody': { GroupName, UserName: 'nobody' },
  'RemoveUserFromGroup of a member': { GroupName, UserName },
  'RemoveUserFromGroup of no group': { GroupName: 'none', UserName },
  'RemoveUserFromGroup of nobody': { GroupName, UserName: 'nobody' },
  'GetPolicy of one': { PolicyArn },
  'GetPolicy of none': { PolicyArn: noPolicy },
  'GetAccountSummary of the account': {},
  'AttachUserPolicy for the first time': { UserName, PolicyArn },
  'AttachUserPolicy again': { UserName, PolicyArn },
  'AttachUserPolicy of no policy': { UserName, PolicyArn: noPolicy },
  'AttachUserPolicy to nobody': { UserName: 'nobody', PolicyArn },
  'AttachUserPolicy of an ARN that cannot be': { UserName, PolicyArn: 'x'.repeat(20) },
  'DetachUserPolicy of an attached one': { UserName, PolicyArn },
  'DetachUserPolicy of another': { UserName, PolicyArn },
  'DetachUserPolicy of nobody': { UserName: 'nobody', PolicyArn },
  'ListUserPolicies of one with a policy': { UserName: ann.name },
  'ListUserPolicies of one without': { UserName },
  'ListUserPolicies of nobody': { UserName: 'nobody' },
  'GetUserPolicy of one': { UserName: ann.name, PolicyName },
  'GetUserPolicy of none': { UserName, PolicyName },
  'PutUserPolicy for the first time': { UserName, PolicyName, PolicyDocument },
  'PutUserPolicy again': { UserName, PolicyName, PolicyDocument },
  'PutUserPolicy of text': { UserName, PolicyName, PolicyDocument: 'text' },
  'PutUserPolicy to nobody': { UserName: 'nobody', PolicyName, PolicyDocument },
  'DeleteUserPolicy of one': { UserName, PolicyName },
  'DeleteUserPolicy of none': { UserName, PolicyName },
  'ListMFADevices of one with a device': { UserName: ann.name },
  'ListMFADevices of one without': { UserName },
  'ListMFADevices of nobody': { UserName: 'nobody' },
  'DeactivateMFADevice of a device': ({ mfaDevice }) => ({
    ...{ UserName: ann.name, SerialNumber: mfaDevice },
  }),
  'DeactivateMFADevice of none': { UserName: ann.name, SerialNumber: 'arn:aws:iam::1:mfa/none' },
  'GetAccountPasswordPolicy without a policy': {},
  'GetAccountPasswordPolicy with a policy': async ({ setPasswordPolicy }) => {
    await setPasswordPolicy();
    return {};
  },
  'ListServiceSpecificCredentials of all users': { AllUsers: true },
  'ListServiceSpecificCredentials of nobody': {},
  'ListSSHPublicKeys of one with a key': { UserName: ann.name },
  'ListSSHPublicKeys of one without': { UserName: bob.name },
  'ListSSHPublicKeys of nobody': { UserName: 'nobody' },
  'ListRoles of all': {},
  'ListRoles, none a page': { MaxItems: 0 },
  'DescribeConfigRules of all': {},
  'DescribeConfigRules of one': { ConfigRuleNames: ['unused'] },
  'DescribeConfigRules of no rule': { ConfigRuleNames: ['unused', 'no-rule'] },
  'PutParameter for the first time': put({ Description: "Ann's", Tags }),
  'PutParameter again': put(),
  'PutParameter over the first': put({ Overwrite: true, Value: 'y' }),
  'PutParameter with tags over another': put({ Overwrite: true, Tags }),
  'PutParameter that nests another': put({ Name: '/nest', Value: 'a{{b}}' }),
  'PutParameter of 4,097 characters': put({ Name: '/long', Value: 'x'.repeat(4097) }),
  'PutParameter of nothing': put({ Name: '/empty', Value: '' }),
  'PutParameter of an odd name': put({ Name: '/a//b' }),
  'PutParameter of a reserved name': put({ Name: '/aws/a' }),
  'PutParameter of 16 levels': put({ Name: '/a'.repeat(16) }),
  'PutParameter without a type': put({ Name: '/typeless', Type: undefined }),
  'PutParameter below the first': put({ Name: '/rule/ann/more' }),
  'GetParameter of one': { Name: '/rule/ann' },
  'GetParameter of none': { Name: '/rule/none' },
  'GetParametersByPath of one level': { Path: '/rule' },
  'GetParametersByPath of all levels, one a page': {
    ...{ Path: '/rule', Recursive: true, MaxResults: 1 },
  },
  'GetParametersByPath of nothing': { Path: '/none' },
  'GetParametersByPath without a slash': { Path: 'rule' },
  'GetParametersByPath, 11 a page': { Path: '/rule', MaxResults: 11 },
  'GetParameterHistory of one': { Name: '/rule/ann' },
  'GetParameterHistory, one a page': { Name: '/rule/ann', MaxResults: 1 },
  'GetParameterHistory of none': { Name: '/rule/none' },
  'GetParameterHistory, 51 a page': { Name: '/rule/ann', MaxResults: 51 },
  'AddTagsToResource of a parameter': { ...parameter, Tags },
  'AddTagsToResource of none': { ...noParameter, Tags },
  'ListTagsForResource of a parameter': parameter,
  'ListTagsForResource of none': noParameter,
  'CreateSecret without a value': { Name: SecretId, Tags },
  'CreateSecret again': { Name: SecretId },
  'CreateSecret with a value': { Name: 'valued', SecretString: 'x' },
  'PutResourcePolicy of a secret': { SecretId, ResourcePolicy: '{}' },
  'PutResourcePolicy of no secret': { SecretId: 'none', ResourcePolicy: '{}' },
  'PutSecretValue for the first time': { SecretId, SecretString: 'x', ClientRequestToken: first },
  'PutSecretValue with a label': {
    ...{ SecretId, SecretString: 'y', ClientRequestToken: second },
    VersionStages: [VersionStage],
  },
  'PutSecretValue of the same again': { SecretId, SecretString: 'x', ClientRequestToken: first },
  'PutSecretValue of another value': { SecretId, SecretString: 'z', ClientRequestToken: first },
  'PutSecretValue of no secret': { SecretId: 'none', SecretString: 'x' },
  'PutSecretValue of nothing': { SecretId },
  'GetRandomPassword of a length': {
    ...{ PasswordLength: 24, RequireEachIncludedType: true, ExcludeCharacters: 'IOl01' },
  },
  'GetRandomPassword shorter than its types': { PasswordLength: 3, RequireEachIncludedType: true },
  'DescribeSecret of one': { SecretId },
  'DescribeSecret of none': { SecretId: 'none' },
  'UpdateSecretVersionStage of a label': moveLabel(first, second),
  'UpdateSecretVersionStage without its holder': moveLabel(second),
  'UpdateSecretVersionStage of another holder': moveLabel(first, second),
  'UpdateSecretVersionStage to no version': moveLabel(third, first),
  'UpdateSecretVersionStage of no secret': { ...moveLabel(first), SecretId: 'none' },
  'StartRemediationExecution of a rule with a document': remediate('unused'),
  'StartRemediationExecution of a rule without': remediate('other'),
  'StartAutomationExecution of a document': { DocumentName, Parameters: { Name: [ann.name] } },
  'StartAutomationExecution of no document': { DocumentName: 'None' },
  'GetAutomationExecution of one': { AutomationExecutionId: executionId },
  'GetAutomationExecution of none': { AutomationExecutionId: 'none' },
  'DescribeAutomationExecutions of a document': {
    Filters: [{ Key: 'DocumentNamePrefix', Values: [DocumentName] }],
  },
  'DescribeAutomationExecutions by an unknown filter': { Filters: [{ Key: 'x', Values: ['x'] }] },
  'DescribeAutomationStepExecutions of one': { AutomationExecutionId: executionId },
  'DescribeAutomationStepExecutions of none': { AutomationExecutionId: 'none' },
  'Publish to a topic': { TopicArn, Subject: 'A subject', Message },
  'Publish without a subject': { TopicArn, Message },
  'Publish under a subject of 100 characters': { TopicArn, Subject: 'x'.repeat(100), Message },
  'Publish under a subject of 101 characters': { TopicArn, Subject: 'x'.repeat(101), Message },
  'Publish a message of 262,145 bytes': { TopicArn, Message: 'x'.repeat(262_145) },
  'Publish with attributes': { TopicArn, Message, MessageAttributes: { owner: attribute('red') } },
  'Publish with an empty attribute': {
    ...{ TopicArn, Message, MessageAttributes: { owner: attribute('') } },
  },
  'PutEvents on the default bus': { Entries: [event('{"a":1}')] },
  'PutEvents of two, one without an object': { Entries: [event('{"a":1}'), event('no')] },
  'PutEvents of none': { Entries: [] },
  'PutEvents of eleven': { Entries: Array.from({ length: 11 }, () => event('{}')) },
  'DescribeConfigRuleEvaluationStatus of one': { ConfigRuleNames: ['unused'] },
  'DescribeConfigRuleEvaluationStatus of no rule': { ConfigRuleNames: ['no-rule'] },
  'DescribeRemediationConfigurations of one': { ConfigRuleNames: ['unused'] },
  'DescribeRemediationConfigurations of nothing': { ConfigRuleNames: [] },
  'DescribeConfigurationRecorders of all': {},
  'DescribeConfigurationRecorders of none': { ConfigurationRecorderNames: ['none'] },
  'DescribeConfigurationRecorderStatus of one': { ConfigurationRecorderNames: [recorder] },
  'DescribeConfigurationRecorderStatus of none': { ConfigurationRecorderNames: ['none'] },
  'GetSecretValue of one': { SecretId: 'valued' },
  'GetSecretValue of none': { SecretId: 'none' },
  'DeleteSecret of one': { SecretId: 'valued', RecoveryWindowInDays: 7 },
  'DeleteSecret of none': { SecretId: 'none' },
  'DeleteParameter of one': { Name: '/rule/ann/more' },
  'DeleteParameter of none': { Name: '/rule/none' },
  'GetDocument in YAML': { Name, DocumentFormat },
  'GetDocument of none': { Name: 'None', DocumentFormat },
  'ListSecrets of a path': { Filters: [{ Key: 'name', Values: ['rule/'] }] },
  'ListSecrets, one a page': { MaxResults: 1 },
  'ListSecrets, 101 a page': { MaxResults: 101 },
  'ListSubscriptionsByTopic of a topic': { TopicArn },
  'ListSubscriptionsByTopic of no topic': { TopicArn: `${TopicArn}-2` },
  'GetFunction of one': { FunctionName },
  'GetFunction of none': { FunctionName: 'none' },
  'GetFunctionConfiguration of one': { FunctionName },
  'GetFunctionConfiguration of none': { FunctionName: 'none' },
};

/** Sends the request to one of the accounts. The rows of a report are by user name instead of bytes. */
export async function exchange(name: string, world: World): Promise<object> {
  const operation = operationOf(name);
  const { service } = operations.find((each) => each.operation === operation) ?? {};
  if (service === undefined) throw new Error(`The local account has no operation ${operation}`);
  const client: object = world[service === 'secretsmanager' ? 'secrets' : service];
  const send = Reflect.get(client, `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`);
  const input = exchanges[name];
  const answer = await send.call(client, typeof input === 'function' ? await input(world) : input);
  return operation === 'GetCredentialReport' ? withRows(answer) : answer;
}

/** The answer with the report's rows by user name instead of its bytes. */
function withRows(answer: GetCredentialReportResponse): object {
  const csv = new TextDecoder().decode(answer.Content);
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  return { ...answer, Content: Object.fromEntries(data.map((row) => [row['user'], row])) };
}
