/**
 * Takes an event pattern of EventBridge and an event. Tells whether the event matches: each field of the pattern
 * is in the event, and a list in the pattern holds its value, or one of its values. Knows exact values only, and
 * throws for any other filter.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function matchesEvent(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const odd = pattern.find((value) => typeof value !== 'string');
    if (odd !== undefined) throw new Error(`${JSON.stringify(odd)} is not known here`);
    return (Array.isArray(event) ? event : [event]).some((value) => pattern.includes(value));
  }
  if (!isObject(pattern)) throw new Error(`${JSON.stringify(pattern)} is no pattern`);
  return Object.entries(pattern).every(
    ([name, inner]) => isObject(event) && name in event && matchesEvent(inner, event[name]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
