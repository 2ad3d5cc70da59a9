import type { PauseSwitch } from '../../../rule/aws/ssm-parameters.ts';
import { formatInstant, type Instant, millisecondsPerDay } from '../../../rule/core/instant.ts';
import { pauseParameter } from '../../../rule/core/names.ts';
import { type Finding, ok, warning } from '../finding.ts';

/** Takes the pause switch (null where it is not set) and the instant. Gives back whether revocations are paused. */
export function judgePause(pause: PauseSwitch | null, now: Instant): Finding {
  if (pause === null) return ok('not set; nothing is paused');
  const { setAt } = pause;
  const since =
    setAt === null
      ? ''
      : ` since ${formatInstant(setAt)} (${Math.floor((now - setAt) / millisecondsPerDay)} days)`;
  return warning(
    `every revocation is paused${since}`,
    `to go on: aws ssm delete-parameter --name ${pauseParameter}`,
  );
}
