import type { LocalAccount, LocalExecution } from '../../../local-aws/account.ts';
import { day } from './context.ts';

/** The executions of an account: which are in progress, and which have ended since the last look. */
export class Executions {
  readonly #account: LocalAccount;
  readonly #running = new Map<string, LocalExecution>();
  #started = 0;

  constructor(account: LocalAccount) {
    this.#account = account;
  }

  /** Those in progress of these documents, for the user or for the whole account. */
  inProgress(userId: string, ...documents: string[]): LocalExecution[] {
    const { executions } = this.#account.automation;
    return [...this.#running.keys(), ...[...executions.keys()].slice(this.#started)]
      .flatMap((id) => executions.get(id) ?? [])
      .filter(({ status }) => status === 'InProgress')
      .filter(({ documentName }) => documents.some((name) => documentName.endsWith(`-${name}`)))
      .filter(({ parameters }) => (parameters['IAMResourceId'] ?? userId) === userId);
  }

  /** Those that have ended since the last call. */
  ended(): LocalExecution[] {
    const { executions } = this.#account.automation;
    if (executions.size > this.#started) {
      for (const [id, execution] of [...executions].slice(this.#started)) {
        this.#running.set(id, execution);
      }
      this.#started = executions.size;
    }
    const ended = [...this.#running.values()].filter(({ status }) => status !== 'InProgress');
    for (const { id } of ended) this.#running.delete(id);
    return ended;
  }

  /** Executions are kept for 30 days. */
  forget(now: number): void {
    const { executions, running } = this.#account.automation;
    const oldest = now - 30 * day;
    for (const [id, { end = Number.POSITIVE_INFINITY }] of executions) {
      if (end >= oldest) continue;
      executions.delete(id);
      running.delete(id);
      this.#started -= 1;
    }
  }
}
