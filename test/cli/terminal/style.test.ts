import { afterEach, expect, it, vi } from 'vitest';
import { styleFor } from '../../../cli/terminal/style.ts';

afterEach(() => void vi.unstubAllEnvs());

it.each([
  ['a terminal', { isTTY: true }, '', true],
  ['a terminal with NO_COLOR', { isTTY: true }, '1', false],
  ['a pipe', {}, '', false],
])('colors are used in %s as NO_COLOR says', (_, stream, noColor, colored) => {
  vi.stubEnv('NO_COLOR', noColor);
  expect(styleFor(stream).bad('NON_COMPLIANT') !== 'NON_COMPLIANT').toBe(colored);
});
