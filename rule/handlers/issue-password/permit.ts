import type { Clients } from '../../aws/clients.ts';
import { readProgress, readRecord } from '../../aws/ssm-parameters.ts';
import type { Clock } from '../../clock.ts';
import type { FunctionLocation } from '../../core/arns.ts';
import { ExpectedError } from '../../core/errors.ts';
import { type Instant, millisecondsPerDay } from '../../core/instant.ts';
import { documentNames, recordsPath } from '../../core/names.ts';
import { type OutstandingRecord, passwordMark } from '../../core/restoration-plan.ts';
import type { PasswordRequest } from '../../formats/remediation-request.ts';
import { requireAskingExecution } from '../asking-execution.ts';

/** The step of the document that asks for a password. */
const askingStep = 'IssuePassword';

/**
 * Resolves to the record that the request for a password rests on. Throws RefusedError unless the execution restores or
 * replaces a password for this user, under the role of this Region, in the step that runs. The record must be genuine,
 * name a deleted password, and be one that the execution may use.
 */
export async function permitPassword(
  { userId, executionId, recordName, passwordResetRequired }: PasswordRequest,
  ssm: Clients<'iam' | 'config' | 'ssm'>['ssm'],
  location: FunctionLocation,
  { now, clock }: { readonly now: Instant; readonly clock: Clock },
): Promise<OutstandingRecord> {
  const { document, starter, parameter } = await requireAskingExecution(
    { userId, executionId, documents: askers, step: askingStep, refusal },
    ssm,
    location,
    clock,
  );
  demand(
    recordName.startsWith(`${recordsPath}/${userId}/`),
    `record ${recordName} does not belong to user ${userId}`,
  );
  const isRestoration = document === documentNames.restore;
  if (isRestoration) {
    demand(
      parameter('RestorePassword') === 'true',
      `execution ${executionId} was not started to restore a password`,
    );
    demand(
      parameter('PasswordResetRequired') === String(passwordResetRequired),
      `execution ${executionId} has another PasswordResetRequired`,
    );
  } else {
    demand(
      parameter('PasswordAction') === 'Replace',
      `execution ${executionId} was not started to replace a password`,
    );
    demand(passwordResetRequired, 'a replaced password must be changed at the first sign-in');
    demand(
      starter.kind === 'person',
      `AWS does not name a person as the starter of execution ${executionId}`,
    );
  }

  const found = await readRecord(ssm, recordName, { ...location, userId });
  if (found === null) throw refusal(`record ${recordName} does not exist`);
  const { check, applied, restored } = found;
  if (!check.genuine) {
    throw refusal(`record ${recordName} is not genuine: ${check.why}; written by ${check.writer}`);
  }
  const { record } = check;
  if (isRestoration) {
    const asked = parameter('RevocationId');
    demand(
      asked === 'All' || asked === record.executionId,
      `execution ${executionId} was not started to restore from record ${recordName}`,
    );
    // The age counts only where the starter did not name the revocation.
    demand(
      asked !== 'All' ||
        now - record.recordedAt <= Number(parameter('MaxRecordAgeDays')) * millisecondsPerDay,
      `record ${recordName} is older than MaxRecordAgeDays`,
    );
    demand(
      applied ||
        parameter('IncludeUnconfirmed') === 'true' ||
        (await deletedPassword(ssm, record.executionId)),
      `record ${recordName} is not marked as carried out`,
    );
  } else {
    demand(
      record.executionId === executionId,
      `record ${recordName} is not that of execution ${executionId}`,
    );
  }
  demand(
    record.credentials.some(
      ({ type, action }) => type === 'password' && (isRestoration || action === 'Replace'),
    ),
    `record ${recordName} does not name a ${isRestoration ? '' : 'replaced '}password`,
  );
  return { record, running: false, applied, restored };
}

/** The documents that may ask. */
const askers: readonly string[] = [documentNames.restore, documentNames.revoke];

/** Whether the history of a revocation that has ended says that it deleted the password, read as the plan reads it. */
async function deletedPassword(ssm: Clients<'ssm'>['ssm'], executionId: string): Promise<boolean> {
  const { changed } = await readProgress(ssm, executionId);
  return changed?.has(passwordMark) === true;
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw refusal(otherwise);
}

export function refusal(why: string): ExpectedError {
  return new ExpectedError(
    'RefusedError',
    `No password was issued: ${why}. Only ${documentNames.restore} and ${documentNames.revoke} may request one, while they run`,
  );
}
