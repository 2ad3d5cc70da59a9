import * as v from 'valibot';
import { encodedJson, encodeJson } from './fields.ts';

/** What a restoration verified as restored, and to whom. */
export interface RestoredData {
  readonly userId: string;
  /** By the names of marks: `markName`, `permissionName` and `denyMark`. */
  readonly restored: readonly string[];
}

const schema = v.object({ userId: v.string(), restored: v.array(v.string()) });
const encoded = v.pipe(encodedJson, schema);
/** Automation may show a text as JSON. */
const shown = v.union([encoded, v.pipe(v.string(), v.parseJson(), encoded)]);

/** For the output `RestoredData`. */
export function encodeRestoredData({ userId, restored }: RestoredData): string {
  return encodeJson({ userId, restored });
}

/**
 * Reads the output `RestoredData`; null if its texts are not such data. If the step did not run, AWS returns a
 * sentence instead.
 */
export function decodeRestoredData(texts: readonly string[] | undefined): RestoredData | null {
  const { success, output } = v.safeParse(shown, texts?.join());
  return success ? output : null;
}
