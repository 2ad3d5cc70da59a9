import { documentNames, functionNames, prefix } from '../../core/names.ts';
import type { Finding } from './finding.ts';

/** The checks of each function, by the function's name. */
export const functionChecks = new Map<string, string>(
  Object.values(functionNames).map((name) => [name, `function-${name.slice(prefix.length + 1)}`]),
);

/** The checks of each document, by the document's name. */
export const documentChecks = new Map<string, string>([
  [documentNames.revoke, 'document-revoke'],
  [documentNames.restore, 'document-restore'],
]);

/** A check by its stable ID, and what it came to. */
export interface CheckResult extends Finding {
  readonly id: string;
}
