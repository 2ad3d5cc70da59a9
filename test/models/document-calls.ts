import {
  type DocumentInFormat,
  referencesOf,
  type SimpleStep,
  stepsOf,
  type Type,
} from './document-format.ts';
import { findOperation, type Shape, valuesOf } from './sdk-model.ts';

type References = ReadonlyMap<string, Type>;
type Call = Extract<SimpleStep, { readonly inputs: { readonly Service: string } }>;

/** What the SDK's models do not know or expect otherwise in the calls of a document, one text for each. */
export function problemsOf(document: DocumentInFormat): string[] {
  const references = referencesOf(document);
  return callsOf(document).flatMap((step) =>
    problemsOfCall(step, references).map((problem) => `${step.name}: ${problem}`),
  );
}

/** The steps that call an operation of a service. */
export function callsOf(document: DocumentInFormat): Call[] {
  return stepsOf(document).filter((step): step is Call => 'Service' in step.inputs);
}

function problemsOfCall(step: Call, references: References): string[] {
  const {
    Service,
    Api,
    PropertySelector: _selector,
    DesiredValues: _values,
    ...input
  } = step.inputs;
  const operation = findOperation(Service, Api);
  if (operation === undefined) return [`no operation ${Service}:${Api}`];
  const read =
    step.action === 'aws:executeAwsApi'
      ? step.outputs
      : [{ Selector: step.inputs.PropertySelector, Type: 'String' as const }];
  return [
    ...problemsOfValue(input, operation.input, '$', Service, references),
    ...read.flatMap(({ Selector, Type }) => problemsOfSelector(operation.output, Selector, Type)),
  ];
}

/** Whether a value of this type can be one of this shape. */
function fits(type: Type, shape: Shape): boolean {
  switch (type) {
    case 'String':
      return shape.kind === 'text' || shape.kind === 'time';
    case 'Integer':
      return shape.kind === 'number';
    case 'Boolean':
      return shape.kind === 'boolean';
    case 'StringMap':
      return shape.kind === 'structure' || shape.kind === 'map';
    case 'StringList':
      return shape.kind === 'list' && fits('String', shape.item());
    case 'MapList':
      return shape.kind === 'list' && fits('StringMap', shape.item());
  }
}

function problemsOfSelector(output: Shape, selector: string, type: Type): string[] {
  const found = selector
    .split('.')
    .slice(1)
    .reduce<Shape | undefined>(
      (shape, key) => (shape?.kind === 'structure' ? shape.members().get(key) : undefined),
      output,
    );
  if (found === undefined) return [`no ${selector} in the answer`];
  return fits(type, found) ? [] : [`${selector} is of kind ${found.kind}, not ${type}`];
}

function problemsOfValue(
  value: unknown,
  shape: Shape,
  path: string,
  service: string,
  references: References,
): string[] {
  const within = (inner: unknown, of: Shape, name: string) =>
    problemsOfValue(inner, of, `${path}.${name}`, service, references);
  if (typeof value === 'string') return problemsOfText(value, shape, path, references);
  if (typeof value === 'number' && shape.kind === 'number') return [];
  if (typeof value === 'boolean' && shape.kind === 'boolean') return [];
  if (Array.isArray(value) && shape.kind === 'list') {
    return value.flatMap((item, index) => within(item, shape.item(), String(index)));
  }
  if (typeof value === 'object' && value !== null && shape.kind === 'map') {
    const entries = Object.entries(value);
    return entries.flatMap(([name, inner]) => within(inner, shape.item(), name));
  }
  if (typeof value !== 'object' || value === null || shape.kind !== 'structure') {
    return [`${path} is of kind ${shape.kind}`];
  }
  const members = shape.members();
  const missing = shape.required.filter((name) => !(name in value));
  const given = Object.entries(value).flatMap(([name, inner]) => {
    const member = members.get(name);
    if (member === undefined) return [`no ${path}.${name}`];
    const values = valuesOf(service, shape.name, name);
    const isLiteral = typeof inner === 'string' && !inner.includes('{{');
    if (isLiteral && values?.includes(inner) === false)
      return [`${path}.${name} is never ${inner}`];
    return within(inner, member, name);
  });
  return [...missing.map((name) => `${path}.${name} is required`), ...given];
}

function problemsOfText(value: string, shape: Shape, path: string, references: References) {
  const [, whole] = /^\{\{ ?([\w.:]+) ?\}\}$/u.exec(value) ?? [];
  const type = whole === undefined ? 'String' : references.get(whole);
  if (type === undefined) return [`${path} refers to the unknown ${value}`];
  return fits(type, shape) ? [] : [`${path} is of kind ${shape.kind}, not ${type}`];
}
