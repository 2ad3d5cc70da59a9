import { plain } from '../../../terminal/style.ts';
import type { AuditedCredential } from '../../result.ts';

/** Cuts text to `length` characters. Control and format characters are spelled out. */
export function shorten(text: string, length: number): string {
  const characters = Array.from(plain(text));
  return characters.length <= length
    ? characters.join('')
    : `${characters.slice(0, length - 1).join('')}\u2026`;
}

/** The date of an instant or a date as the result shows it: `2026-11-21`. */
export function dateOf(instant: string): string {
  return instant.replace(/T.*$/u, '');
}

/** An instant as people read it: `2026-11-21 06:30 UTC`. A date, which a result of AWS Config has, stays one. */
export function timeOf(instant: string): string {
  const [date = '', time] = instant.split('T');
  return time === undefined ? date : `${date} ${time.slice(0, 5)} UTC`;
}

/** `password`, or an access key by the end of its ID, or by its number if the report does not say which ID it has. */
export function shortNameOf(credential: AuditedCredential): string {
  if (credential.type === 'password') return 'password';
  const { id, slot } = credential;
  return id === null ? `key ${slot ?? ''}` : `key \u2026${plain(id).slice(-4)}`;
}
