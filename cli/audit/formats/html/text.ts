import { plain } from '../../../terminal/style.ts';
import type { AuditedCredential } from '../../result.ts';

/** Text of at most so many characters, with control and format characters spelled out. */
export function shorten(text: string, length: number): string {
  const characters = Array.from(plain(text));
  return characters.length <= length
    ? characters.join('')
    : `${characters.slice(0, length - 1).join('')}\u2026`;
}

/** The date of an instant as the result shows it, `2026-11-21`; a result of AWS Config has the date alone. */
export function dateOf(instant: string): string {
  return instant.replace(/T.*$/u, '');
}

/** An instant as people read it: `2026-11-21 06:30 UTC`. */
export function timeOf(instant: string): string {
  const [date = '', time = ''] = instant.split('T');
  return `${date} ${time.slice(0, 5)} UTC`;
}

/** `password`, or an access key by the end of its ID, or by its number if the report does not say which ID it has. */
export function shortNameOf(credential: AuditedCredential): string {
  if (credential.type === 'password') return 'password';
  const { id, slot } = credential;
  return id === null ? `key ${slot ?? ''}` : `key \u2026${plain(id).slice(-4)}`;
}
