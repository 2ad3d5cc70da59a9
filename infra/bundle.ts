import { existsSync, readFileSync } from 'node:fs';
import { prefix } from '../rule/core/names.ts';

/** Takes a function's name. Gives back its bundle's text, as `npm run build` wrote it. Throws where it is missing. */
export function readBundle(functionName: string): string {
  const name = functionName.replace(`${prefix}-`, '');
  const file = new URL(`../dist/lambda/${name}/index.js`, import.meta.url);
  if (!existsSync(file)) {
    throw new Error(
      `The code of ${functionName} is not built: dist/lambda/${name}/index.js is missing. Run: npm run build`,
    );
  }
  return readFileSync(file, 'utf8');
}
