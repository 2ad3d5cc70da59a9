import type { WatchContext } from './context.ts';

/** Collects what is written anywhere, and searches it for passwords. */
export class Secrecy {
  readonly #context: WatchContext;
  readonly #passwords = new Set<string>();
  #heard = '';

  constructor(context: WatchContext) {
    this.#context = context;
  }

  /** A password that no text may contain. */
  keep(password: string): void {
    this.#passwords.add(password);
  }

  /** What was written to a log, a message, an event or an output. */
  hear(text: string): void {
    this.#heard += `${text}\n`;
  }

  /** Searches what was written since the last time for passwords, in the forms in which AWS might quote one. */
  check(): void {
    const { account, checks } = this.#context;
    const kept = [
      ...account.users.map(({ tags }) => tags),
      ...[...account.parameters].map(([name, { versions, tags }]) => [name, versions, [...tags]]),
      ...[...account.secrets.values()].map(({ versions: _, ...rest }) => rest),
    ];
    const text = `${this.#heard}${JSON.stringify(kept)}`;
    this.#heard = '';
    for (const password of this.#passwords) {
      const escaped = JSON.stringify(password).slice(1, -1);
      const forms = [password, escaped, JSON.stringify(escaped).slice(1, -1)];
      const encoded = [encodeURIComponent(password), Buffer.from(password).toString('base64')];
      const isFound = [...forms, ...encoded].some((form) => text.includes(form));
      checks.check('no password outside its secret', !isFound, () => {
        const at = text.indexOf(password);
        return `a password was written: ${text.slice(Math.max(0, at - 200), at)}`;
      });
    }
  }
}
