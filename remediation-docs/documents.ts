import { readFileSync } from 'node:fs';

/** An SSM Automation document of this project. */
export interface RemediationDocument {
  /** The name under which it is deployed. */
  readonly name: string;
  /** The name, without the Region that follows, of the role under which its steps act. */
  readonly rolePrefix: string;
  /** Reads the document: YAML of schema 0.3. Throws when the file is missing. */
  readonly load: () => string;
}

function readDocument(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}

/** Revokes the unused credentials of one user. */
export const revokeDocument: RemediationDocument = {
  name: 'UnusedIamCredentials-Revoke',
  rolePrefix: 'UnusedIamCredentials-Revoke-',
  load: () => readDocument('revoke-unused-credentials.yaml'),
};

/** Gives a user back what was revoked. */
export const restoreDocument: RemediationDocument = {
  name: 'UnusedIamCredentials-Restore',
  rolePrefix: 'UnusedIamCredentials-Restore-',
  load: () => readDocument('restore-credentials.yaml'),
};

/** Both, in the order in which they are used. */
export const documents: readonly RemediationDocument[] = [revokeDocument, restoreDocument];
