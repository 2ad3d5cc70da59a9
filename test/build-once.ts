import { buildAll } from '../scripts/build.ts';

/** Before all tests, builds what is tested as built. */
export default buildAll;
