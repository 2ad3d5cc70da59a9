import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../dist/lambda/', import.meta.url);

describe.each(['plan-revocation', 'plan-restoration', 'issue-password'])(
  'the bundled function %s',
  (name) => {
    it('is at most 150 KB of CommonJS without the SDK, with a source map beside it', () => {
      const bundle = readFileSync(new URL(`${name}/index.js`, folder), 'utf8');
      expect(bundle.length).toBeLessThanOrEqual(150 * 1024);
      expect(bundle).toContain('require("@aws-sdk/client-ssm")');
      expect(bundle.includes('require("@aws-sdk/client-secrets-manager")')).toBe(
        name !== 'plan-revocation',
      );
      expect(statSync(new URL(`${name}/index.js.map`, folder)).size).toBeGreaterThan(0);
    });
  },
);

it('the bundled evaluate function does not load the client of SSM', () => {
  const bundle = readFileSync(new URL('evaluate/index.js', folder), 'utf8');
  expect(bundle).not.toContain('client-ssm');
});
