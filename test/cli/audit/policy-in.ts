import { readFileSync } from 'node:fs';
import type { Policy } from '../../../local-aws/policy/policy.ts';

/** The JSON policy below this heading of the document. Throws if there is none. */
export function policyIn(path: string, title: string): Policy {
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const [, section] = text.split(new RegExp(`^#+ ${title}$`, 'mu'));
  const json = /^```json\n([\s\S]*?)^```$/mu.exec(section ?? '')?.[1];
  if (json === undefined) throw new Error(`${path} has no policy below ${title}`);
  return JSON.parse(json);
}
