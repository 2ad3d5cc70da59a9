import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const rule = fileURLToPath(new URL('../rule', import.meta.url));

const modules = readdirSync(rule, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((path) => ({ path, source: readFileSync(join(rule, path), 'utf8') }));
const pure = modules.filter(({ path }) => /^(core|formats)\//u.test(path));

// The linter checks which folder may import which; see biome.json.
describe('rule', () => {
  it.each(pure)('$path reads no clock, environment, randomness or console', ({ source }) => {
    expect(source).not.toMatch(
      /Date\.now|new Date\(\)|performance\.now|DateTime\.(now|utc\(\)|local\(\))/u,
    );
    expect(source).not.toMatch(/\bprocess\.|\bconsole\.|Math\.random/u);
  });

  it('compares dates with thresholds only in the decision', () => {
    const pattern = /max(?:Password|AccessKey|Credential)UsageAge\b/u;
    const knowing = modules.filter(({ source }) => pattern.test(source)).map(({ path }) => path);
    expect(knowing.sort()).toEqual(['core/assess-user.ts', 'core/rule-parameters.ts']);
  });
});
