import * as v from 'valibot';
import { recordName } from '../core/names.ts';
import type { AnnouncedKey, PurgedKey } from '../core/purge-plan.ts';
import { encodedJson, encodeJson } from './fields.ts';
import { executionId } from './remediation-request.ts';

/** A key that the document announces or deletes. */
export interface PurgeItem extends AnnouncedKey {
  readonly userId: string;
  readonly userName: string;
}

const item = v.pipe(
  v.strictTuple([
    v.pipe(v.string(), v.regex(/^AIDA[A-Z0-9]{12,124}$/u, 'expected the unique ID of a user')),
    executionId,
    v.pipe(v.string(), v.regex(/^[A-Z0-9]{16,128}$/u, 'expected an access key ID')),
    v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,64}$/u, 'expected a user name')),
  ]),
  v.transform(([userId, revocationId, accessKeyId, userName]): PurgeItem => {
    return { userId, accessKeyId, userName, recordName: recordName(userId, revocationId) };
  }),
);

/** Reads what `encodeItem` writes. */
export const encodedItem = v.pipe(encodedJson, item);

/** Reads what `encodeItems` writes. */
export const encodedItems = v.pipe(encodedJson, v.array(item));

/** Writes one pass through a loop of the document, because AWS does not document how a loop passes objects. */
export const encodeItem = (key: PurgedKey): string => encodeJson(toTuple(key));

/** Writes all keys as one text, because AWS does not document how a step passes a list to a function. */
export const encodeItems = (keys: readonly PurgedKey[]): string => encodeJson(keys.map(toTuple));

function toTuple({ userId, userName, id, record }: PurgedKey): string[] {
  return [userId, record.executionId, id, userName];
}
