import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { documentNames } from '../rule/core/names.ts';

/** A parameter of a document: its type is String. */
export interface DocumentParameter {
  readonly description: string;
  /** None if it is required. */
  readonly default?: string;
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
}

/** An SSM Automation document of this project. */
export interface RemediationDocument {
  /** The name under which it is deployed. */
  readonly name: string;
  /** The name of its file beside this module, wherever that is bundled to. */
  readonly file: string;
  /** The text as it is deployed: YAML without anchors and comments. Throws if the file is missing. */
  readonly load: () => string;
  /** The parameters by name, described without the words that `load` adds. Throws if the file is missing. */
  readonly parameters: () => Readonly<Record<string, DocumentParameter>>;
}

function document(name: string, file: string): RemediationDocument {
  return {
    name,
    file,
    load: () => render(readYaml(file)),
    parameters: () => readYaml(file).parameters,
  };
}

interface DocumentContent {
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
}

function readYaml(file: string): DocumentContent {
  const yaml = readFileSync(new URL(file, import.meta.url), 'utf8');
  return parse(yaml, { merge: true, maxAliasCount: -1 });
}

/** Systems Manager does not document which YAML it reads, so that the deployed text holds neither anchors nor merge keys. */
function render(content: DocumentContent): string {
  const parameters = Object.entries(content.parameters).map(([name, parameter]) => {
    const need = parameter.default === undefined ? 'Required' : 'Optional';
    return [name, { ...parameter, description: `(${need}) ${parameter.description}` }] as const;
  });
  return stringify(
    { ...content, parameters: Object.fromEntries(parameters) },
    {
      aliasDuplicateObjects: false,
      // Quotes what YAML 1.1 would read as something other than text, such as Yes and 2000-01-01.
      compat: 'yaml-1.1',
      lineWidth: 0,
      singleQuote: true,
    },
  );
}

/** Revokes the unused credentials of one user. */
export const revokeDocument = document(documentNames.revoke, 'revoke-unused-credentials.yaml');

/** Retires one inactive user. */
export const retireDocument = document(documentNames.retire, 'retire-inactive-user.yaml');

/** Restores what was revoked from one user. */
export const restoreDocument = document(documentNames.restore, 'restore-credentials.yaml');

/** Deletes keys that were deactivated long ago, of all users. */
export const purgeDocument = document(documentNames.purge, 'purge-deactivated-keys.yaml');

/** All documents, in the order in which they are used. */
export const documents: readonly RemediationDocument[] = [
  revokeDocument,
  retireDocument,
  restoreDocument,
  purgeDocument,
];
