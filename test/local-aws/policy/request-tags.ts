import type { Call } from '../call.ts';
import type { RequestContext } from './context.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Gives the condition keys that tell of the tags of what a request is about. */
export function resourceTags(tags: readonly Tag[] = []): RequestContext {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]));
}

/** Gives the condition keys that tell of the tags in a request itself; none where it has none. */
export function requestTags({ input }: Call): RequestContext {
  const tags = [...readForm(input), ...readJson(input['Tags'])];
  const removed = Object.entries(input).filter(([name]) => /^TagKeys\.member\.\d+$/.test(name));
  const keys = [...tags.map(({ Key }) => Key), ...removed.map(([, key]) => String(key))];
  const values = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value]);
  return keys.length === 0 ? {} : { 'aws:TagKeys': keys, ...Object.fromEntries(values) };
}

function readForm(input: Call['input']): Tag[] {
  return Object.entries(input)
    .filter(([name]) => /^Tags\.member\.\d+\.Key$/.test(name))
    .map(([name, Key]) => ({
      Key: String(Key),
      Value: String(input[name.replace(/Key$/, 'Value')]),
    }));
}

function readJson(tags: unknown): Tag[] {
  if (!Array.isArray(tags)) return [];
  return tags.map(({ Key, Value }) => ({ Key: String(Key), Value: String(Value) }));
}
