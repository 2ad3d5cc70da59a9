/** Where moto answers otherwise than the local account does, and why that is as it should be. */
export interface Difference {
  /** The exchanges in which it shows, each by its name, which begins with the operation. */
  readonly exchanges: readonly string[];
  /** Where in the answer; left out where it is the whole, or an error in its place. */
  readonly paths?: readonly string[];
  /** A kind of value, or an error's name and HTTP status. */
  readonly local: string;
  readonly moto: string;
  readonly why: string;
}

const details = 'GetAccountAuthorizationDetails of users';
const report = 'GetCredentialReport once there is one';

/** Every difference there is. One that no longer shows fails the comparison, and has to go. */
export const differences: readonly Difference[] = [
  {
    exchanges: [report],
    paths: ['.Content.<root_account>'],
    ...{ local: 'object', moto: 'absent' },
    why: 'The first row of a report is the root user’s; moto has no root user.',
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
    why: 'moto gives the user’s creation, password or none; AWS documents N/A where there is none.',
  },
  {
    exchanges: [report],
    paths: ['.Content.ann.password_next_rotation', '.Content.bob.password_next_rotation'],
    ...{ local: 'N/A', moto: 'not_supported' },
    why: 'AWS documents N/A for a user whom no password policy makes rotate.',
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
    why: 'AWS documents N/A for a key that was never used or is not there.',
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
    why: 'On moto’s one page there are also users without a policy.',
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
    why: 'moto does not hold a name against the pattern that IAM’s model has for names.',
  },
  {
    exchanges: ['PutEvaluations of 101 as a test', 'PutEvaluations of an odd verdict as a test'],
    ...{ local: 'ValidationException 400', moto: 'object' },
    why: 'moto does not look into evaluations; AWS Config’s model sets 100 a request, and an enum.',
  },
  {
    exchanges: ['PutEvaluations of an empty list'],
    ...{ local: 'object', moto: 'InvalidParameterValueException 400' },
    why: 'moto takes an empty list for none; AWS Config’s model allows a list of 0.',
  },
  {
    exchanges: ['PutEvaluations without a list'],
    ...{ local: 'object', moto: 'InvalidParameterValueException 400' },
    why: 'The local account takes no list for an empty one; the rule always sends one.',
  },
  {
    exchanges: ['PutEvaluations with an empty token'],
    ...{ local: 'ValidationException 400', moto: 'InvalidResultTokenException 400' },
    why: 'The local account wants a character in every text; AWS Config’s model sets none here.',
  },
  {
    exchanges: ['PutEvaluations with a wrong token'],
    ...{ local: 'InvalidResultTokenException 400', moto: 'unreadable 500' },
    why: 'moto knows no tokens and no rules that could have issued them.',
  },
  {
    exchanges: ['PutEvaluations with a token of the rule'],
    ...{ local: 'object', moto: 'unreadable 500' },
    why: 'moto takes evaluations in TestMode only.',
  },
  {
    exchanges: ['GetResourceConfigHistory of a role'],
    ...{ local: 'object', moto: 'unreadable 200' },
    why: 'moto gives times as text, where this JSON protocol has numbers, and records no users.',
  },
];

/** Operations of which moto has nothing to compare with: its answer to all of them, and why. */
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
      why: 'moto does not implement it: it keeps documents, but runs none.',
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
