import { formatDate, type Instant } from './instant.ts';

/** What an access key was last used for, as IAM names it; texts that `keptText` lets through. */
export interface LastUse {
  readonly lastUsedService?: string | undefined;
  readonly lastUsedRegion?: string | undefined;
}

/** A credential whose last use is described. */
interface UsedCredential extends LastUse {
  /** Absent if it was never used. */
  readonly used?: Instant | undefined;
}

/** The text if it can be a name of a service or Region. Anything else, such as `N/A`, is dropped: records and messages quote it. */
export function keptText(text: string | undefined): string | undefined {
  // Stryker disable next-line ConditionalExpression: without a text, it is undefined either way
  return text !== undefined && /^[A-Za-z0-9.-]{1,64}$/u.test(text) ? text : undefined;
}

/** `by s3 in eu-west-1`, as much of it as is known; null for nothing. */
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

/** Whether the user's access keys are probably those with which something sends mail. */
export function sendsMail(userName: string, accessKeys: readonly LastUse[]): boolean {
  if (accessKeys.length === 0) return false;
  return (
    smtpUserName.test(userName) ||
    accessKeys.some(({ lastUsedService }) => lastUsedService?.toLowerCase() === smtpService)
  );
}

/** What to know before the key of a user who sends mail is revoked. */
export const mailWarning = 'sends mail through Amazon SES: revoking the key stops it';
