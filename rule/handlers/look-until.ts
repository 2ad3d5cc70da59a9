import type { Instant } from '../core/instant.ts';
import type { Clock } from '../gateways/clock.ts';

/** IAM's reads may be behind its writes by seconds; so long they are repeated (milliseconds). */
const patience = 30_000;
const pause = 2_000;

/**
 * Takes a clock, when the function must answer, and a look that tells what is left. Looks again until nothing
 * is left, or patience is. Gives back the last look. Throws what the look throws.
 */
export async function lookUntil<Look extends { readonly left: readonly string[] }>(
  clock: Clock,
  deadline: Instant,
  look: () => Promise<Look>,
): Promise<Look> {
  const end = Math.min(deadline, clock.now() + patience);
  for (;;) {
    const seen = await look();
    if (seen.left.length === 0 || clock.now() + pause > end) return seen;
    await clock.sleep(pause);
  }
}
