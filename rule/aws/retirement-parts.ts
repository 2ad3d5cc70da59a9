import type { SSMClient } from '@aws-sdk/client-ssm';
import { retirementPath } from '../core/names.ts';
import type { RevocationRecord } from '../core/revocation-record.ts';
import type { RecordOwner, StoredRecord } from '../formats/record-codec.ts';
import { checkParts, type PartsCheck } from '../formats/retired-permissions.ts';
import { readHistory } from './ssm-parameters.ts';

/** Reads what a retirement removed, from the parameters of which its genuine record has the hash. */
export async function readRetired(
  ssm: SSMClient,
  { userId, executionId, retirement }: RevocationRecord,
  owner: RecordOwner,
): Promise<PartsCheck> {
  const parts: StoredRecord[] = [];
  const count = retirement?.parts ?? 0;
  for (let part = 1; part <= count; part += 1) {
    const name = `${retirementPath(userId, executionId)}/${part}`;
    parts.push({ name, versions: (await readHistory(ssm, name)) ?? [] });
  }
  return checkParts(parts, retirement, owner);
}
