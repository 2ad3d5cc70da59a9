import type { LocalExecution } from '../../../local-aws/account.ts';
import type { Fault } from '../../../local-aws/faults.ts';
import type { Delivered } from '../topic.ts';
import { Changes } from './changes.ts';
import type { WatchContext } from './context.ts';
import { Executions } from './executions.ts';
import { Messages } from './messages.ts';
import { RetiredPermissions } from './retired-permissions.ts';
import { Secrecy } from './secrecy.ts';
import { Verdicts } from './verdicts.ts';

/** Watches every request that changes something and every message, and checks what must hold. */
export class Watch {
  /** How many executions ended, by document and outcome. */
  readonly outcomes = new Map<string, number>();
  readonly #context: WatchContext;
  readonly #executions: Executions;
  readonly #secrecy: Secrecy;
  readonly #messages: Messages;
  readonly #retired: RetiredPermissions;
  readonly #changes: Changes;
  readonly #verdicts: Verdicts;

  constructor(context: WatchContext) {
    this.#context = context;
    const executions = new Executions(context.account);
    const secrecy = new Secrecy(context);
    const retired = new RetiredPermissions(context);
    [this.#executions, this.#secrecy, this.#retired] = [executions, secrecy, retired];
    this.#messages = new Messages(context, (text) => secrecy.hear(text));
    this.#changes = new Changes(context, { executions, secrecy, retired });
    this.#verdicts = new Verdicts(context);
  }

  /** What the subscribers of the topic got. */
  get delivered(): readonly Delivered[] {
    return this.#messages.delivered;
  }

  /** Listens to the requests of the product. */
  listen(faults: Fault[]): void {
    this.#changes.listen(faults);
  }

  /** A person changed the exemption of a user. */
  endGrace(userId: string): void {
    this.#changes.endGrace(userId);
  }

  /** What was written to the log. */
  hear(text: string): void {
    this.#secrecy.hear(text);
  }

  /** Looks at the account when nothing is going on. */
  look(): void {
    this.#changes.settle();
    for (const { announcedKeys, nonCompliant, warned } of this.#messages.read()) {
      for (const id of announcedKeys) this.#changes.onAnnounced(id);
      for (const name of nonCompliant) this.#verdicts.onNamed(name);
      for (const name of warned) this.#verdicts.onWarned(name);
    }
    for (const execution of this.#executions.ended()) this.#onEnded(execution);
    this.#verdicts.read();
  }

  #onEnded(execution: LocalExecution): void {
    const { id, documentName, parameters, status, outputs } = execution;
    const said = new Map(Object.entries(outputs));
    const [outcome = ''] = said.get('Decision.Outcome') ?? [];
    const [reason = ''] = said.get('Decision.Reason') ?? [];
    const short = documentName.replace(/^.*-/u, '');
    const name = `${short} ${status === 'Success' ? outcome : status}`;
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    const userId = new Map(Object.entries(parameters)).get('IAMResourceId') ?? '';
    if (short === 'Revoke') this.#verdicts.onRevocation(userId, execution, { outcome, reason });
    const { changes } = this.#context.ledger;
    const made = changes.filter(({ executionId }) => executionId === id);
    const changed = made.map(({ credential }) => credential);
    this.#messages.onEnded(execution, { userId, outcome, changed });
    const isWhole = status === 'Success' && said.get('Result.Outcome')?.[0] === 'Restored';
    if (short === 'Restore' && isWhole) this.#retired.onRestored(userId);
  }

  /** Checks what must hold after a scheduled run that was asked for at `start` and succeeded undisturbed. */
  afterRun(start: number): void {
    this.look();
    this.#verdicts.afterRun(start);
  }

  /** Checks what must hold once a day, while revocations are automatic. */
  checkResolved(): void {
    this.#verdicts.checkResolved();
  }

  /** Checks that nothing written since the last time contains a password. */
  checkSecrecy(): void {
    this.#secrecy.check();
  }

  /** Executions are kept for 30 days. */
  forgetExecutions(): void {
    this.#executions.forget(this.#context.now());
  }
}
