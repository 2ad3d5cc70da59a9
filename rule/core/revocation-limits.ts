import { formatDate } from './instant.ts';
import type { RevocationOptions } from './revocation-plan.ts';

/** The deployment's limits for every revocation, regardless of who starts it. */
export interface RevocationLimits {
  /** The only rule whose parameters count. */
  readonly ruleName: string;
  readonly options: Omit<RevocationOptions, 'dryRun'>;
  /** The topic of every message, or null for none; undefined leaves it to the starter. */
  readonly topicArn?: string | null | undefined;
}

/** The options that count, and a text for each limit that replaced what the starter gave. */
export interface LimitedOptions {
  readonly options: RevocationOptions;
  readonly held: readonly string[];
}

/** For each option, the stricter of the given value and the limit applies. */
export function applyLimits(
  given: RevocationOptions,
  { options: limit }: RevocationLimits,
): LimitedOptions {
  const options: RevocationOptions = {
    passwordAction: stricterAction(given.passwordAction, limit.passwordAction),
    accessKeyAction: stricterAction(given.accessKeyAction, limit.accessKeyAction),
    neverUsedAccessKeyAction: stricterAction(
      given.neverUsedAccessKeyAction,
      limit.neverUsedAccessKeyAction,
    ),
    minimumIdleDays: Math.max(given.minimumIdleDays, limit.minimumIdleDays),
    maxRevocationsPerDay: smallerLimit(given.maxRevocationsPerDay, limit.maxRevocationsPerDay),
    enforceFrom: Math.max(given.enforceFrom, limit.enforceFrom),
    dryRun: given.dryRun,
  };
  const names = Object.keys(limit) as (keyof typeof limit)[];
  const held = names
    .filter((name) => options[name] !== given[name])
    .map((name) => {
      const [counts, asked] = [describe(name, options), describe(name, given)];
      return `the deployment limits ${parameterName(name)} to ${counts} (given: ${asked})`;
    });
  return { options, held };
}

/** Ordered from the least effect to the greatest. With `Replace`, the user gets a new password. */
// Stryker disable next-line StringLiteral: an action that is not found comes before all others, as Keep does
const actions: readonly string[] = ['Keep', 'Replace', 'Deactivate', 'Delete'];

function stricterAction<Action extends string>(given: Action, limit: Action): Action {
  // Stryker disable next-line EqualityOperator: both are the same then
  return actions.indexOf(given) < actions.indexOf(limit) ? given : limit;
}

/** The smaller of two numbers, where 0 means no limit. */
function smallerLimit(given: number, limit: number): number {
  return given === 0 || limit === 0 ? Math.max(given, limit) : Math.min(given, limit);
}

/** What the document calls an option. */
function parameterName(option: string): string {
  return `${option.charAt(0).toUpperCase()}${option.slice(1)}`;
}

function describe(name: keyof RevocationLimits['options'], options: RevocationOptions): string {
  return name === 'enforceFrom' ? formatDate(options.enforceFrom) : String(options[name]);
}
