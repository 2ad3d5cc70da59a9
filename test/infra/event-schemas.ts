import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const folder = new URL('../../docs/events/', import.meta.url);
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/u;

/** The schemas of docs/events, by the detail-type in their title. */
export const schemas: ReadonlyMap<string, object> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.schema.json'))
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
    .map((schema) => [String(schema.title), schema]),
);

/** Consumers must accept new fields, but a field that is not described is an error here. */
function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(closed);
  const inner = Object.entries(schema).map(([name, value]) => [name, closed(value)]);
  const isObject = 'properties' in schema && 'type' in schema && !('$schema' in schema);
  return { ...Object.fromEntries(inner), ...(isObject ? { additionalProperties: false } : {}) };
}

const ajv = new Ajv2020({ allErrors: true, formats: { 'date-time': instant } });
const validators = new Map(
  [...schemas].map(([title, schema]) => [title, ajv.compile(Object(closed(schema)))]),
);

/** What the schema of its detail-type finds wrong with an event; empty for nothing. */
export function problemsOfEvent(event: object): string[] {
  const validate = validators.get(String(Reflect.get(event, 'detail-type')));
  if (validate === undefined) return ['no schema has this detail-type'];
  validate(event);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
