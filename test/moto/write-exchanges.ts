import type { PutParameterRequest } from '@aws-sdk/client-ssm';
import type { Exchange } from './exchanges.ts';
import { ann, bob, type World } from './scenario.ts';

const [UserName, Password] = [bob.name, 'Correct-Horse-7'];
const AccessKeyId = 'AKIANOSUCHKEY0000000';
const Tags = [{ Key: 'team', Value: 'red' }];
const crowd = Array.from({ length: 51 }, (_, index) => ({ Key: `tag${index}`, Value: 'x' }));
const parameter = { ResourceType: 'Parameter', ResourceId: '/rule/ann' } as const;
const noParameter = { ...parameter, ResourceId: '/rule/none' } as const;
const SecretId = 'rule/ann';
const [first, second, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
const VersionStage = 'ours';

const put = ({ ssm }: World, rest: Partial<PutParameterRequest> = {}) =>
  ssm.putParameter({ Name: '/rule/ann', Value: 'x', Type: 'String', ...rest });
const describeBelow = ({ ssm }: World, Option: string) =>
  ssm.describeParameters({ ParameterFilters: [{ Key: 'Path', Option, Values: ['/rule'] }] });

/** The exchanges that write, with those that read what they wrote, in the order of sending. */
export const writeExchanges: readonly Exchange[] = Object.entries<Exchange['send']>({
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
  'TagUser with 51': ({ iam }) => iam.tagUser({ UserName, Tags: crowd }),
  'TagUser with one more than fits': ({ iam }) =>
    iam.tagUser({ UserName, Tags: crowd.slice(0, 50) }),
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
  'GetAccountPasswordPolicy where there is none': ({ iam }) => iam.getAccountPasswordPolicy({}),
  'GetAccountPasswordPolicy where there is one': async ({ iam, setPasswordPolicy }) => {
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
}).map(([name, send]) => ({ name, send }));
