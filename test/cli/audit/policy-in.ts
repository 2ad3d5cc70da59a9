import { readFileSync } from 'node:fs';
import type { Policy } from '../../../local-aws/policy/policy.ts';

/** The JSON policy of a document that allows the action. Throws unless there is exactly one. */
export function policyIn(path: string, action: string): Policy {
  const text = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const found = [...text.matchAll(/^```json\n([\s\S]*?)^```$/gmu)]
    .flatMap(([, json = '']) => json)
    .filter((json) => json.includes(action));
  if (found.length !== 1) throw new Error(`${path} has ${found.length} policies of ${action}`);
  return JSON.parse(found[0] ?? '');
}
