import { randomInt } from 'node:crypto';

/** Takes a limit above 0. Gives back a whole number from 0 to below it, from the system's cryptographic source. */
export const randomBelow = (limit: number): number => randomInt(limit);
