import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Clock } from '../../rule/clock.ts';
import { categories } from '../../rule/core/assess-user.ts';
import { ExpectedError, messageOf } from '../../rule/core/errors.ts';
import { formatInstant, type Instant, millisecondsPerDay } from '../../rule/core/instant.ts';
import type { RuleParameters } from '../../rule/core/rule-parameters.ts';
import { instant } from '../../rule/formats/fields.ts';
import type { PrivateFolder } from '../private-folder.ts';
import { count } from '../terminal/counts.ts';
import type { AuditedUser, Gathered } from './result.ts';

/** What a stored result depends on. An audit with another key must not use it. */
export type CacheKey =
  | {
      readonly kind: 'account';
      /** The version of this tool. */
      readonly version: string;
      readonly role: string;
      readonly parameters: RuleParameters;
      readonly sshKeys: boolean;
      /** Null for the time of the audit. */
      readonly asOf: Instant | null;
    }
  | {
      readonly kind: 'organization';
      readonly version: string;
      /** The ARN of the aggregator. */
      readonly aggregator: string;
      readonly ruleName: string;
    };

/** Results that earlier audits have read. */
export interface AuditCache {
  /** The stored result of that name if it can be used, or else what `read` finds, which is stored. */
  readonly through: (
    name: string,
    key: CacheKey,
    read: () => Promise<Gathered>,
  ) => Promise<Gathered>;
  /** How many results were stored ones, and why others were not used. */
  readonly notes: () => readonly string[];
}

/** A cache that stores nothing. */
export const noCache: AuditCache = { through: (_, __, read) => read(), notes: () => [] };

/** A stored result is used for this long. */
const usedFor = millisecondsPerDay;

const refusals = {
  old: 'more than 24 hours old',
  other: 'of another version or other options',
  broken: 'damaged',
  unreadable: 'not readable',
} as const;

type Stored =
  | { readonly gathered: Gathered; readonly readAt: Instant }
  | { readonly refusal: keyof typeof refusals };

/**
 * A cache in a folder, with a file for each result, which is written when it has been read: an audit that is
 * interrupted goes on from there. An account is stored only if it was read whole. A file that cannot be read or written
 * is a note.
 */
export function createCache(folder: PrivateFolder, clock: Clock): AuditCache {
  const used: Instant[] = [];
  const refused: (keyof typeof refusals)[] = [];
  let failure: string | null = null;
  const readStored = async (file: string, name: string, key: CacheKey): Promise<Stored | null> => {
    try {
      const text = await folder.read(file);
      return text === null ? null : parse(text, name, key, clock.now());
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      return { refusal: 'unreadable' };
    }
  };
  return {
    through: async (name, key, read) => {
      const file = `${name}.json`;
      const stored = await readStored(file, name, key);
      if (stored !== null && 'gathered' in stored) {
        used.push(stored.readAt);
        return stored.gathered;
      }
      if (stored !== null) refused.push(stored.refusal);
      const readAt = clock.now();
      const gathered = await read();
      if (!isWhole(gathered, key)) return gathered;
      try {
        await folder.write(file, JSON.stringify({ key, readAt: formatInstant(readAt), gathered }));
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        failure ??= messageOf(error);
      }
      return gathered;
    },
    notes: () => notesOn(folder.path, used, refused, failure),
  };
}

/**
 * Whether a result is complete enough to be stored. An account with users that could not be evaluated is not,
 * because another attempt may succeed. Errors of users in AWS Config's results would stay the same.
 */
function isWhole({ accounts, errors, isPartial }: Gathered, { kind }: CacheKey): boolean {
  const isRead = accounts.every(({ failure }) => failure === undefined);
  return isRead && isPartial === undefined && (kind === 'organization' || errors.length === 0);
}

function notesOn(
  path: string,
  used: readonly Instant[],
  refused: readonly (keyof typeof refusals)[],
  failure: string | null,
): string[] {
  const reasons = (Object.keys(refusals) as (keyof typeof refusals)[]).flatMap((reason) => {
    const found = refused.filter((each) => each === reason);
    const [verb, pronoun] = found.length === 1 ? ['is', 'was'] : ['are', 'were'];
    const text = `${count(found.length, 'result')} in ${path} ${verb} ${refusals[reason]}`;
    return found.length === 0 ? [] : [`${text}, and ${pronoun} read again`];
  });
  const from =
    used.length === 0
      ? []
      : [
          `${count(used.length, 'result')} from ${path}, read since ${formatInstant(Math.min(...used))}`,
        ];
  return [...from, ...reasons, ...(failure === null ? [] : [`results not stored: ${failure}`])];
}

