import { restoreDocument } from '../../remediation-docs/documents.ts';
import {
  documentFlags,
  documentOptions,
  flaggedParameters,
  toParameters,
} from '../document-options.ts';
import {
  invalid,
  optionOf,
  parseFormat,
  parseRunChoice,
  type RawRunChoice,
  type ResultFormat,
  type RunChoice,
  usage,
} from '../options.ts';

/** The options of restore that the document defines, in the order in which help shows them. */
export const restoreDocumentOptions = documentOptions(
  restoreDocument,
  {
    revocation: 'RevocationId',
    graceDays: 'GraceDays',
    maxRecordAgeDays: 'MaxRecordAgeDays',
    rule: 'ConfigRuleName',
    topic: 'NotificationTopicArn',
  },
  { revocation: 'All' },
);

/** The users whose credentials are to be restored. */
export type RestoreTarget =
  | { readonly kind: 'users'; readonly users: readonly string[] }
  | { readonly kind: 'access-key'; readonly accessKeyId: string };

/** The options of restore without a value. */
export const restoreFlags = documentFlags(restoreDocument, {
  password: 'RestorePassword',
  passwordReset: 'PasswordResetRequired',
  includeUnconfirmed: 'IncludeUnconfirmed',
});

/** `--access-key` finds the user itself, so the document's default, for any key, is not one of its values. */
const { accessKey: accessKeyOption } = documentOptions(restoreDocument, {
  accessKey: 'AccessKeyId',
});

/** What restore is to do, validated. Without users, --list lists the records of all users. */
export type RestoreOptions =
  | {
      readonly kind: 'list';
      readonly users: readonly string[];
      readonly format: ResultFormat;
      /** Days. */
      readonly maxRecordAgeDays: number;
    }
  | ({
      readonly kind: 'restore';
      readonly target: RestoreTarget;
      /** The document's parameters that were given, and RevocationId. */
      readonly parameters: Readonly<Record<string, string>>;
    } & RunChoice);

/** The command's options as text, before validation. */
export type RawRestoreOptions = Readonly<
  RawRunChoice & { [Name in keyof typeof restoreDocumentOptions]?: string } & {
    /** `passwordReset` is true unless --no-password-reset is given. */
    [Name in keyof typeof restoreFlags]?: boolean;
  } & { accessKey?: string; list?: boolean }
>;

/** Validates the options. Throws UsageError. */
export function parseRestoreOptions(
  users: readonly string[],
  raw: RawRestoreOptions,
): RestoreOptions {
  if (raw.list === true) refuseBesideList(raw);
  const parameters = {
    ...toParameters(restoreDocumentOptions, raw, 'restore'),
    ...flaggedParameters(restoreFlags, raw),
  };
  if (raw.list === true) {
    const days = raw.maxRecordAgeDays ?? restoreDocumentOptions.maxRecordAgeDays.default;
    const format = parseFormat(raw.format, 'restore');
    return { kind: 'list', users, format, maxRecordAgeDays: Number(days) };
  }
  const target = chooseTarget(users, raw.accessKey);
  const only =
    target.kind === 'access-key' ? { [accessKeyOption.parameter]: target.accessKeyId } : {};
  return {
    kind: 'restore',
    target,
    ...parseRunChoice(raw, 'restore'),
    parameters: { RevocationId: 'All', ...parameters, ...only },
  };
}

/** The options that --list takes, and the one that commander sets itself. */
const besideList = new Set(['list', 'format', 'maxRecordAgeDays', 'passwordReset']);

function refuseBesideList(raw: RawRestoreOptions): void {
  const others = [
    ...Object.keys(raw)
      .filter((name) => !besideList.has(name))
      .map(optionOf),
    ...(raw.passwordReset === false ? [restoreFlags.passwordReset.flag] : []),
  ];
  if (others.length === 0) return;
  const taken = 'users, --format and --max-record-age-days';
  throw usage(
    `--list only shows records, and takes ${taken}; remove ${others.join(', ')}`,
    'restore',
  );
}

function chooseTarget(users: readonly string[], accessKeyId: string | undefined): RestoreTarget {
  if (accessKeyId === undefined) {
    if (users.length > 0) return { kind: 'users', users };
    const message = 'no user to restore; name users, or give --access-key AKIA… or --list';
    throw usage(message, 'restore');
  }
  if (users.length > 0)
    throw usage('--access-key finds its user itself; do not name users', 'restore');
  const { accepts, default: any } = accessKeyOption;
  if (accepts(accessKeyId) && accessKeyId !== any) return { kind: 'access-key', accessKeyId };
  throw invalid(
    '--access-key',
    accessKeyId,
    'the ID of an access key, such as AKIAIOSFODNN7EXAMPLE',
    'restore',
  );
}
