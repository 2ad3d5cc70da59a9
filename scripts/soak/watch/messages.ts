import type { LocalExecution } from '../../../local-aws/account.ts';
import type { CredentialName } from '../ledger.ts';
import { type Delivered, eventsOfExecution, messagesOfRules } from '../topic.ts';
import type { WatchContext } from './context.ts';

/** Whom and what a message of the topic names. */
interface Mentioned {
  /** Names of users who are newly NON_COMPLIANT. */
  readonly nonCompliant: readonly string[];
  /** Names of users whose credentials become unused soon. */
  readonly warned: readonly string[];
  /** IDs of keys that will be deleted. */
  readonly announcedKeys: readonly string[];
}

/** What is known of an execution that ended. */
interface Ending {
  /** Empty if it was for the whole account. */
  readonly userId: string;
  readonly outcome: string;
  /** The credentials that it changed. */
  readonly changed: readonly CredentialName[];
}

/** Reads what was published, and checks that each change of credentials has its message. */
export class Messages {
  readonly delivered: Delivered[] = [];
  readonly #context: WatchContext;
  readonly #hear: (text: string) => void;

  /** `hear` gets the text of each message and event. */
  constructor(context: WatchContext, hear: (text: string) => void) {
    [this.#context, this.#hear] = [context, hear];
  }

  /** Takes what was published since the last time. */
  read(): Mentioned[] {
    const { account, now } = this.#context;
    const mentioned: Mentioned[] = [];
    for (const { subject = '', message, attributes } of account.published.splice(0)) {
      this.#hear(JSON.stringify({ subject, message, attributes }));
      const { event = '', userName = '' } = attributes;
      this.delivered.push({ at: now(), subject, message, event, userName });
      mentioned.push(readMessage(event, message));
    }
    for (const event of account.events.splice(0)) {
      this.#hear(JSON.stringify(event));
      this.#readEvent(event);
    }
    return mentioned;
  }

  /** Checks that an execution that ended was announced. */
  onEnded(execution: LocalExecution, { userId, outcome, changed }: Ending): void {
    const { account, checks, isDisturbed } = this.#context;
    const { id, documentName, parameters, status, start, end = start } = execution;
    this.#hear(JSON.stringify(execution));
    for (const event of eventsOfExecution(account, execution)) this.#readEvent(event);
    const short = documentName.replace(/^.*-/u, '');
    const name = `${short} ${status === 'Success' ? outcome : status}`;
    const fromNow = this.delivered.filter(({ at }) => at >= start);
    const byRule = fromNow.some(({ event, message }) => event === 'rule' && message.includes(id));
    if (changed.length > 0 || status !== 'Success') {
      checks.check('changes are announced', byRule, () => `no event rule matched ${name} ${id}`);
    }
    if (status !== 'Success') return;
    const isLost = isDisturbed(start, end, ['lost message']);
    const tell = (event: string, isMeant: (message: Delivered) => boolean) => {
      const isAnnounced = fromNow.some((each) => each.event === event && isMeant(each));
      checks.check(
        'changes are announced',
        isAnnounced || isLost,
        () => `no message of ${name} ${id}`,
      );
    };
    // The person who starts a restoration chooses whether the topic gets a message as well.
    const hasTopic = parameters['NotificationTopicArn'] !== 'none';
    const ofUser = ({ message }: Delivered) => message.includes(`(${userId})`);
    if (short === 'Revoke' && changed.length > 0) tell('credentials-revoked', ofUser);
    if (short === 'Restore' && changed.length > 0 && hasTopic) tell('credentials-restored', ofUser);
    if (outcome === 'Retire') tell('user-retired', ofUser);
    if (outcome === 'KeepsComingBack') tell('credentials-keep-coming-back', ofUser);
    if (short !== 'Purge') return;
    for (const credential of changed) {
      tell('access-key-deleted', ({ message }) => message.includes(credential));
    }
  }

  #readEvent(event: unknown): void {
    const { now, resources } = this.#context;
    for (const message of messagesOfRules(resources(), event)) {
      this.delivered.push({ at: now(), subject: '', message, event: 'rule', userName: '' });
    }
  }
}

function readMessage(event: string, message: string): Mentioned {
  const namesAfter = (heading: RegExp) => {
    const [, list = ''] = heading.exec(message) ?? [];
    return [...list.matchAll(/^- ([^:\n]+): /gmu)].map(([, name = '']) => name);
  };
  const isAnnouncement = event === 'access-keys-will-be-deleted';
  const keys = isAnnouncement ? message.matchAll(/- access key (AKIA\w+) of/gu) : [];
  return {
    nonCompliant: namesAfter(/newly NON_COMPLIANT in account \d+:\n((?:- .*\n)*)/u),
    warned: namesAfter(/before the date:\n((?:- .*\n)*)/u),
    announcedKeys: [...keys].map(([, id = '']) => id),
  };
}