function parse(text: string, name: string, key: CacheKey, now: Instant): Stored {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { refusal: 'broken' };
  }
  const envelope = v.safeParse(v.object({ key: v.unknown(), readAt: instant }), json);
  if (!envelope.success) return { refusal: 'broken' };
  const { key: storedKey, readAt } = envelope.output;
  // JSON cannot hold undefined, so the key is compared in the form in which it was written.
  if (!isDeepStrictEqual(storedKey, JSON.parse(JSON.stringify(key)))) return { refusal: 'other' };
  if (now - readAt > usedFor || readAt > now) return { refusal: 'old' };
  const result = v.safeParse(storedResult, json);
  if (!result.success) return { refusal: 'broken' };
  const { gathered } = result.output;
  const isOwn = key.kind !== 'account' || isOnly(gathered, name);
  return isOwn ? { gathered, readAt } : { refusal: 'broken' };
}

/** Whether everything belongs to this account. Someone may have renamed a file. */
function isOnly({ accounts, users }: Gathered, accountId: string): boolean {
  return [...accounts, ...users].every((each) => each.accountId === accountId);
}

const text = v.string();
/** A date or an instant: `--compare` and the charts calculate with it. */
const time = v.pipe(
  text,
  v.check((value) => !Number.isNaN(Date.parse(value))),
);
const amount = v.pipe(v.number(), v.integer(), v.minValue(0));
const orNull = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);
const status = v.picklist(['Active', 'Inactive', 'Expired']);

const user: v.GenericSchema<unknown, AuditedUser> = v.strictObject({
  ...{ userName: text, arn: text, userId: orNull(text), accountId: text },
  compliance: v.picklist(['COMPLIANT', 'NON_COMPLIANT']),
  category: orNull(v.picklist(categories)),
  annotation: text,
  becomesUnused: orNull(time),
  exemption: orNull(
    v.variant('kind', [
      v.strictObject({ kind: v.literal('path'), prefix: text }),
      v.strictObject({ kind: v.literal('tag'), until: time }),
      v.strictObject({
        kind: v.literal('ignored'),
        reason: v.picklist(['ended', 'too-distant', 'malformed']),
      }),
    ]),
  ),
  credentials: v.array(
    v.strictObject({
      type: v.picklist(['password', 'access-key']),
      id: orNull(text),
      slot: orNull(v.picklist([1, 2])),
      lastActivity: time,
      basis: orNull(v.picklist(['used', 'created', 'changed'])),
      ...{ idleDays: amount, threshold: amount, unused: v.boolean(), due: v.boolean() },
      ...{ created: orNull(time), lastUsed: orNull(time), becomesUnused: time },
      ...{ lastUsedService: orNull(text), lastUsedRegion: orNull(text) },
    }),
  ),
  unjudged: v.array(
    v.strictObject({
      kind: v.picklist([
        'service-specific-credential',
        'ssh-key',
        'signing-certificate',
        'access-key',
      ]),
      ...{ id: orNull(text), service: orNull(text), status },
      ...{ created: orNull(time), expires: orNull(time) },
    }),
  ),
});

const storedResult: v.GenericSchema<unknown, { readonly gathered: Gathered }> = v.object({
  gathered: v.strictObject({
    accounts: v.array(v.strictObject({ accountId: text, asOf: v.number() })),
    users: v.array(user),
    errors: v.array(v.strictObject({ arn: text, message: text, accountId: orNull(text) })),
    asOf: v.number(),
    unjudged: orNull(
      v.strictObject({
        serviceSpecificCredentials: orNull(amount),
        expiringSoon: amount,
        sshKeys: orNull(amount),
        signingCertificates: amount,
        usersWithMoreThanTwoAccessKeys: amount,
      }),
    ),
    notes: v.array(text),
  }),
});
