/** A difference between the answers of moto and of the local account, and why the local one is right. */
export interface Difference {
  /** The names of the exchanges that show it. */
  readonly exchanges: readonly string[];
  /** The paths in the answer; missing if the whole answer differs, or one is an error. */
  readonly paths?: readonly string[];
  /** A kind of value, or an error's name and HTTP status. */
  readonly local: string;
  readonly moto: string;
  readonly why: string;
}

const details = 'GetAccountAuthorizationDetails of users';
const report = 'GetCredentialReport once there is one';
const histories = ['GetParameterHistory of one', 'GetParameterHistory, one a page'];
const descriptions = ['DescribeParameters of all', 'DescribeParameters below a path'];

/** Every difference. The comparison fails if one no longer shows. */
export const differences: readonly Difference[] = [
  {
    exchanges: [report],
    paths: ['.Content.<root_account>'],
    ...{ local: 'object', moto: 'absent' },
    why: 'The first row of a report is that of the root user; moto has no root user.',
  },
  {
    exchanges: [report],
    paths: ['.Content.bob.password_last_used'],
    ...{ local: 'N/A', moto: 'not_supported' },
    why: 'AWS documents N/A for a user without a password; not_supported is for the root user.',
  },
  {
    exchanges: [report],
    paths: ['.Content.bob.password_last_changed'],
    ...{ local: 'N/A', moto: 'date text' },
    why: 'moto gives the creation date of the user, with or without a password; AWS documents N/A for no password.',
  },
  {
    exchanges: [report],
    paths: ['.Content.ann.password_next_rotation', '.Content.bob.password_next_rotation'],
    ...{ local: 'N/A', moto: 'not_supported' },
    why: 'AWS documents N/A if the password policy requires no rotation.',
  },
  {
    exchanges: [report],
    paths: cells(['ann'], [1]),
    ...{ local: 'text', moto: 'not_supported' },
    why: 'moto’s report does not know where a key was used, though GetAccessKeyLastUsed does.',
  },
  {
    exchanges: [report],
    paths: [...cells(['ann'], [2]), ...cells(['bob'], [1, 2])],
    ...{ local: 'N/A', moto: 'not_supported' },
    why: 'AWS documents N/A for a missing key and for one that was never used.',
  },
  {
    exchanges: [details, `${details}, one a page`],
    paths: ['.UserDetailList[].Tags'],
    ...{ local: 'list', moto: 'absent or list' },
    why: 'moto leaves out an empty list of tags; the rule reads both alike.',
  },
  {
    exchanges: [`${details}, one a page`, 'ListUsers, one a page', 'ListAccessKeys, one a page'],
    paths: ['.Marker'],
    ...{ local: 'text', moto: 'absent' },
    why: 'moto gives everything on one page, whatever MaxItems says.',
  },
  {
    exchanges: [`${details}, one a page`],
    paths: ['.UserDetailList[].AttachedManagedPolicies[]'],
    ...{ local: 'object', moto: 'absent or object' },
    why: 'moto’s only page also has users without a policy.',
  },
  {
    exchanges: [
      'ListAccessKeys of one with two',
      'ListAccessKeys of one without',
      'ListAccessKeys, one a page',
    ],
    paths: ['.IsTruncated'],
    ...{ local: 'boolean', moto: 'absent' },
    why: 'AWS’s sample answers have IsTruncated; an SDK takes its absence for false.',
  },
  {
    exchanges: [
      'GetAccountAuthorizationDetails from a marker of its own making',
      'ListUsers from a marker of its own making',
      'ListUsers, none a page',
    ],
    ...{ local: 'ValidationError 400', moto: 'object' },
    why: 'moto does not read Marker and MaxItems; IAM’s model allows 1 to 1,000 items a page.',
  },
  {
    exchanges: ['GetUser of a name that cannot be'],
    ...{ local: 'ValidationError 400', moto: 'NoSuchEntityException 404' },
    why: 'moto does not check names against the pattern in IAM’s model.',
  },
  {
    exchanges: ['PutEvaluations of 101 as a test', 'PutEvaluations of an odd verdict as a test'],
    ...{ local: 'ValidationException 400', moto: 'object' },
    why: 'moto does not check evaluations; AWS Config’s model allows 100 a request, and an enum.',
  },
  {
    exchanges: ['PutEvaluations of an empty list'],
    ...{ local: 'object', moto: 'InvalidParameterValueException 400' },
    why: 'moto takes an empty list for a missing one; AWS Config’s model allows it.',
  },
  {
    exchanges: ['PutEvaluations without a list'],
    ...{ local: 'object', moto: 'InvalidParameterValueException 400' },
    why: 'The local account takes a missing list for an empty one; the rule always sends one.',
  },
  {
    exchanges: ['PutEvaluations with an empty token'],
    ...{ local: 'ValidationException 400', moto: 'InvalidResultTokenException 400' },
    why: 'The local account requires a character in every text; AWS Config’s model does not here.',
  },
  {
    exchanges: ['PutEvaluations with a wrong token'],
    ...{ local: 'InvalidResultTokenException 400', moto: 'unreadable 500' },
    why: 'moto has no result tokens.',
  },
  {
    exchanges: ['PutEvaluations with a token of the rule'],
    ...{ local: 'object', moto: 'unreadable 500' },
    why: 'moto accepts evaluations in TestMode only.',
  },
  {
    exchanges: ['GetResourceConfigHistory of a role'],
    ...{ local: 'object', moto: 'unreadable 200' },
    why: 'moto gives times as text; this JSON protocol has numbers.',
  },
  {
    exchanges: ['UpdateAccessKey to Expired'],
    ...{ local: 'ValidationError 400', moto: 'object' },
    why: 'moto takes any status; AWS documents that a key cannot be set to Expired.',
  },
  {
    exchanges: ['CreateLoginProfile with a short password'],
    ...{ local: 'PasswordPolicyViolationException 400', moto: 'object' },
    why: 'moto checks no password policy; the default policy of IAM requires 8 characters.',
  },
  {
    exchanges: ['TagUser with 51', 'TagUser with JSON'],
    ...{ local: 'ValidationError 400', moto: 'object' },
    why: 'moto does not check tags against IAM’s model: 50 a request, and a set of characters.',
  },
  {
    exchanges: ['TagUser with one more than fits'],
    ...{ local: 'LimitExceededException 409', moto: 'object' },
    why: 'moto does not count the tags of a user; AWS documents a limit of 50.',
  },
  {
    exchanges: ['GetAccountPasswordPolicy with a policy'],
    paths: ['.PasswordPolicy.HardExpiry'],
    ...{ local: 'absent', moto: 'boolean' },
    why: 'The local account has only the members that a new password must meet.',
  },
  {
    exchanges: ['GetAccountPasswordPolicy with a policy'],
    paths: ['.PasswordPolicy.MaxPasswordAge'],
    ...{ local: 'absent', moto: 'number' },
    why: 'moto gives an age of 0 for no maximum; AWS’s model allows 1 to 1,095 days.',
  },
  {
    exchanges: [
      'PutParameter that nests another',
      'PutParameter of 4,097 characters',
      'PutParameter of an odd name',
      'PutParameter of 16 levels',
    ],
    ...{ local: 'ValidationException 400', moto: 'object' },
    why: 'moto does not check these; AWS documents 4,096 characters, the legal names and 15 levels.',
  },
  {
    exchanges: ['GetParametersByPath without a slash'],
    ...{ local: 'ValidationException 400', moto: 'object' },
    why: 'AWS documents that a path starts with a slash; moto accepts any path.',
  },
  {
    exchanges: [...histories, ...descriptions],
    paths: ['.Parameters[].LastModifiedUser'],
    ...{ local: 'text', moto: 'N/A' },
    why: 'moto does not record who wrote a parameter; AWS gives the ARN.',
  },
  {
    exchanges: [...histories, ...descriptions],
    paths: ['.Parameters[].Policies'],
    ...{ local: 'list', moto: 'absent' },
    why: 'moto omits the empty list of policies that AWS’s sample answers have.',
  },
  {
    exchanges: descriptions,
    paths: ['.Parameters[].ARN'],
    ...{ local: 'text', moto: 'absent' },
    why: 'AWS’s model has the ARN in a description; moto does not.',
  },
  {
    exchanges: [
      'PutResourcePolicy of no secret',
      'PutSecretValue of no secret',
      'DescribeSecret of none',
      'UpdateSecretVersionStage of no secret',
    ],
    ...{ local: 'ResourceNotFoundException 400', moto: 'ResourceNotFoundException 404' },
    why: 'AWS documents the HTTP status 400 for this error.',
  },
  {
    exchanges: [
      'UpdateSecretVersionStage without its holder',
      'UpdateSecretVersionStage of another holder',
    ],
    ...{ local: 'InvalidParameterException 400', moto: 'object' },
    why: 'AWS documents that the request must name the version with the label; moto does not check.',
  },
  {
    exchanges: ['ListSecrets, 101 a page'],
    ...{ local: 'ValidationException 400', moto: 'object' },
    why: 'moto does not read MaxResults; AWS’s model allows 1 to 100 secrets a page.',
  },
  {
    exchanges: ['ListSecrets of a path', 'ListSecrets, one a page'],
    paths: [`.SecretList[].SecretVersionsToStages.${'b'.repeat(32)}`],
    ...{ local: 'absent', moto: 'list' },
    why: 'AWS documents that versions without a label are not listed.',
  },
  ...Object.entries({
    list: ['Architectures', 'Layers'],
    number: ['CodeSize', 'MemorySize', 'Timeout'],
    object: ['EphemeralStorage', 'SnapStart', 'TracingConfig'],
    text: ['CodeSha256', 'LastModified', 'PackageType', 'Role'],
  }).map(([moto, members]) => ({
    exchanges: ['GetFunctionConfiguration of one'],
    paths: members.map((member) => `.${member}`),
    ...{ local: 'absent', moto },
    why: 'The local account describes only what the program reads of a function.',
  })),
];

