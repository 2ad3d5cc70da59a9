import type { Call, Input, ServiceName } from './call.ts';
import * as config from './config.ts';
import * as iam from './iam.ts';

/** An operation; its handler gives the members of the answer, or throws an AwsError. */
export interface Operation {
  service: ServiceName;
  operation: string;
  handler: (call: Call) => Input;
}

/** Every operation this account speaks, and no other. */
export const operations: readonly Operation[] = [
  { service: 'iam', operation: 'GenerateCredentialReport', handler: iam.generateReport },
  { service: 'iam', operation: 'GetCredentialReport', handler: iam.getReport },
  { service: 'iam', operation: 'GetAccountAuthorizationDetails', handler: iam.listUserDetails },
  { service: 'iam', operation: 'ListUsers', handler: iam.listUsers },
  { service: 'iam', operation: 'GetUser', handler: iam.getUser },
  { service: 'iam', operation: 'GetLoginProfile', handler: iam.getLoginProfile },
  { service: 'iam', operation: 'ListAccessKeys', handler: iam.listAccessKeys },
  { service: 'iam', operation: 'GetAccessKeyLastUsed', handler: iam.getAccessKeyLastUsed },
  { service: 'config', operation: 'PutEvaluations', handler: config.putEvaluations },
  { service: 'config', operation: 'GetComplianceDetailsByConfigRule', handler: config.listResults },
  { service: 'config', operation: 'GetResourceConfigHistory', handler: config.listItems },
];
