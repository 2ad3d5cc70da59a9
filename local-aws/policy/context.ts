import type { Call } from '../protocol.ts';

/** What a request tells besides its action and resource; the values of a multivalued key are a list. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** The same as it is compared: keys in lower case, without those that have no value. */
export type Context = ReadonlyMap<string, readonly string[]>;

// Only what the local account gives: any other key would be missing in every request, and a condition that
// is negated, or asks for its absence, would hold without a reason.
const SINGLE_VALUED = [
  /^aws:principal(arn|account)$/,
  /^aws:(resource|request)tag\/./,
  /^iam:passedtoservice$/,
  /^ssm:overwrite$/,
  /^kms:encryptioncontext:./,
];
const MULTIVALUED = [/^aws:tagkeys$/];

/**
 * Reads the name of a condition key, whose case does not count, nor that of the tag key in it. Tells whether
 * it may have several values. Throws for a key that the local account does not know.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function readKey(name: string): { key: string; isMultivalued: boolean } {
  const key = name.toLowerCase();
  const isOneOf = (keys: readonly RegExp[]) => keys.some((known) => known.test(key));
  if (isOneOf(MULTIVALUED)) return { key, isMultivalued: true };
  if (isOneOf(SINGLE_VALUED)) return { key, isMultivalued: false };
  throw new Error(`The condition key ${name} is not known here`);
}

/** Reads a request's context. Throws for an unknown key, for one that is there twice, and for a list in the wrong place. */
export function readContext(context: RequestContext): Context {
  const read = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(context)) {
    const { key, isMultivalued } = readKey(name);
    if (read.has(key)) throw new Error(`The request has the condition key ${name} twice`);
    if (isMultivalued === (typeof value === 'string')) {
      throw new Error(`${name} must be ${isMultivalued ? 'a list' : 'one text'}`);
    }
    read.set(key, typeof value === 'string' ? [value] : value);
  }
  return read;
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Gives the condition keys that tell of the tags of what a request is about. */
export function resourceTags(tags: readonly Tag[] = []): RequestContext {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]));
}

/** Gives the condition keys that tell of the tags in a request itself; none where it has none. */
export function requestTags({ input }: Call): RequestContext {
  const tags = [...readForm(input), ...readJson(input['Tags'])];
  const removed = Object.entries(input).filter(([name]) => /^TagKeys\.member\.\d+$/.test(name));
  const keys = [...tags.map(({ Key }) => Key), ...removed.map(([, key]) => String(key))];
  const values = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value]);
  return keys.length === 0 ? {} : { 'aws:TagKeys': keys, ...Object.fromEntries(values) };
}

function readForm(input: Call['input']): Tag[] {
  return Object.entries(input)
    .filter(([name]) => /^Tags\.member\.\d+\.Key$/.test(name))
    .map(([name, Key]) => ({
      Key: String(Key),
      Value: String(input[name.replace(/Key$/, 'Value')]),
    }));
}

function readJson(tags: unknown): Tag[] {
  if (!Array.isArray(tags)) return [];
  return tags.map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) }));
}
