/**
 * Whether a log line matches a filter pattern for JSON log events of CloudWatch Logs. Supports terms such as
 * `$.name = "text"`, joined by &&, and throws for anything else. A line that is not JSON as a
 * whole matches nothing.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export function matchesFilter(pattern: string, line: string): boolean {
  const [, terms] = /^\{ (.+) \}$/u.exec(pattern) ?? [];
  if (terms === undefined) throw new Error(`${pattern} is not a pattern for JSON`);
  const conditions = terms.split(' && ').map(readTerm);
  const event = parse(line);
  return event !== null && conditions.every((holds) => holds(event));
}

type Event = Readonly<Record<string, unknown>>;

function readTerm(term: string): (event: Event) => boolean {
  const [, name = '', text] = /^\$\.(\w+) = "(\w+)"$/u.exec(term) ?? [];
  if (name === '') throw new Error(`The term ${term} is not supported here`);
  return (event) => event[name] === text;
}

function parse(line: string): Event | null {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null ? { ...event } : null;
  } catch {
    return null;
  }
}
