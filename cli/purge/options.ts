import { purgeDocument } from '../../remediation-docs/documents.ts';
import { documentOptions, toParameters } from '../document-options.ts';
import { parseRunChoice, type RawRunChoice, type RunChoice } from '../options.ts';

/** The options of purge that the document defines, in the order in which help shows them. */
export const purgeDocumentOptions = documentOptions(purgeDocument, {
  deleteAfterDays: 'DeleteAfterDays',
  maxRevocationsPerDay: 'MaxRevocationsPerDay',
});

/** What purge is to do, validated. */
export interface PurgeOptions extends RunChoice {
  /** The document's parameters that were given. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The command's options as text, before validation. */
export type RawPurgeOptions = RawRunChoice &
  Readonly<{ [Name in keyof typeof purgeDocumentOptions]?: string }>;

/** Validates the options. Throws UsageError. */
export function parsePurgeOptions(raw: RawPurgeOptions): PurgeOptions {
  const parameters = toParameters(purgeDocumentOptions, raw, 'purge');
  return { ...parseRunChoice(raw, 'purge'), parameters };
}
