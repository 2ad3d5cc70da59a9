import type { ComplianceType, Evaluation } from '@aws-sdk/client-config-service';
import type { GetCredentialReportResponse } from '@aws-sdk/client-iam';
import Papa from 'papaparse';
import { ann, bob, type World } from './scenario.ts';

/** A request that both accounts are sent. */
export interface Exchange {
  /** The operation, then what is asked of it: no two are the same. */
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
const crowd = Array.from({ length: 101 }, () => evaluation);
const ConfigRuleName = 'unused';

/** Every exchange, in the order in which they are sent: asking for a report leaves one behind. */
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
    config.putEvaluations({ ResultToken: 'any', TestMode: true, Evaluations: crowd }),
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
}).map(([name, send]) => ({ name, send }));

/** Gives back the answer with the report's rows by user name in the place of its bytes. */
function withRows(answer: GetCredentialReportResponse): object {
  const csv = new TextDecoder().decode(answer.Content);
  const { data } = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  return { ...answer, Content: Object.fromEntries(data.map((row) => [row['user'], row])) };
}
