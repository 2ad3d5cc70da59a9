import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { documentNames } from '../rule/core/names.ts';

/** Takes the text of a function's bundle or of a document. Gives back what tells its versions apart: 16 hexadecimal digits. */
export function contentHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** An SSM Automation document of this project. */
export interface RemediationDocument {
  /** The name under which it is deployed. */
  readonly name: string;
  /** Reads the document: YAML of schema 0.3. Throws when the file is missing. */
  readonly load: () => string;
}

function document(name: string, file: string): RemediationDocument {
  return { name, load: () => readFileSync(new URL(file, import.meta.url), 'utf8') };
}

/** Revokes the unused credentials of one user. */
export const revokeDocument = document(documentNames.revoke, 'revoke-unused-credentials.yaml');

/** Gives a user back what was revoked. */
export const restoreDocument = document(documentNames.restore, 'restore-credentials.yaml');

/** Both, in the order in which they are used. */
export const documents: readonly RemediationDocument[] = [revokeDocument, restoreDocument];
