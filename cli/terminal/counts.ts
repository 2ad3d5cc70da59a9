/** `1 user`, `2,500 users`. */
export function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

/** A whole number with commas: `2,500`. Intl.NumberFormat takes ten milliseconds to load. */
export function number(amount: number): string {
  return String(amount).replace(/\B(?=(?:\d{3})+$)/gu, ',');
}
