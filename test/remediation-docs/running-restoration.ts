import type { LocalExecution } from '../../local-aws/account.ts';
import { decodeRecord, encodeRecord } from '../../rule/formats/record-codec.ts';
import { type RestorationCase, recordOf, recordText, write } from './restoration-case.ts';

export const executionId = '99999999-2222-4333-8444-555555555555';

/** A running restoration of everything, which may request a password for the user. */
export function running(
  { account, frank, local }: RestorationCase,
  change: Partial<LocalExecution> = {},
  parameters: Record<string, string> = {},
): void {
  const asked = {
    ...{ IAMResourceId: frank.userId, RestorePassword: 'true', RevocationId: 'All' },
    AutomationAssumeRole: 'arn:aws:iam::123456789012:role/UnusedIamCredentials-Restore-us-east-1',
  };
  account.automation.executions.set(executionId, {
    ...{ id: executionId, documentName: 'UnusedIamCredentials-Restore', status: 'InProgress' },
    ...{ start: local.now, outputs: {}, steps: [], currentStepName: 'IssuePassword' },
    ...change,
    parameters: { ...asked, ...parameters },
  });
}

/** Invokes the function as the document's step does. */
export function ask(
  { local, frank, recordName }: RestorationCase,
  change: Record<string, string> = {},
) {
  const request = { userId: frank.userId, executionId, recordName, passwordResetRequired: 'true' };
  return local.invoke('unused-iam-credentials-issue-password', { ...request, ...change });
}

/** Writes a record as the revocation does, with other credentials. */
export function writeRecord(
  found: RestorationCase,
  credentials: 'all' | 'keys',
  caller: string,
): string {
  const name = recordOf(found.frank, executionId);
  const record = { ...decodeRecord(recordText(found)), executionId, name };
  const kept = record.credentials.filter(
    ({ type }) => credentials === 'all' || type !== 'password',
  );
  write(found, caller, name, encodeRecord({ ...record, credentials: kept }));
  found.account.parameters.get(name)?.tags.set('applied', '2026-11-21T06:30:00Z');
  return name;
}
