import type { Difference } from './differences.ts';

const histories = ['GetParameterHistory of one', 'GetParameterHistory, one a page'];
const descriptions = ['DescribeParameters of all', 'DescribeParameters below a path'];

/** The differences that show in the exchanges which write, and in those which read what they wrote. */
export const writeDifferences: readonly Difference[] = [
  {
    exchanges: ['UpdateAccessKey to Expired'],
    ...{ local: 'ValidationError 400', moto: 'object' },
    why: 'moto takes any status; AWS documents that a key cannot be set to Expired.',
  },
  {
    exchanges: ['CreateLoginProfile with a short password'],
    ...{ local: 'PasswordPolicyViolationException 400', moto: 'object' },
    why: 'moto holds no password against a policy; IAM wants 8 characters where there is none.',
  },
  {
    exchanges: ['TagUser with 51', 'TagUser with JSON'],
    ...{ local: 'ValidationError 400', moto: 'object' },
    why: 'moto does not hold tags against IAM’s model: 50 in a request, and few characters.',
  },
  {
    exchanges: ['TagUser with one more than fits'],
    ...{ local: 'LimitExceededException 409', moto: 'object' },
    why: 'moto does not count the tags of a user; AWS documents a limit of 50.',
  },
  {
    exchanges: ['GetAccountPasswordPolicy where there is one'],
    paths: ['.PasswordPolicy.HardExpiry'],
    ...{ local: 'absent', moto: 'boolean' },
    why: 'The local account knows only what a new password is held against.',
  },
  {
    exchanges: ['GetAccountPasswordPolicy where there is one'],
    paths: ['.PasswordPolicy.MaxPasswordAge'],
    ...{ local: 'absent', moto: 'number' },
    why: 'moto gives an age of 0 for none; AWS’s model allows 1 to 1,095 days.',
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
    why: 'AWS documents that a hierarchy starts with a slash; moto finds nothing below any other.',
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
    why: 'moto leaves out the empty list of policies that AWS’s sample answers have.',
  },
  {
    exchanges: descriptions,
    paths: ['.Parameters[].ARN'],
    ...{ local: 'text', moto: 'absent' },
    why: 'AWS’s model has the ARN in a description; moto does not give it yet.',
  },
  {
    exchanges: [
      'PutResourcePolicy of no secret',
      'PutSecretValue of no secret',
      'DescribeSecret of none',
      'UpdateSecretVersionStage of no secret',
    ],
    ...{ local: 'ResourceNotFoundException 400', moto: 'ResourceNotFoundException 404' },
    why: 'AWS documents the HTTP status 400 for it, as for other errors of the client’s.',
  },
  {
    exchanges: [
      'UpdateSecretVersionStage without its holder',
      'UpdateSecretVersionStage of another holder',
    ],
    ...{ local: 'InvalidParameterException 400', moto: 'object' },
    why: 'AWS documents that the version which holds the label must be named; moto lets two hold it.',
  },
];
