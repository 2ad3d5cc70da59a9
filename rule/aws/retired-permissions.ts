import { paginateGetParametersByPath, type SSMClient } from '@aws-sdk/client-ssm';
import { retirementPath } from '../core/names.ts';
import { noPermissions, type RetiredPermissions } from '../core/retired-permissions.ts';
import type { RevocationRecord } from '../core/revocation-record.ts';
import { decodePermissions } from '../formats/retired-permissions.ts';
import { all, eachItem, required } from './call.ts';

/**
 * What the retirement of a genuine record removes. Throws RecordError if the parameters are not those that the record
 * means: its hash covers their text, whoever wrote them.
 */
export async function readRetiredPermissions(
  ssm: SSMClient,
  { userId, executionId, retirement }: RevocationRecord,
): Promise<RetiredPermissions> {
  if (retirement === undefined || retirement.parts === 0) return noPermissions;
  const Path = retirementPath(userId, executionId);
  const parts = await all(
    eachItem(ssm, paginateGetParametersByPath, { Path, MaxResults: 10 }, ({ Parameters }) =>
      required(Parameters, 'Parameters').map(({ Name, Value }) => ({
        number: Number(required(Name, 'Name').slice(Path.length + 1)),
        text: Value ?? '',
      })),
    ),
  );
  const texts = parts
    .filter(({ number }) => number >= 1 && number <= retirement.parts)
    .toSorted((a, b) => a.number - b.number)
    .map(({ text }) => text);
  return decodePermissions(texts, retirement);
}
