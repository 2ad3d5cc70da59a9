import { purgeDocument } from '../../remediation-docs/documents.ts';
import { documentOptions, toParameters } from '../document-options.ts';
import { parseFormat, type ResultFormat } from '../options.ts';

/** The options of purge that the document defines, in the order in which help shows them. */
export const purgeDocumentOptions = documentOptions(purgeDocument, {
  deleteAfterDays: 'DeleteAfterDays',
  maxRevocationsPerDay: 'MaxRevocationsPerDay',
});

/** What purge is to do, validated. */
export interface PurgeOptions {
  readonly dryRun: boolean;
  /** Whether to start without asking. */
  readonly yes: boolean;
  readonly format: ResultFormat;
  /** The document's parameters that were given. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The command's options as text, before validation. */
export type RawPurgeOptions = Readonly<
  { [Name in keyof typeof purgeDocumentOptions]?: string } & {
    dryRun?: boolean;
    yes?: boolean;
    format?: string;
  }
>;

/** Validates the options. Throws UsageError. */
export function parsePurgeOptions(raw: RawPurgeOptions): PurgeOptions {
  return {
    dryRun: raw.dryRun ?? false,
    yes: raw.yes ?? false,
    format: parseFormat(raw.format, 'purge'),
    parameters: toParameters(purgeDocumentOptions, raw, 'purge'),
  };
}
