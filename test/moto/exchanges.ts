import type { ComplianceType, Evaluation } from '@aws-sdk/client-config-service';
import type { GetCredentialReportResponse } from '@aws-sdk/client-iam';
import type { PutParameterRequest } from '@aws-sdk/client-ssm';
import Papa from 'papaparse';
import { ann, automation, bob, existing, topicArn as TopicArn, type World } from './scenario.ts';

/** A request that both accounts receive. */
interface Exchange {
  /** Unique; starts with the operation. */
  readonly name: string;
  readonly send: (world: World) => Promise<object>;
}

const evaluation: Evaluation = {
  ComplianceResourceType: 'AWS::IAM::User',
  ComplianceResourceId: 'AIDAANN',
  ComplianceType: 'COMPLIANT',
  OrderingTimestamp: new Date('2026-11-01T12:00:00Z'),
};
const imagined = { ...evaluation, ComplianceType: 'IMAGINED' as ComplianceType };
const manyEvaluations = Array.from({ length: 101 }, () => evaluation);
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

const put = ({ ssm }: World, rest: Partial<PutParameterRequest> = {}) =>
  ssm.putParameter({ Name: '/rule/ann', Value: 'x', Type: 'String', ...rest });
const describeBelow = ({ ssm }: World, Option: string) =>
  ssm.describeParameters({ ParameterFilters: [{ Key: 'Path', Option, Values: ['/rule'] }] });
const { documentName: DocumentName, executionId } = automation;
const resource = { resourceType: 'AWS::IAM::User', resourceId: ann.name } as const;
const Message = 'One line\n<and> "another" & more';
const { document: Name, recorder, function: FunctionName } = existing;
const DocumentFormat = 'YAML';

