import { type PauseSwitch, readPauseSwitch } from '../../../rule/aws/ssm-parameters.ts';
import { formatInstant, millisecondsPerDay } from '../../../rule/core/instant.ts';
import { pauseParameter } from '../../../rule/core/names.ts';
import { type Check, ok, warning } from '../check.ts';

/** Checks whether revocations are paused. */
export const pause: Check<PauseSwitch | null> = {
  id: 'pause',
  read: ({ clients }) => readPauseSwitch(clients.ssm),
  judge: (pauseSwitch, { now }) => {
    if (pauseSwitch === null) return ok('not set; nothing is paused');
    const { setAt } = pauseSwitch;
    const since =
      setAt === null
        ? ''
        : ` since ${formatInstant(setAt)} (${Math.floor((now - setAt) / millisecondsPerDay)} days)`;
    return warning(
      `every revocation is paused${since}`,
      `to resume: aws ssm delete-parameter --name ${pauseParameter}`,
    );
  },
};
