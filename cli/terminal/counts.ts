/** `1 user`, `2,500 users`. */
export function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

const grouped = new Intl.NumberFormat('en-US');

/** `2,500`. */
export function number(amount: number): string {
  return grouped.format(amount);
}
