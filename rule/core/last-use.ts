import { formatDate, type Instant } from './instant.ts';

/** The service and Region of an access key's last use, as IAM names them; checked by `toPlaceName`. */
export interface LastUse {
  readonly lastUsedService?: string | undefined;
  readonly lastUsedRegion?: string | undefined;
}

/** A credential whose last use is described. */
interface UsedCredential extends LastUse {
  /** Absent if it was never used. */
  readonly used?: Instant | undefined;
}

/** Returns the text if it can be the name of a service or Region, else undefined (for example `N/A`), because records and messages quote it. */
export function toPlaceName(text: string | undefined): string | undefined {
  // Stryker disable next-line ConditionalExpression: without a text, it is undefined either way
  return text !== undefined && /^[A-Za-z0-9.-]{1,64}$/u.test(text) ? text : undefined;
}

/** For example `by s3 in eu-west-1`, or only the known part; null if neither is known. */
export function describePlace({ lastUsedService, lastUsedRegion }: LastUse): string | null {
  const parts = [
    ...(lastUsedService === undefined ? [] : [`by ${lastUsedService}`]),
    ...(lastUsedRegion === undefined ? [] : [`in ${lastUsedRegion}`]),
  ];
  return parts.length === 0 ? null : parts.join(' ');
}

/** `last used 2025-07-09 by s3 in eu-west-1`, or `never used`. */
export function describeLastUse(credential: UsedCredential): string {
  if (credential.used === undefined) return 'never used';
  const place = describePlace(credential);
  return `last used ${formatDate(credential.used)}${place === null ? '' : ` ${place}`}`;
}

/** The service that IAM names when a key is used as the user name of SMTP. */
const smtpService = 'ses-smtp';

/** The console of Amazon SES names its users `ses-smtp-user.YYYYMMDD-HHMMSS`, and some people keep only the beginning. */
const smtpUserName = /^ses-smtp-user\./iu;

/** Whether a program probably sends mail through Amazon SES with the user's access keys. */
export function sendsMail(userName: string, accessKeys: readonly LastUse[]): boolean {
  if (accessKeys.length === 0) return false;
  return (
    smtpUserName.test(userName) ||
    accessKeys.some(({ lastUsedService }) => lastUsedService?.toLowerCase() === smtpService)
  );
}

/** The warning before the key of such a user is revoked; it follows the user's name. */
export const mailWarning = 'sends mail through Amazon SES: revoking the key stops it';
