import type { UserIdentity } from '../formats/live-user.ts';
import { type RemediationCommand, usage } from './document-options.ts';
import type { CommandEnvironment } from './environment.ts';
import { plain } from './terminal.ts';

/** Asks a person a question; gives back the answer. */
export type Ask = NonNullable<CommandEnvironment['ask']>;

/** What a person is asked to confirm. */
export interface Change {
  /** What is to be done, as `Revoke the unused credentials`. */
  readonly what: string;
  readonly users: readonly UserIdentity[];
  readonly accountId: string;
  readonly region: string;
  /** The parameters that were chosen. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What else a person should know, a line each. */
  readonly notes: readonly string[];
}

/** Takes the environment and the command. Gives back what asks a person. Throws UsageError where nobody can be asked. */
export function requireAsk(
  { ask }: Pick<CommandEnvironment, 'ask'>,
  command: RemediationCommand,
): Ask {
  if (ask !== undefined) return ask;
  const message = 'standard input is no terminal, so that nobody can be asked; add --yes';
  throw usage(message, command);
}

/** Takes a change, what asks a person and what tells. Lists whom it concerns. Gives back whether it was confirmed. */
export async function confirm(
  { what, users, accountId, region, parameters, notes }: Change,
  ask: Ask,
  tell: (line: string) => void,
): Promise<boolean> {
  for (const { userName, userId, arn } of users) tell(plain(`  ${userName} (${userId}) ${arn}`));
  const chosen = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  if (chosen.length > 0) tell(plain(`  with ${chosen.join(', ')}`));
  for (const note of notes) tell(`  ${note}`);
  const whose = users.length === 1 ? '1 user' : `${users.length} users`;
  const answer = await ask(
    plain(`${what} of ${whose} in account ${accountId} (${region})? [y/N] `),
  );
  return /^y(es)?$/iu.test(answer.trim());
}