/** The operations that moto does not have, with its answer to all of them. */
export const notComparable = [
  {
    operation: 'GetComplianceDetailsByConfigRule',
    moto: 'unreadable 500',
    why: 'moto does not implement it: it stores no results of rules.',
  },
  {
    operation: 'DescribeConfigRuleEvaluationStatus',
    moto: 'unreadable 500',
    why: 'moto does not implement it: its rules are never evaluated.',
  },
  {
    operation: 'DescribeRemediationConfigurations',
    moto: 'unreadable 500',
    why: 'moto does not implement it: its rules have no remediations.',
  },
  {
    operation: 'StartRemediationExecution',
    moto: 'unreadable 500',
    why: 'moto does not implement it: its rules have no remediations.',
  },
  ...['StartAutomationExecution', 'GetAutomationExecution', 'DescribeAutomationStepExecutions'].map(
    (operation) => ({
      operation,
      moto: 'unreadable 500',
      why: 'moto does not implement it: it stores documents, but runs none.',
    }),
  ),
];

function cells(users: readonly string[], slots: readonly number[]): string[] {
  return users.flatMap((user) =>
    slots.flatMap((slot) =>
      ['region', 'service'].map((what) => `.Content.${user}.access_key_${slot}_last_used_${what}`),
    ),
  );
}
