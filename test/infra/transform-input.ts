/** How a rule of EventBridge makes a message of an event. */
export interface InputTransformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/**
 * Takes how a message is made and an event. Gives the message's lines. EventBridge puts values in as they are, so
 * that one with a quotation mark breaks its line: then this throws, as for a path that leads to no text.
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
    if (typeof value !== 'string') throw new Error(`${name} is no text`);
    return value;
  });
  return filled.split('\n').map((line) => JSON.parse(line));
}
