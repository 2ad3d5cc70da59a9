import { buildAll } from '../scripts/build.ts';

/** Builds everything before the tests, so that tests of what is built see the present sources. */
export default buildAll;
