import { buildFunctions } from '../scripts/build.ts';

/** Builds the functions before the tests, so that the tests of the bundles see the present sources. */
export default buildFunctions;
