import type { SSMClient } from '@aws-sdk/client-ssm';
import { retirementPath } from '../core/names.ts';
import type { RemovedPermissions } from '../core/permission-plan.ts';
import { noPermissions } from '../core/retired-permissions.ts';
import type { RevocationRecord } from '../core/revocation-record.ts';
import type { RecordOwner, StoredRecord } from '../formats/record-codec.ts';
import { checkParts } from '../formats/retired-permissions.ts';
import { readHistory } from './ssm-parameters.ts';

/**
 * Reads what a retirement removed from its parameters. Compares each part with the hash in the retirement's record,
 * which the caller has checked.
 */
export async function readRetired(
  ssm: SSMClient,
  { userId, executionId, retirement }: RevocationRecord,
  owner: RecordOwner,
): Promise<RemovedPermissions> {
  if (retirement === undefined) return { permissions: noPermissions, damaged: [] };
  const parameters: StoredRecord[] = [];
  const count = retirement.parts.reduce((sum, part) => sum + part.parameters, 0);
  for (let number = 1; number <= count; number += 1) {
    const name = `${retirementPath(userId, executionId)}/${number}`;
    parameters.push({ name, versions: (await readHistory(ssm, name)) ?? [] });
  }
  return checkParts(parameters, retirement, owner);
}
