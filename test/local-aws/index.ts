export * from './account.ts';
export type { Input, ServiceName } from './call.ts';
export { renderCredentialReport } from './credential-report.ts';
export { deny, type Fault, type FaultTarget, throttle } from './faults.ts';
export { type Operation, operations } from './operations.ts';
export type { LoggedRequest, RequestLog } from './request-log.ts';
export { type LocalAws, startLocalAws } from './server.ts';
