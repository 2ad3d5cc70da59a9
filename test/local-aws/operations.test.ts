import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operations } from './index.ts';

const gateways = new URL('../../rule/gateways/', import.meta.url);
const sources = readdirSync(gateways)
  .map((file) => readFileSync(new URL(file, gateways), 'utf8'))
  .join('\n');
const called = new Set(
  [...sources.matchAll(/\b(?:new (\w+)Command\(|paginate(\w+)\()/gu)].map(
    ([, command, paginator]) => command ?? paginator,
  ),
);

describe('the operations of the local account', () => {
  it('are exactly those that the gateways call', () => {
    expect(new Set(operations.map(({ operation }) => operation))).toEqual(called);
  });

  it('are exactly the actions that the gateways declare', () => {
    const declared = [...sources.matchAll(/'((?:iam|config):[A-Z]\w+)'/gu)].map(
      ([, action]) => action,
    );
    const offered = operations.map(({ service, operation }) => `${service}:${operation}`);
    expect(new Set(declared)).toEqual(new Set(offered));
  });
});
