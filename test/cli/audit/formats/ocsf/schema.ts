import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type SchemaObject } from 'ajv';
import * as v from 'valibot';

const attribute = v.strictObject({
  type: v.string(),
  requirement: v.picklist(['required', 'recommended', 'optional']),
  is_array: v.optional(v.boolean()),
  object_type: v.optional(v.string()),
  sibling: v.optional(v.string()),
  observable: v.optional(v.number()),
  profile: v.optional(v.string()),
  deprecated: v.optional(v.string()),
  enum: v.optional(v.record(v.string(), v.string())),
});
type Attribute = v.InferOutput<typeof attribute>;

const constraints = v.optional(v.strictObject({ at_least_one: v.array(v.string()) }));
const definition = v.object({ attributes: v.record(v.string(), attribute), constraints });
type Definition = v.InferOutput<typeof definition>;

const dataType = v.strictObject({
  type: v.optional(v.string()),
  observable: v.optional(v.number()),
  regex: v.optional(v.string()),
  max_len: v.optional(v.number()),
});

const published = v.parse(
  v.object({
    about: v.looseObject({ version: v.string() }),
    types: v.record(v.string(), dataType),
    classes: v.record(v.string(), definition),
    objects: v.record(v.string(), definition),
  }),
  JSON.parse(readFileSync(new URL('compliance-finding-1.9.0.json', import.meta.url), 'utf8')),
);

/** The version of the schema that is kept here. */
export const schemaVersion = published.about.version;

const jsonTypes: Readonly<Record<string, SchemaObject>> = {
  boolean_t: { type: 'boolean' },
  float_t: { type: 'number' },
  integer_t: { type: 'integer' },
  // JSON Schema draft 7 takes any number that a double holds as an integer; OCSF's long_t has 64 bits.
  long_t: { type: 'integer' },
  json_t: {},
  string_t: { type: 'string' },
};

function schemaOfType(name: string): SchemaObject {
  const type = published.types[name];
  if (type === undefined) throw new Error(`the schema has no data type ${name}`);
  const { type: base = name, regex, max_len: maxLength } = type;
  return {
    ...jsonTypes[base],
    ...(regex === undefined ? {} : { pattern: regex }),
    ...(maxLength === undefined ? {} : { maxLength }),
  };
}

function schemaOfAttribute({ object_type, enum: values, ...rest }: Attribute): SchemaObject {
  // An attribute that is deprecated, or of an object that is not kept here, may not be in a finding.
  if (rest.deprecated !== undefined) return { not: {} };
  if (object_type !== undefined && object_type !== 'object') {
    if (published.objects[object_type] === undefined) return { not: {} };
    return arrayOr(rest, { $ref: `#/definitions/${object_type}` });
  }
  const single = object_type === 'object' ? { type: 'object' } : schemaOfType(rest.type);
  return arrayOr(
    rest,
    values === undefined ? single : { ...single, enum: Object.keys(values).map(Number) },
  );
}

function arrayOr({ is_array }: Pick<Attribute, 'is_array'>, schema: SchemaObject): SchemaObject {
  return is_array === true ? { type: 'array', items: schema } : schema;
}

function schemaOf({ attributes, constraints: limits }: Definition): SchemaObject {
  const required = Object.entries(attributes).filter(([, one]) => one.requirement === 'required');
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(attributes).map(([name, one]) => [name, schemaOfAttribute(one)]),
    ),
    required: required.map(([name]) => name),
    ...(limits === undefined
      ? {}
      : { anyOf: limits.at_least_one.map((name) => ({ required: [name] })) }),
  };
}

const findingDefinition = published.classes['compliance_finding'] ?? { attributes: {} };
const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile({
  ...schemaOf(findingDefinition),
  definitions: Object.fromEntries(
    Object.entries(published.objects).map(([name, one]) => [name, schemaOf(one)]),
  ),
});

/** What the published schema objects to in a finding, which must name the profile `cloud`; empty for nothing. */
export function problemsOf(finding: unknown): string[] {
  validate(finding);
  return [
    ...(validate.errors ?? []).map(describeError),
    ...captionProblems(finding, findingDefinition, ''),
    ...observableProblems(finding),
  ];
}

function describeError({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}

/** A value with a caption has that caption as its sibling; type_uid is of the class and the activity. */
function captionProblems(value: unknown, { attributes }: Definition, path: string): string[] {
  const fields = fieldsOf(value);
  return Object.entries(attributes).flatMap(([name, { sibling, enum: values, object_type }]) => {
    const found = fields[name];
    if (found === undefined) return [];
    const inner = object_type === undefined ? undefined : published.objects[object_type];
    if (inner !== undefined) {
      const elements = Array.isArray(found) ? found : [found];
      return elements.flatMap((one) => captionProblems(one, inner, `${path}/${name}`));
    }
    if (sibling === undefined || values === undefined || found === 99) return [];
    const caption = values[String(found)];
    const shown = fields[sibling];
    return shown === caption ? [] : [`${path}/${sibling} is ${shown}; ${name} means ${caption}`];
  });
}

/** An observable names an attribute of the finding, has its value, and the type that the attribute or its data type has. */
function observableProblems(finding: unknown): string[] {
  const observables = fieldsOf(finding)['observables'];
  return (Array.isArray(observables) ? observables : []).flatMap((observable) => {
    const { name, value, type_id: typeId } = fieldsOf(observable);
    const { found, expected } = follow(finding, String(name));
    const problems = found === value ? [] : [`observable ${name} is ${value}; it is ${found}`];
    return expected.has(Number(typeId)) ? problems : [...problems, `observable ${name}: ${typeId}`];
  });
}

/** The value at a path such as `resources[0].uid`, and the observable types that it may have. */
function follow(finding: unknown, path: string) {
  let found: unknown = finding;
  let current: Definition | undefined = findingDefinition;
  let expected = new Set<number>();
  for (const part of path.split('.')) {
    const [, name = '', index] = /^(\w+)(?:\[(\d+)\])?$/u.exec(part) ?? [];
    const one: Attribute | undefined = current?.attributes[name];
    found = fieldsOf(found)[name];
    if (index !== undefined) found = Array.isArray(found) ? found[Number(index)] : undefined;
    current = published.objects[one?.object_type ?? ''];
    const ofType = published.types[one?.type ?? '']?.observable;
    expected = new Set([one?.observable, ofType].filter((id) => id !== undefined));
  }
  // The dictionary makes credential_uid, which programmatic_credentials replaced, an observable of type 19.
  if (/programmatic_credentials\[\d+\]\.uid$/u.test(path)) expected.add(19);
  return { found, expected };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return Object.fromEntries(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
}
