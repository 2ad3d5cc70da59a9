/** Between two looks of revoke and restore at an execution (milliseconds). */
const interval = 2_000;

const script = `
const wait = globalThis.setTimeout;
const waitLess = (callback, milliseconds, ...rest) =>
  wait(callback, milliseconds === ${interval} ? 100 : milliseconds, ...rest);
globalThis.setTimeout = Object.assign(waitLess, wait);
`;

/**
 * Environment variables with which a process of the command line looks at executions twenty times as often as
 * it would: those of a local account end at once. No other wait is shorter.
 */
export const shortLooks = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
};
