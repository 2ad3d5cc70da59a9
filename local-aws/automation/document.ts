import * as v from 'valibot';
import { parseDocument } from 'yaml';
import { awsError, isMap, mapValues } from '../protocol.ts';

const text = v.string();
const name = v.pipe(text, v.regex(/^\w+$/));
const selector = v.pipe(text, v.regex(/^\$(\.\w+)*$/));
const payload = v.optional(v.record(text, v.unknown()), {});
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const types = v.picklist(['String', 'StringList', 'Boolean', 'Integer', 'StringMap', 'MapList']);

const common = {
  name,
  description: v.optional(text),
  outputs: v.optional(v.array(v.strictObject({ Name: name, Selector: selector, Type: types })), []),
  onFailure: v.optional(v.pipe(text, v.regex(/^(Abort|Continue|step:\w+)$/)), 'Abort'),
  isCritical: v.optional(v.boolean(), true),
  isEnd: v.optional(v.boolean(), false),
  nextStep: v.optional(name),
  maxAttempts: v.optional(count, 1),
  timeoutSeconds: v.optional(count),
};

function step<const A extends string, I extends v.GenericSchema>(action: A, inputs: I) {
  return v.strictObject({ ...common, action: v.literal(action), inputs });
}

const invocation = v.strictObject({ FunctionName: text, InputPayload: payload });
const runtime = v.literal('python3.11');
const script = { Runtime: runtime, Handler: name, Script: text, InputPayload: payload };
const choice = v.strictObject({ NextStep: name, Variable: text, StringEquals: text });
const branch = v.strictObject({ Choices: v.array(choice), Default: v.optional(name) });
const api = { Service: text, Api: text };

/** A step of any action except aws:loop, with or without its references resolved. */
export const plainStep = v.variant('action', [
  step('aws:invokeLambdaFunction', invocation),
  step('aws:executeScript', v.strictObject(script)),
  step('aws:branch', branch),
  step('aws:sleep', v.strictObject({ Duration: text })),
  step('aws:executeAwsApi', v.looseObject(api)),
  step(
    'aws:assertAwsResourceProperty',
    v.looseObject({ ...api, PropertySelector: selector, DesiredValues: v.array(text) }),
  ),
]);

const loop = v.strictObject({
  Iterators: v.pipe(text, v.regex(/^\{\{\s*\w+\.\w+\s*\}\}$/)),
  IteratorDataType: v.literal('String'),
  Steps: v.array(plainStep),
});

const parameter = v.strictObject({
  type: v.literal('String'),
  description: v.optional(text),
  default: v.optional(text),
  allowedPattern: v.optional(text),
  allowedValues: v.optional(v.array(text)),
});

const document = v.strictObject({
  schemaVersion: v.literal('0.3'),
  description: v.optional(text),
  assumeRole: v.pipe(text, v.regex(/^\{\{ *AutomationAssumeRole *\}\}$/)),
  parameters: v.record(text, parameter),
  outputs: v.optional(v.array(text), []),
  mainSteps: v.array(v.variant('action', [plainStep, step('aws:loop', loop)])),
});

/** A step of any action except aws:loop. */
export type PlainStep = v.InferOutput<typeof plainStep>;
/** A document that contains only elements that the engine supports. */
export type Document = v.InferOutput<typeof document>;
/** A step of any action. */
export type Step = Document['mainSteps'][number];

const alreadyRead = new Map<string, Document>();

/** Reads a document from YAML. An error names the first element that the engine does not understand. */
export function readDocument(yaml: string): Document {
  const known = alreadyRead.get(yaml);
  if (known !== undefined) return known;
  const content = parseDocument(yaml);
  if (content.errors.length > 0) throw refuse(`YAML: ${content.errors[0]?.message}`);
  const { success, output: read, issues } = v.safeParse(document, content.toJS());
  if (!success) throw refuse(`${v.getDotPath(issues[0])}: ${issues[0].message}`);
  alreadyRead.set(yaml, read);
  return read;
}

/** The error for a document that is not supported here. */
export function refuse(message: string) {
  return awsError('InvalidDocumentContent', message);
}

/** The values of references, by name: `Param`, `Step.Output` and `automation:EXECUTION_ID`. */
export type Values = ReadonlyMap<string, unknown>;

const REFERENCE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const WHOLE = /^\{\{\s*([^{}]*?)\s*\}\}$/;

/** The names of all references in a value, at any depth. */
export function findReferences(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(REFERENCE)].map(([, name = '']) => name);
}

/**
 * Replaces references by their values. A text that is one reference takes the value's type; a
 * reference without a value stays as it is.
 */
export function resolve(value: unknown, values: Values): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, values));
  if (isMap(value)) return mapValues(value, (member) => resolve(member, values));
  if (typeof value !== 'string') return value;
  const [, whole] = WHOLE.exec(value) ?? [];
  if (whole !== undefined) return values.has(whole) ? values.get(whole) : value;
  return value.replace(REFERENCE, (reference: string, name: string) =>
    values.has(name) ? toText(values.get(name)) : reference,
  );
}

/** What a selector such as `$` or `$.a.b` finds, or undefined. */
export function select(answer: unknown, selector: string): unknown {
  const keys = selector.split('.').slice(1);
  return keys.reduce<unknown>(
    (value, key) => (isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    answer,
  );
}

/** A value as text: JSON, unless it is text already. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value in the form of the execution history: one text for each item of a list. */
export function toTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(toText) : [toText(value)];
}
