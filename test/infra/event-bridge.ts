/**
 * Whether an event matches an event pattern: each field of the pattern is in the event, and a list in the pattern
 * contains its value, or one of its values. Supports exact values only, and throws for any other filter.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function matchesEvent(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const odd = pattern.find((value) => typeof value !== 'string');
    if (odd !== undefined) throw new Error(`${JSON.stringify(odd)} is not supported here`);
    return (Array.isArray(event) ? event : [event]).some((value) => pattern.includes(value));
  }
  if (!isObject(pattern)) throw new Error(`${JSON.stringify(pattern)} is not a pattern`);
  return Object.entries(pattern).every(
    ([name, inner]) => isObject(event) && name in event && matchesEvent(inner, event[name]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a rule of EventBridge turns an event into a message. */
export interface InputTransformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/**
 * The lines of the message. EventBridge does not escape values, so that a quotation mark breaks its line: then this
 * throws, as for a path that leads to no text.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function transformInput(
  { InputPathsMap, InputTemplate }: InputTransformer,
  event: unknown,
): string[] {
  const filled = InputTemplate.replace(/<(\w+)>/gu, (_, name: string) => {
    const steps = (InputPathsMap[name] ?? '').split('.').slice(1);
    const value = steps.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      event,
    );
    if (typeof value !== 'string') throw new Error(`${name} is not text`);
    return value;
  });
  return filled.split('\n').map((line) => JSON.parse(line));
}
