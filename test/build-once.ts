import { buildAll } from '../scripts/build.ts';

/** Before all tests, builds the bundles that some tests run. */
export default buildAll;
