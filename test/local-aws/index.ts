export * from './account.ts';
export type { Input, Perform, ServiceName } from './call.ts';
export { renderCredentialReport } from './credential-report.ts';
export type * from './deployment.ts';
export { deny, type Fault, type FaultTarget, throttle } from './faults.ts';
export { type Operation, operations } from './operations.ts';
export { listPermissions } from './policy/authorize.ts';
export {
  evaluatePolicies,
  type PolicyDecision,
  type PolicyRequest,
} from './policy/evaluate-policy.ts';
export type { Policy, Statement } from './policy/policy.ts';
export type { LoggedRequest, RequestLog } from './request-log.ts';
export { type LocalAws, type LocalAwsOptions, startLocalAws, unanswered } from './server.ts';
