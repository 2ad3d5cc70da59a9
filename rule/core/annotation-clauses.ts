/**
 * Every clause that an annotation can hold; {} stands for a value. The same text writes and reads it, so that a later
 * run can tell what an earlier one reported.
 */
const grammar = {
  exemptByPath: 'Exempt by path {path}',
  exemptUntil: 'Exempt until {instant}',
  exemptionEnded: 'exemption until "{instant}" has ended',
  exemptionTooDistant: 'exemption until "{instant}" is more than {days} days ahead: ignored',
  exemptionMalformed: 'exemption ignored: malformed value, not an ISO date',
  noCredentials: 'no password or active access key',
  nothingUnused: 'nothing unused',
  due: '{credential} {activity} ({idle}, limit {days})',
  unused: '{credential} unused {idle}',
  becomesUnused: 'becomes unused {flip}: {credential}',
  allowedUntil: 'allowed by scope {scope} until {flip}',
  allowed: 'allowed by scope {scope}',
  notEvaluated: '{kinds} not evaluated',
  more: '+{count} more',
  warned: 'warning sent: {credential} {flip}',
  warnedLast: 'last warning sent: {credential} {flip}',
  lastUsedIn: '{credential} last used by {service} in {region}',
  lastUsedBy: '{credential} last used by {service}',
  notAnnounced: 'not announced yet',
} as const;

type Grammar = typeof grammar;
type ClauseKind = keyof Grammar;
type FieldsOf<Text> = Text extends `${string}{${infer Field}}${infer Rest}`
  ? Field | FieldsOf<Rest>
  : never;
type Field = FieldsOf<Grammar[ClauseKind]>;

// Any principal that can put results can write an annotation, so numbers and dates that the rule cannot write are ignored.
const [number, word] = ['\\d{1,6}', '\\S+'];
const date = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])';
const name = '[A-Za-z0-9.-]+';

/** What a value looks like. No value contains a semicolon before a space, which separates clauses. */
const fields: Readonly<Record<Field, string>> = {
  path: word,
  instant: word,
  activity: `(?:used|changed|never used, since) ${date}(?:, not used since)?`,
  flip: date,
  credential: 'password|key(?: \\w+)?',
  // Only the first clause with an idle time has the unit.
  idle: `${number}(?: days)?`,
  days: number,
  count: number,
  scope: '[a-z-]+',
  service: name,
  region: name,
  kinds: '(?:certificates and )?other credentials|certificates',
};

/** A clause as data: values by the names of the grammar's fields. */
export interface Clause {
  readonly kind: ClauseKind;
  readonly values: Readonly<Partial<Record<Field, string>>>;
}

/** A clause of that kind, with the values that it needs. */
export function clause<Kind extends ClauseKind>(
  kind: Kind,
  values: Readonly<Record<FieldsOf<Grammar[Kind]>, string>>,
): Clause {
  return { kind, values };
}

/** AWS Config takes annotations of 1 to 256 characters. */
const maxLength = 256;
const separator = '; ';
// Stryker disable next-line Regex: it is read when the module is loaded, before Stryker changes it
const placeholder = /\{(\w+)\}/u;

const kinds = Object.keys(grammar) as ClauseKind[];

/**
 * The parts of each clause's text, split at its fields: texts and field names alternate, and a text comes first and
 * last.
 */
// Stryker disable next-line ArrowFunction: it is read when the module is loaded, before Stryker changes it
const pieces = new Map(kinds.map((kind) => [kind, grammar[kind].split(placeholder)]));

// Stryker disable next-line BlockStatement: it is called when the module is loaded, before Stryker changes it
function piecesOf(kind: ClauseKind): readonly string[] {
  // Stryker disable next-line ArrayDeclaration: every kind has pieces, which the types do not show
  return pieces.get(kind) ?? [];
}

/** What a later run needs to know about the messages of earlier ones. */
const stateKinds: ReadonlySet<ClauseKind> = new Set(['warned', 'warnedLast', 'notAnnounced']);

/** Whether a later run reads from the clause which messages were sent. */
export function isStateClause({ kind }: Clause): boolean {
  return stateKinds.has(kind);
}

/**
 * Whether the clause is shown only where it fits after all others. Such a clause says nothing that the verdict
 * depends on.
 */
export function isExtra({ kind }: Clause): boolean {
  return kind === 'lastUsedIn' || kind === 'lastUsedBy';
}

/**
 * The text of an annotation, at most 256 characters. Clauses that do not fit are left out from the end and counted,
 * the first due credential last. What a later run needs goes after all of them: which messages were sent and which were
 * not. Extra clauses are left out first, and not counted.
 */
export function writeAnnotation(clauses: readonly Clause[]): string {
  const extra = clauses.filter(isExtra);
  const kept = clauses.filter(isStateClause);
  const others = clauses.filter((each) => !isExtra(each) && !isStateClause(each));
  for (let left = extra.length; left >= 0; left -= 1) {
    const text = write([...others, ...extra.slice(0, left), ...kept]);
    if (text.length <= maxLength) return text;
  }
  // Why a user is NON_COMPLIANT goes last: without it, nobody could tell from the annotation.
  const firstDue = others.findIndex(({ kind }) => kind === 'due');
  const order = [...others.keys()].toSorted((a, b) => (a === firstDue ? 1 : b - a));
  for (let dropped = 1; dropped <= others.length; dropped += 1) {
    const more = clause('more', { count: String(dropped) });
    const left = others.filter((_, index) => order.indexOf(index) >= dropped);
    const text = write([...left, more, ...kept]);
    if (text.length <= maxLength) return text;
  }
  // A warning that is not recorded comes again.
  const lastWarning = kept.findLast(({ kind }) => kind !== 'notAnnounced');
  return writeAnnotation(clauses.filter((each) => each !== lastWarning));
}

function write(clauses: readonly Clause[]): string {
  return clauses.map(writeClause).join(separator);
}

function writeClause({ kind, values }: Clause): string {
  const byName: Readonly<Record<string, string | undefined>> = values;
  let text = '';
  for (const [index, piece] of piecesOf(kind).entries()) {
    text += index % 2 === 0 ? piece : byName[piece];
  }
  return text;
}

const patterns = kinds.map((kind) => {
  const fieldNames: Readonly<Record<string, string>> = fields;
  const source = piecesOf(kind).map((piece, index) =>
    // Stryker disable next-line all: it is read when the module is loaded, before Stryker changes it
    index % 2 === 0 ? piece.replace(/[().+]/gu, '\\$&') : `(?<${piece}>${fieldNames[piece]})`,
  );
  return [kind, new RegExp(`^${source.join('')}$`, 'u')] as const;
});

/** Reads an annotation; null if it is not one that writeAnnotation writes, for example of another version. */
export function parseAnnotation(text: string): readonly Clause[] | null {
  const clauses = text.split(separator).map(parseClause);
  return clauses.every((each) => each !== null) ? clauses : null;
}

/** The clauses about sent messages. Other clauses are ignored, because another version may have written them. */
export function parseStateClauses(text: string): readonly Clause[] {
  const clauses = text.split(separator).map(parseClause);
  return clauses.filter((each) => each !== null).filter(isStateClause);
}

function parseClause(text: string): Clause | null {
  for (const [kind, pattern] of patterns) {
    const match = pattern.exec(text);
    if (match !== null) return { kind, values: { ...match.groups } };
  }
  return null;
}
