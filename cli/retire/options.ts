import { retireDocument } from '../../remediation-docs/documents.ts';
import { documentOptions, toParameters } from '../document-options.ts';
import { parseFormat, type ResultFormat } from '../options.ts';

/** The options of retire that take a value, in the order in which help shows them. */
export const retireDocumentOptions = documentOptions(retireDocument, {
  rule: 'ConfigRuleName',
  topic: 'NotificationTopicArn',
});

/** The options of retire that the document defines as true or false, by the parameter. */
const switches = {
  removeGroups: 'RemoveGroups',
  detachPolicies: 'DetachPolicies',
  deactivateMfaDevices: 'DeactivateMfaDevices',
  dryRun: 'DryRun',
} as const;

/** What retire is to do, validated. */
export interface RetireOptions {
  /** Names, ARNs or unique IDs, as they were given. */
  readonly users: readonly string[];
  readonly dryRun: boolean;
  readonly deactivateMfaDevices: boolean;
  /** Whether to start without asking. */
  readonly yes: boolean;
  readonly format: ResultFormat;
  /** The document's parameters that were given. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The command's options as text, before validation. */
export type RawRetireOptions = Readonly<
  { [Name in keyof typeof retireDocumentOptions]?: string } & {
    [Name in keyof typeof switches]?: boolean;
  } & { yes?: boolean; format?: string }
>;

/** Validates the options. Throws UsageError. */
export function parseRetireOptions(users: readonly string[], raw: RawRetireOptions): RetireOptions {
  const names = Object.keys(switches) as (keyof typeof switches)[];
  const on = names.filter((name) => raw[name] === true);
  return {
    users,
    dryRun: raw.dryRun ?? false,
    deactivateMfaDevices: raw.deactivateMfaDevices ?? false,
    yes: raw.yes ?? false,
    format: parseFormat(raw.format, 'retire'),
    parameters: {
      ...toParameters(retireDocumentOptions, raw, 'retire'),
      ...Object.fromEntries(on.map((name) => [switches[name], 'true'])),
    },
  };
}
