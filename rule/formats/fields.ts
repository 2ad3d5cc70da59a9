import * as v from 'valibot';
import { parseInstant } from '../core/instant.ts';

/** Text that is not empty. */
export const text = v.pipe(v.string(), v.nonEmpty());

/** An ISO 8601 instant with an offset. */
export const instant = v.pipe(
  v.string(),
  v.check((value) => parseInstant(value) !== undefined, 'Expected an ISO 8601 instant with offset'),
  v.transform((value) => parseInstant(value) ?? Number.NaN),
);
