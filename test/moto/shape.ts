/** Kinds of values by key path, such as `.Users[].CreateDate`; the whole is the empty path. */
type Shape = Readonly<Record<string, string>>;

/** The result of a request: the answer's shape, or the error's name and HTTP status. */
export type Outcome = { readonly answer: Shape } | { readonly error: string };

/** Where two outcomes of a request differ, and the kind of value in each. */
interface Deviation {
  readonly path: string;
  readonly local: string;
  readonly moto: string;
}

export async function outcomeOf(request: Promise<object>): Promise<Outcome> {
  try {
    const { $metadata: _, ...answer } = { $metadata: undefined, ...(await request) };
    return { answer: shapeOf(answer) };
  } catch (error) {
    if (!isSdkError(error)) throw error;
    // The SDK cannot read an error that AWS does not document.
    const name = '$fault' in error ? error.name : 'unreadable';
    return { error: `${name} ${error.$metadata.httpStatusCode}` };
  }
}

/** The deviations of two outcomes by path, without paths below one that deviates. */
export function compare(local: Outcome, moto: Outcome): Deviation[] {
  const [ours, theirs] = [flatten(local), flatten(moto)];
  const paths = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort(byText);
  const deviations = paths
    .map((path) => ({ path, local: ours[path] ?? 'absent', moto: theirs[path] ?? 'absent' }))
    .filter((row) => row.local !== row.moto);
  const above = (path: string, other: string) => path !== other && path.startsWith(other);
  return deviations.filter(({ path }) =>
    deviations.every((other) => !above(path, `${other.path}.`) && !above(path, `${other.path}[`)),
  );
}

function flatten(outcome: Outcome): Shape {
  return 'answer' in outcome ? outcome.answer : { '': outcome.error };
}

function shapeOf(value: unknown): Shape {
  if (value instanceof Date) return { '': 'date' };
  if (Array.isArray(value)) return { '': 'list', ...under('[]', merge(value.map(shapeOf))) };
  if (typeof value === 'string') return { '': kindOfText(value) };
  if (typeof value !== 'object' || value === null) return { '': typeof value };
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.assign(
    { '': 'object' },
    ...members.map(([name, inner]) => under(`.${name}`, shapeOf(inner))),
  );
}

// In a credential report, dates, booleans and the texts for a missing value are kinds of their own.
function kindOfText(text: string): string {
  if (['N/A', 'no_information', 'not_supported'].includes(text)) return text;
  if (text === 'true' || text === 'false') return 'boolean text';
  return /^\d{4}-\d\d-\d\dT[\d:]{8}(Z|\+00:00)$/u.test(text) ? 'date text' : 'text';
}

function under(path: string, shape: Shape): Shape {
  return Object.fromEntries(Object.entries(shape).map(([below, kind]) => [path + below, kind]));
}

/** The shape of all elements of a list: a path may have several kinds, and be absent in some. */
function merge(shapes: readonly Shape[]): Shape {
  const paths = [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
  return Object.fromEntries(
    paths.map((path) => {
      const kinds = new Set(shapes.map((shape) => shape[path] ?? 'absent'));
      return [path, [...kinds].sort(byText).join(' or ')];
    }),
  );
}

function isSdkError(error: unknown): error is Error & { $metadata: { httpStatusCode?: number } } {
  return error instanceof Error && '$metadata' in error;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