/** Every exchange, in the order of sending: the later ones read what the earlier ones wrote. */
export const exchanges: readonly Exchange[] = Object.entries<Exchange['send']>({
  'GetCredentialReport before any was asked for': ({ iam }) => iam.getCredentialReport({}),
  'GenerateCredentialReport for the first time': ({ iam }) => iam.generateCredentialReport({}),
  'GenerateCredentialReport once there is one': ({ iam }) => iam.generateCredentialReport({}),
  'GetCredentialReport once there is one': async ({ iam }) =>
    withRows(await iam.getCredentialReport({})),

  'GetAccountAuthorizationDetails of users': ({ iam }) =>
    iam.getAccountAuthorizationDetails({ Filter: ['User'] }),
  'GetAccountAuthorizationDetails of users, one a page': ({ iam }) =>
    iam.getAccountAuthorizationDetails({ Filter: ['User'], MaxItems: 1 }),
  'GetAccountAuthorizationDetails from a marker of its own making': ({ iam }) =>
    iam.getAccountAuthorizationDetails({ Filter: ['User'], Marker: 'made-up' }),

  'ListUsers of all': ({ iam }) => iam.listUsers({}),
  'ListUsers below a path': ({ iam }) => iam.listUsers({ PathPrefix: ann.path }),
  'ListUsers below a path of nobody': ({ iam }) => iam.listUsers({ PathPrefix: '/nobody/' }),
  'ListUsers, one a page': ({ iam }) => iam.listUsers({ MaxItems: 1 }),
  'ListUsers, none a page': ({ iam }) => iam.listUsers({ MaxItems: 0 }),
  'ListUsers from a marker of its own making': ({ iam }) => iam.listUsers({ Marker: 'made-up' }),

  'GetUser of one with tags': ({ iam }) => iam.getUser({ UserName: ann.name }),
  'GetUser of one without tags': ({ iam }) => iam.getUser({ UserName: bob.name }),
  'GetUser of nobody': ({ iam }) => iam.getUser({ UserName: 'nobody' }),
  'GetUser of a name that cannot be': ({ iam }) => iam.getUser({ UserName: 'no body' }),

  'GetLoginProfile of one with a password': ({ iam }) =>
    iam.getLoginProfile({ UserName: ann.name }),
  'GetLoginProfile of one without': ({ iam }) => iam.getLoginProfile({ UserName: bob.name }),
  'GetLoginProfile of nobody': ({ iam }) => iam.getLoginProfile({ UserName: 'nobody' }),

  'ListAccessKeys of one with two': ({ iam }) => iam.listAccessKeys({ UserName: ann.name }),
  'ListAccessKeys, one a page': ({ iam }) =>
    iam.listAccessKeys({ UserName: ann.name, MaxItems: 1 }),
  'ListAccessKeys of one without': ({ iam }) => iam.listAccessKeys({ UserName: bob.name }),
  'ListAccessKeys of nobody': ({ iam }) => iam.listAccessKeys({ UserName: 'nobody' }),

  'GetAccessKeyLastUsed of a used key': ({ iam, usedKey: AccessKeyId }) =>
    iam.getAccessKeyLastUsed({ AccessKeyId }),
  'GetAccessKeyLastUsed of an unused key': ({ iam, unusedKey: AccessKeyId }) =>
    iam.getAccessKeyLastUsed({ AccessKeyId }),
  'GetAccessKeyLastUsed of no key': ({ iam }) =>
    iam.getAccessKeyLastUsed({ AccessKeyId: 'AKIANOSUCHKEY0000000' }),

  'PutEvaluations as a test': ({ config }) =>
    config.putEvaluations({ ResultToken: 'any', TestMode: true, Evaluations: [evaluation] }),
  'PutEvaluations of 101 as a test': ({ config }) =>
    config.putEvaluations({ ResultToken: 'any', TestMode: true, Evaluations: manyEvaluations }),
  'PutEvaluations of an odd verdict as a test': ({ config }) =>
    config.putEvaluations({ ResultToken: 'any', TestMode: true, Evaluations: [imagined] }),
  'PutEvaluations of an empty list': ({ config, resultToken: ResultToken }) =>
    config.putEvaluations({ ResultToken, Evaluations: [] }),
  'PutEvaluations without a list': ({ config, resultToken: ResultToken }) =>
    config.putEvaluations({ ResultToken }),
  'PutEvaluations with an empty token': ({ config }) =>
    config.putEvaluations({ ResultToken: '', Evaluations: [evaluation] }),
  'PutEvaluations with a wrong token': ({ config }) =>
    config.putEvaluations({ ResultToken: 'wrong', Evaluations: [evaluation] }),
  'PutEvaluations with a token of the rule': ({ config, resultToken: ResultToken }) =>
    config.putEvaluations({ ResultToken, Evaluations: [evaluation] }),

  'GetComplianceDetailsByConfigRule of a rule': ({ config }) =>
    config.getComplianceDetailsByConfigRule({ ConfigRuleName }),
  'GetComplianceDetailsByConfigRule of no rule': ({ config }) =>
    config.getComplianceDetailsByConfigRule({ ConfigRuleName: 'no-rule' }),

  'GetResourceConfigHistory of a role': ({ config, roleId: resourceId }) =>
    config.getResourceConfigHistory({ resourceType: 'AWS::IAM::Role', resourceId }),
  'GetResourceConfigHistory of no role': ({ config }) =>
    config.getResourceConfigHistory({ resourceType: 'AWS::IAM::Role', resourceId: 'AROANONE' }),
  'GetResourceConfigHistory of no user': ({ config }) =>
    config.getResourceConfigHistory({ resourceType: 'AWS::IAM::User', resourceId: 'AIDANONE' }),

  'UpdateAccessKey to Inactive': ({ iam, usedKey }) =>
    iam.updateAccessKey({ UserName: ann.name, AccessKeyId: usedKey, Status: 'Inactive' }),
  'UpdateAccessKey to Expired': ({ iam, usedKey }) =>
    iam.updateAccessKey({ UserName: ann.name, AccessKeyId: usedKey, Status: 'Expired' }),
  'UpdateAccessKey of another’s': ({ iam, usedKey }) =>
    iam.updateAccessKey({ UserName, AccessKeyId: usedKey, Status: 'Active' }),
  'DeleteAccessKey of an unused key': ({ iam, unusedKey }) =>
    iam.deleteAccessKey({ UserName: ann.name, AccessKeyId: unusedKey }),
  'DeleteAccessKey of no key': ({ iam }) => iam.deleteAccessKey({ UserName, AccessKeyId }),

  'CreateLoginProfile for one without': ({ iam }) =>
    iam.createLoginProfile({ UserName, Password, PasswordResetRequired: true }),
  'CreateLoginProfile for one with a password': ({ iam }) =>
    iam.createLoginProfile({ UserName, Password }),
  'CreateLoginProfile for nobody': ({ iam }) =>
    iam.createLoginProfile({ UserName: 'nobody', Password }),
  'DeleteLoginProfile of one with a password': ({ iam }) => iam.deleteLoginProfile({ UserName }),
  'DeleteLoginProfile of one without': ({ iam }) => iam.deleteLoginProfile({ UserName }),
  'CreateLoginProfile with a short password': ({ iam }) =>
    iam.createLoginProfile({ UserName, Password: 'Short-7' }),

  'TagUser with a tag': ({ iam }) => iam.tagUser({ UserName, Tags }),
  'TagUser with 51': ({ iam }) => iam.tagUser({ UserName, Tags: manyTags }),
  'TagUser with one more than fits': ({ iam }) =>
    iam.tagUser({ UserName, Tags: manyTags.slice(0, 50) }),
  'TagUser with JSON': ({ iam }) =>
    iam.tagUser({ UserName, Tags: [{ Key: 'json', Value: '{"a":1}' }] }),
  'TagUser for nobody': ({ iam }) => iam.tagUser({ UserName: 'nobody', Tags }),
  'UntagUser of a tag': ({ iam }) => iam.untagUser({ UserName, TagKeys: ['team'] }),
  'UntagUser of no tag': ({ iam }) => iam.untagUser({ UserName, TagKeys: ['none'] }),
  'UntagUser of nobody': ({ iam }) => iam.untagUser({ UserName: 'nobody', TagKeys: ['team'] }),

  'ListAttachedUserPolicies of one with a policy': ({ iam }) =>
    iam.listAttachedUserPolicies({ UserName: ann.name }),
  'ListAttachedUserPolicies of one without': ({ iam }) =>
    iam.listAttachedUserPolicies({ UserName }),
  'ListAttachedUserPolicies of nobody': ({ iam }) =>
    iam.listAttachedUserPolicies({ UserName: 'nobody' }),
  'GetAccountPasswordPolicy without a policy': ({ iam }) => iam.getAccountPasswordPolicy({}),
  'GetAccountPasswordPolicy with a policy': async ({ iam, setPasswordPolicy }) => {
    await setPasswordPolicy();
    return iam.getAccountPasswordPolicy({});
  },

  'DescribeConfigRules of all': ({ config }) => config.describeConfigRules({}),
  'DescribeConfigRules of one': ({ config }) =>
    config.describeConfigRules({ ConfigRuleNames: ['unused'] }),
  'DescribeConfigRules of no rule': ({ config }) =>
    config.describeConfigRules({ ConfigRuleNames: ['unused', 'no-rule'] }),

  'PutParameter for the first time': (world) => put(world, { Description: 'Ann’s', Tags }),
  'PutParameter again': (world) => put(world),
  'PutParameter over the first': (world) => put(world, { Overwrite: true, Value: 'y' }),
  'PutParameter with tags over another': (world) => put(world, { Overwrite: true, Tags }),
  'PutParameter that nests another': (world) => put(world, { Name: '/nest', Value: 'a{{b}}' }),
  'PutParameter of 4,097 characters': (world) =>
    put(world, { Name: '/long', Value: 'x'.repeat(4097) }),
  'PutParameter of nothing': (world) => put(world, { Name: '/empty', Value: '' }),
  'PutParameter of an odd name': (world) => put(world, { Name: '/a//b' }),
  'PutParameter of a reserved name': (world) => put(world, { Name: '/aws/a' }),
  'PutParameter of 16 levels': (world) => put(world, { Name: '/a'.repeat(16) }),
  'PutParameter without a type': (world) => put(world, { Name: '/typeless', Type: undefined }),
  'PutParameter below the first': (world) => put(world, { Name: '/rule/ann/more' }),
  'GetParameter of one': ({ ssm }) => ssm.getParameter({ Name: '/rule/ann' }),
  'GetParameter of none': ({ ssm }) => ssm.getParameter({ Name: '/rule/none' }),
  'GetParametersByPath of one level': ({ ssm }) => ssm.getParametersByPath({ Path: '/rule' }),
  'GetParametersByPath of all levels, one a page': ({ ssm }) =>
    ssm.getParametersByPath({ Path: '/rule', Recursive: true, MaxResults: 1 }),
  'GetParametersByPath of nothing': ({ ssm }) => ssm.getParametersByPath({ Path: '/none' }),
  'GetParametersByPath without a slash': ({ ssm }) => ssm.getParametersByPath({ Path: 'rule' }),
  'GetParametersByPath, 11 a page': ({ ssm }) =>
    ssm.getParametersByPath({ Path: '/rule', MaxResults: 11 }),
  'GetParameterHistory of one': ({ ssm }) => ssm.getParameterHistory({ Name: '/rule/ann' }),
  'GetParameterHistory, one a page': ({ ssm }) =>
    ssm.getParameterHistory({ Name: '/rule/ann', MaxResults: 1 }),
  'GetParameterHistory of none': ({ ssm }) => ssm.getParameterHistory({ Name: '/rule/none' }),
  'GetParameterHistory, 51 a page': ({ ssm }) =>
    ssm.getParameterHistory({ Name: '/rule/ann', MaxResults: 51 }),
  'DescribeParameters of all': ({ ssm }) => ssm.describeParameters({}),
  'DescribeParameters below a path': (world) => describeBelow(world, 'Recursive'),
  'DescribeParameters by an odd option': (world) => describeBelow(world, 'Contains'),
  'AddTagsToResource of a parameter': ({ ssm }) => ssm.addTagsToResource({ ...parameter, Tags }),
  'AddTagsToResource of none': ({ ssm }) => ssm.addTagsToResource({ ...noParameter, Tags }),
  'ListTagsForResource of a parameter': ({ ssm }) => ssm.listTagsForResource(parameter),
  'ListTagsForResource of none': ({ ssm }) => ssm.listTagsForResource(noParameter),

  'CreateSecret without a value': ({ secrets }) => secrets.createSecret({ Name: SecretId, Tags }),
  'CreateSecret again': ({ secrets }) => secrets.createSecret({ Name: SecretId }),
  'CreateSecret with a value': ({ secrets }) =>
    secrets.createSecret({ Name: 'valued', SecretString: 'x' }),
  'PutResourcePolicy of a secret': ({ secrets }) =>
    secrets.putResourcePolicy({ SecretId, ResourcePolicy: '{}' }),
  'PutResourcePolicy of no secret': ({ secrets }) =>
    secrets.putResourcePolicy({ SecretId: 'none', ResourcePolicy: '{}' }),
  'PutSecretValue for the first time': ({ secrets }) =>
    secrets.putSecretValue({ SecretId, SecretString: 'x', ClientRequestToken: first }),
  'PutSecretValue with a label': ({ secrets }) =>
    secrets.putSecretValue({
      ...{ SecretId, SecretString: 'y', ClientRequestToken: second },
      VersionStages: [VersionStage],
    }),
  'PutSecretValue of the same again': ({ secrets }) =>
    secrets.putSecretValue({ SecretId, SecretString: 'x', ClientRequestToken: first }),
  'PutSecretValue of another value': ({ secrets }) =>
    secrets.putSecretValue({ SecretId, SecretString: 'z', ClientRequestToken: first }),
  'PutSecretValue of no secret': ({ secrets }) =>
    secrets.putSecretValue({ SecretId: 'none', SecretString: 'x' }),
  'PutSecretValue of nothing': ({ secrets }) => secrets.putSecretValue({ SecretId }),
  'GetRandomPassword of a length': ({ secrets }) =>
    secrets.getRandomPassword({
      ...{ PasswordLength: 24, RequireEachIncludedType: true, ExcludeCharacters: 'IOl01' },
    }),
  'GetRandomPassword shorter than its types': ({ secrets }) =>
    secrets.getRandomPassword({ PasswordLength: 3, RequireEachIncludedType: true }),
  'DescribeSecret of one': ({ secrets }) => secrets.describeSecret({ SecretId }),
  'DescribeSecret of none': ({ secrets }) => secrets.describeSecret({ SecretId: 'none' }),
  'UpdateSecretVersionStage of a label': ({ secrets }) =>
    secrets.updateSecretVersionStage({
      ...{ SecretId, VersionStage, MoveToVersionId: first, RemoveFromVersionId: second },
    }),
  'UpdateSecretVersionStage without its holder': ({ secrets }) =>
    secrets.updateSecretVersionStage({ SecretId, VersionStage, MoveToVersionId: second }),
  'UpdateSecretVersionStage of another holder': ({ secrets }) =>
    secrets.updateSecretVersionStage({
      ...{ SecretId, VersionStage, MoveToVersionId: first, RemoveFromVersionId: second },
    }),
  'UpdateSecretVersionStage to no version': ({ secrets }) =>
    secrets.updateSecretVersionStage({
      ...{ SecretId, VersionStage, MoveToVersionId: third, RemoveFromVersionId: first },
    }),
  'UpdateSecretVersionStage of no secret': ({ secrets }) =>
    secrets.updateSecretVersionStage({ SecretId: 'none', VersionStage, MoveToVersionId: first }),

  'StartRemediationExecution of a rule with a document': ({ config }) =>
    config.startRemediationExecution({ ConfigRuleName: 'unused', ResourceKeys: [resource] }),
  'StartRemediationExecution of a rule without': ({ config }) =>
    config.startRemediationExecution({ ConfigRuleName: 'other', ResourceKeys: [resource] }),
  'StartAutomationExecution of a document': ({ ssm }) =>
    ssm.startAutomationExecution({ DocumentName, Parameters: { Name: [ann.name] } }),
  'StartAutomationExecution of no document': ({ ssm }) =>
    ssm.startAutomationExecution({ DocumentName: 'None' }),
  'GetAutomationExecution of one': ({ ssm }) =>
    ssm.getAutomationExecution({ AutomationExecutionId: executionId }),
  'GetAutomationExecution of none': ({ ssm }) =>
    ssm.getAutomationExecution({ AutomationExecutionId: 'none' }),
  'DescribeAutomationStepExecutions of one': ({ ssm }) =>
    ssm.describeAutomationStepExecutions({ AutomationExecutionId: executionId }),
  'DescribeAutomationStepExecutions of none': ({ ssm }) =>
    ssm.describeAutomationStepExecutions({ AutomationExecutionId: 'none' }),

  'Publish to a topic': ({ sns }) => sns.publish({ TopicArn, Subject: 'A subject', Message }),
  'Publish without a subject': ({ sns }) => sns.publish({ TopicArn, Message }),
  'Publish under a subject of 100 characters': ({ sns }) =>
    sns.publish({ TopicArn, Subject: 'x'.repeat(100), Message }),
  'Publish under a subject of 101 characters': ({ sns }) =>
    sns.publish({ TopicArn, Subject: 'x'.repeat(101), Message }),
  'Publish a message of 262,145 bytes': ({ sns }) =>
    sns.publish({ TopicArn, Message: 'x'.repeat(262_145) }),

  'DescribeConfigRuleEvaluationStatus of one': ({ config }) =>
    config.describeConfigRuleEvaluationStatus({ ConfigRuleNames: ['unused'] }),
  'DescribeConfigRuleEvaluationStatus of no rule': ({ config }) =>
    config.describeConfigRuleEvaluationStatus({ ConfigRuleNames: ['no-rule'] }),
  'DescribeRemediationConfigurations of one': ({ config }) =>
    config.describeRemediationConfigurations({ ConfigRuleNames: ['unused'] }),
  'DescribeRemediationConfigurations of nothing': ({ config }) =>
    config.describeRemediationConfigurations({ ConfigRuleNames: [] }),
  'DescribeConfigurationRecorders of all': ({ config }) =>
    config.describeConfigurationRecorders({}),
  'DescribeConfigurationRecorders of none': ({ config }) =>
    config.describeConfigurationRecorders({ ConfigurationRecorderNames: ['none'] }),
  'DescribeConfigurationRecorderStatus of one': ({ config }) =>
    config.describeConfigurationRecorderStatus({ ConfigurationRecorderNames: [recorder] }),
  'DescribeConfigurationRecorderStatus of none': ({ config }) =>
    config.describeConfigurationRecorderStatus({ ConfigurationRecorderNames: ['none'] }),
  'GetDocument in YAML': ({ ssm }) => ssm.getDocument({ Name, DocumentFormat }),
  'GetDocument of none': ({ ssm }) => ssm.getDocument({ Name: 'None', DocumentFormat }),
  'ListSecrets of a path': ({ secrets }) =>
    secrets.listSecrets({ Filters: [{ Key: 'name', Values: ['rule/'] }] }),
  'ListSecrets, one a page': ({ secrets }) => secrets.listSecrets({ MaxResults: 1 }),
  'ListSecrets, 101 a page': ({ secrets }) => secrets.listSecrets({ MaxResults: 101 }),
  'ListSubscriptionsByTopic of a topic': ({ sns }) => sns.listSubscriptionsByTopic({ TopicArn }),
  'ListSubscriptionsByTopic of no topic': ({ sns }) =>
    sns.listSubscriptionsByTopic({ TopicArn: `${TopicArn}-2` }),
  'GetFunctionConfiguration of one': ({ lambda }) =>
    lambda.getFunctionConfiguration({ FunctionName }),
  'GetFunctionConfiguration of none': ({ lambda }) =>
    lambda.getFunctionConfiguration({ FunctionName: 'none' }),
}).map(([name, send]) => ({ name, send }));

/** The answer with the report's rows by user name instead of its bytes. */
function withRows(answer: GetCredentialReportResponse): object {
  const csv = new TextDecoder().decode(answer.Content);
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  return { ...answer, Content: Object.fromEntries(data.map((row) => [row['user'], row])) };
}
