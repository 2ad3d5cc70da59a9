/** Takes a rule parameter's name; gives back its option, `--max-password-usage-age`. */
export function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;
}
