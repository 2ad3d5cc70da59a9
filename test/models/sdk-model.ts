import { readFileSync } from 'node:fs';
import * as config from '@aws-sdk/client-config-service';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import * as v from 'valibot';

/** A service's SDK package (`@aws-sdk/client-iam`) with its exports, by the name that AWS gives the service's actions. */
const services: Readonly<
  Record<string, { name: string; exports: Readonly<Record<string, unknown>> }>
> = {
  config: { name: '@aws-sdk/client-config-service', exports: config },
  events: { name: '@aws-sdk/client-eventbridge', exports: events },
  iam: { name: '@aws-sdk/client-iam', exports: iam },
  lambda: { name: '@aws-sdk/client-lambda', exports: lambda },
  secretsmanager: { name: '@aws-sdk/client-secrets-manager', exports: secretsmanager },
  sns: { name: '@aws-sdk/client-sns', exports: sns },
  ssm: { name: '@aws-sdk/client-ssm', exports: ssm },
  sts: { name: '@aws-sdk/client-sts', exports: sts },
};

/**
 * The type of a value in the model. The members of a structure are read when they are needed: structures can nest.
 */
export type Shape =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'time' | 'other' }
  | { readonly kind: 'list'; readonly item: () => Shape }
  | { readonly kind: 'map'; readonly item: () => Shape }
  | {
      readonly kind: 'structure';
      readonly name: string;
      readonly members: () => ReadonlyMap<string, Shape>;
      readonly required: readonly string[];
    };

// The SDK's own form: a number for a simple type, added to 64 for a list and to 128 for a map of it; a function for
// a schema that is read later; otherwise, a list that begins with its kind, or a pair of a schema and its traits.
const list = v.tuple([v.literal(1), v.string(), v.string(), v.unknown(), v.unknown()]);
const map = v.tuple([v.literal(2), v.string(), v.string(), v.unknown(), v.unknown(), v.unknown()]);
const structure = v.looseTuple([
  v.picklist([3, 4, -3]),
  v.string(),
  v.string(),
  v.unknown(),
  v.array(v.string()),
  v.array(v.unknown()),
]);
const simple = v.tuple([v.literal(0), v.string(), v.string(), v.unknown(), v.unknown()]);
const operation = v.tuple([
  v.literal(9),
  v.string(),
  v.string(),
  v.unknown(),
  v.unknown(),
  v.unknown(),
]);
const errorTraits = v.looseObject({
  awsQueryError: v.optional(v.looseTuple([v.string()])),
});

function shapeOf(schema: unknown): Shape {
  if (typeof schema === 'function') return shapeOf(schema());
  if (typeof schema === 'number') return simpleShape(schema);
  if (v.is(list, schema)) return { kind: 'list', item: () => shapeOf(schema[4]) };
  if (v.is(map, schema)) return { kind: 'map', item: () => shapeOf(schema[5]) };
  if (v.is(simple, schema)) return shapeOf(schema[4]);
  if (v.is(structure, schema)) {
    const [, , name, , names, schemas, count = 0] = schema;
    const members = () =>
      new Map(names.map((member, index) => [member, shapeOf(schemas[index])] as const));
    return { kind: 'structure', name, members, required: names.slice(0, Number(count)) };
  }
  if (Array.isArray(schema) && schema.length === 2) return shapeOf(schema[0]);
  return { kind: 'other' };
}

function simpleShape(type: number): Shape {
  if (type >= 128) return { kind: 'map', item: () => simpleShape(type - 128) };
  if (type >= 64) return { kind: 'list', item: () => simpleShape(type - 64) };
  if (type >= 4 && type <= 7) return { kind: 'time' };
  const kinds = ['text', 'number', 'boolean'] as const;
  return { kind: kinds[type] ?? 'other' };
}

/** An operation of the model, with what it takes and answers. Undefined if the service has none of this name. */
export function findOperation(
  service: string,
  name: string,
): { readonly input: Shape; readonly output: Shape } | undefined {
  const schema = services[service]?.exports[`${name}$`];
  if (!v.is(operation, schema)) return undefined;
  return { input: shapeOf(schema[4]), output: shapeOf(schema[5]) };
}

/** The service that a package of the SDK is for. */
export function serviceOf(sdkPackage: string): string {
  const found = Object.entries(services).find(([, { name }]) => name === sdkPackage);
  if (found === undefined) throw new Error(`Unknown which service ${sdkPackage} is for`);
  return found[0];
}

/**
 * The errors that the model names for an operation: what the SDK calls them and, where it differs, the code that AWS
 * sends. The SDK keeps them in the comment of the command.
 */
export function errorsOf(service: string, name: string): string[] {
  const text = declarations(service, `commands/${name}Command`);
  const thrown = [...text.matchAll(/@throws \{@link (\w+)\}/gu)].map(([, error = '']) => error);
  return thrown.flatMap((error) => {
    const schema = services[service]?.exports[`${error}$`];
    const traits = v.is(structure, schema) && v.is(errorTraits, schema[3]) ? schema[3] : {};
    return [error, ...(traits.awsQueryError?.slice(0, 1) ?? [])].map(String);
  });
}

/** Every error of a service, as the SDK and as AWS calls it. */
export function allErrorsOf(service: string): string[] {
  const exported = Object.values(services[service]?.exports ?? {});
  return exported.flatMap((schema) => {
    if (!v.is(structure, schema) || schema[0] !== -3) return [];
    const traits = v.is(errorTraits, schema[3]) ? schema[3] : {};
    return [schema[2], ...(traits.awsQueryError?.slice(0, 1) ?? [])].map(String);
  });
}

/** The values that a text member may have; undefined if the model lists none. */
export function valuesOf(service: string, structureName: string, member: string) {
  const text = ['models/models_0', 'models/models_1']
    .map((file) => declarations(service, file))
    .join('\n');
  const [, body = ''] =
    new RegExp(`^export interface ${structureName} .*?\\{$(.*?)^\\}`, 'msu').exec(text) ?? [];
  const [, type = ''] = new RegExp(`^    ${member}\\??: (\\w+)`, 'mu').exec(body) ?? [];
  const values = services[service]?.exports[type];
  return v.is(v.record(v.string(), v.string()), values) ? Object.values(values) : undefined;
}

const read = new Map<string, string>();

function declarations(service: string, file: string): string {
  const key = `${service}/${file}`;
  const text = read.get(key) ?? readDeclarations(service, file);
  read.set(key, text);
  return text;
}

function readDeclarations(service: string, file: string): string {
  const folder = `../../node_modules/${services[service]?.name}/dist-types`;
  try {
    return readFileSync(new URL(`${folder}/${file}.d.ts`, import.meta.url), 'utf8');
  } catch {
    return '';
  }
}

/** The services whose models are known here. */
export const modelledServices = Object.keys(services);
