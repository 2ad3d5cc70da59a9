/**
 * Whether an event matches an event pattern: each field of the pattern is in the event, and a list in the pattern
 * contains its value, or one of its values. Throws for a filter that the stacks do not use.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function matchesEvent(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const matchers = pattern.map(matcherOf);
    return (Array.isArray(event) ? event : [event]).some((value) =>
      matchers.some((matches) => matches(value)),
    );
  }
  if (!isObject(pattern)) throw new Error(`${JSON.stringify(pattern)} is not a pattern`);
  return Object.entries(pattern).every(
    ([name, inner]) => isObject(event) && name in event && matchesEvent(inner, event[name]),
  );
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
function matcherOf(filter: unknown): (value: unknown) => boolean {
  if (typeof filter === 'string') return (value) => value === filter;
  const [[operator, operand] = [], ...more] = isObject(filter) ? Object.entries(filter) : [];
  if (more.length === 0 && typeof operand === 'string') {
    if (operator === 'prefix') return (value) => String(value).startsWith(operand);
    if (operator === 'suffix') return (value) => String(value).endsWith(operand);
  }
  if (more.length === 0 && operator === 'anything-but' && Array.isArray(operand)) {
    return (value) => !operand.includes(value);
  }
  throw new Error(`${JSON.stringify(filter)} is not supported here`);
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
export function transformInput(transformer: InputTransformer, event: unknown): string[] {
  return fillTemplate(transformer, event)
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The same for a template that is one JSON object. */
export function transformToObject(transformer: InputTransformer, event: unknown): unknown {
  return JSON.parse(fillTemplate(transformer, event));
}

function fillTemplate({ InputPathsMap, InputTemplate }: InputTransformer, event: unknown): string {
  return InputTemplate.replace(/<(\w+)>/gu, (_, name: string) => {
    const steps = (InputPathsMap[name] ?? '').split('.').slice(1);
    const value = steps.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      event,
    );
    if (typeof value !== 'string') throw new Error(`${name} is not text`);
    return value;
  });
}

/** The event of an execution's end, as documented, but for the document and how it ended. */
export const executionEvent = (Definition: string, Status: string) => ({
  ...{ version: '0', id: 'd290ece9-1088-4383-9df6-cd5b4ac42b99', source: 'aws.ssm' },
  'detail-type': 'EC2 Automation Execution Status-change Notification',
  ...{ account: '123456789012', time: '2024-11-29T19:43:35Z', region: 'us-east-2' },
  resources: [
    'arn:aws:ssm:us-east-2:123456789012:automation-execution/333ba70b-2333-48db-b17e-a5e69c6f4d1c',
    `arn:aws:ssm:us-east-2:123456789012:automation-definition/${Definition}:1`,
  ],
  detail: {
    ...{ ExecutionId: '333ba70b-2333-48db-b17e-a5e69c6f4d1c', Definition, DefinitionVersion: 1.0 },
    ...{ Status, StartTime: 'Nov 29, 2024 7:43:20 PM', EndTime: 'Nov 29, 2024 7:43:26 PM' },
    ...{ Time: 5753.0, ExecutedBy: 'arn:aws:iam::123456789012:user/userName' },
  },
});

/** The event of the end of a step, as documented, but for the document, the step and how it ended. */
export const stepEvent = (Definition: string, StepName: string, Status = 'Success') => {
  const { ExecutedBy, ...detail } = executionEvent(Definition, Status).detail;
  return {
    ...executionEvent(Definition, Status),
    'detail-type': 'EC2 Automation Step Status-change Notification',
    detail: { ...detail, StepName, Action: 'aws:sleep' },
  };
};

/** The record of an asynchronous invocation that failed, as Lambda sends it to an event bus. */
export const failureEvent = (functionName: string, detail: object = {}) => {
  const functionArn = `arn:aws:lambda:us-east-2:123456789012:function:${functionName}:$LATEST`;
  return {
    ...{ version: '0', id: '3b0e4bd1-7a49-2c47-0fd6-5b7c4b0ab8a1', source: 'lambda' },
    ...{ 'detail-type': 'Lambda Function Invocation Result - Failure', account: '123456789012' },
    ...{ time: '2026-11-21T03:08:12Z', region: 'us-east-2' },
    resources: ['arn:aws:events:us-east-2:123456789012:event-bus/default', functionArn],
    detail: {
      ...{ version: '1.0', timestamp: '2026-11-21T03:08:12.345Z' },
      requestContext: {
        ...{ requestId: 'e4b46cbf-b738-4123-8880-a18cdf61200e', functionArn },
        ...{ condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      },
      requestPayload: { invokingEvent: 'Call +1 555 0100' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'Call +1 555 0100' },
      ...detail,
    },
  };
};

/** The event of an alarm that changed to a state. */
export const alarmEvent = (alarm: string, value = 'ALARM', description = '') => ({
  ...{ version: '0', id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92', source: 'aws.cloudwatch' },
  ...{ 'detail-type': 'CloudWatch Alarm State Change', account: '123456789012' },
  ...{ time: '2026-11-21T10:00:00Z', region: 'us-east-1', resources: [alarm] },
  detail: {
    ...{ alarmName: alarm.split(':').at(-1), configuration: { description } },
    previousState: { value: 'OK' },
    state: { value, reason: 'Threshold Crossed: 1 datapoint [1.0] was greater than 1.0.' },
  },
});
