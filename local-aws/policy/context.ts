/** The condition keys of a request and their values; a multivalued key has a list. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** The same as conditions compare it: keys in lower case. */
export type Context = ReadonlyMap<string, readonly string[]>;

// Only the keys that the local account sets. Any other would be missing in every request, so that a
// negated condition, or one that asks for its absence, would hold without a reason.
const SINGLE_VALUED = [
  /^aws:principal(arn|account)$/,
  /^aws:(resource|request)tag\/./,
  /^iam:passedtoservice$/,
  /^ssm:overwrite$/,
  /^kms:encryptioncontext:./,
];
const MULTIVALUED = [/^aws:tagkeys$/];

/**
 * Reads the name of a condition key, which ignores case, also in a tag key. Throws for a key that the
 * local account does not set.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function readKey(name: string): { key: string; isMultivalued: boolean } {
  const key = name.toLowerCase();
  const isOneOf = (keys: readonly RegExp[]) => keys.some((known) => known.test(key));
  if (isOneOf(MULTIVALUED)) return { key, isMultivalued: true };
  if (isOneOf(SINGLE_VALUED)) return { key, isMultivalued: false };
  throw new Error(`The condition key ${name} is not supported here`);
}

/** Throws for an unsupported key, for a key that occurs twice, and for a list where one value belongs. */
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
