import type { InputParameters } from './naive-parameters.ts';
import type { Random } from './random.ts';

const second = 1000;
const day = 86_400 * second;

/** What a user's dates, path and tags have to be adversarial to. */
export interface Circumstances {
  /** Epoch ms, a whole second. */
  readonly now: number;
  /** InputParameters of the rule. */
  readonly input: InputParameters;
}

/** An instant to evaluate at, and valid rule parameters. */
export function generateCircumstances(random: Random): Circumstances {
  return { now: generateNow(random), input: generateParameters(random) };
}

// Midnight, the last second of a day and leap days are where calendars go wrong.
function generateNow({ pick, integer }: Random): number {
  const midnight = Date.UTC(2026, 0, 1) + integer(0, 1500) * day;
  return pick([
    Date.UTC(2028, 1, 29, 23, 59, 59),
    midnight,
    midnight + day - second,
    midnight + integer(0, 86_399) * second,
    midnight + integer(0, 86_399) * second,
  ]);
}

function generateParameters({ pick, chance, integer }: Random): InputParameters {
  const input: { -readonly [Name in keyof InputParameters]: string } = {};
  const age = () => String(pick([1, 2, 30, 45, 90, 365, 3650, integer(1, 3650)]));
  const setting = (share: number, name: keyof InputParameters, value: () => string) => {
    if (chance(share)) input[name] = value();
  };
  setting(0.6, 'maxCredentialUsageAge', age);
  setting(0.5, 'maxPasswordUsageAge', age);
  setting(0.5, 'maxAccessKeyUsageAge', age);
  setting(0.9, 'evaluationScope', () => pick(['credential', 'user', 'console-password']));
  setting(0.5, 'exemptPathPrefixes', () => pick(['/break-glass/', '/break-glass/,/svc/ci/']));
  setting(0.3, 'exemptUntilTag', () => pick(['Exempt Until', 'team:ausnahme-bis-äöü']));
  setting(0.6, 'maxExemptionDays', age);
  return input;
}
