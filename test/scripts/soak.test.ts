import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documents } from '../../remediation-docs/documents.ts';
import { type Break, dayOfViolation } from '../../scripts/soak/break.ts';
import { invariants } from '../../scripts/soak/invariants.ts';
import { runSoak } from '../../scripts/soak/soak.ts';
import { accountTemplate } from '../infra/synthesized.ts';
import { breaks } from './soak-breaks.ts';

describe('npm run soak', () => {
  it('finds that every invariant holds for 30 days, in which people, tools, AWS and faults interfere', async () => {
    const template = await accountTemplate();
    const outcome = await runSoak({ seed: 20261129, users: 16, days: 30, template });
    expect(outcome.violations).toEqual([]);
    // What can happen within a month has happened.
    const { checks, changes, faults, executions } = outcome;
    expect(checks).toMatchObject({
      'no recently used credential is revoked': expect.any(Number),
      'a record is written before each change': expect.any(Number),
      'restored credentials keep their grace period': expect.any(Number),
      'no credential is revoked in a loop': expect.any(Number),
      'changes are announced': expect.any(Number),
      'newly NON_COMPLIANT users are named once': expect.any(Number),
      'evaluation results are correct': expect.any(Number),
      'every NON_COMPLIANT user is resolved or has a reason': expect.any(Number),
    });
    expect(changes).toMatchObject({ revoke: expect.any(Number), restore: expect.any(Number) });
    expect(executions).toMatchObject({ 'Revoke KeepsComingBack': expect.any(Number) });
    expect(Object.keys(faults).length).toBeGreaterThan(3);
  });

  it('has the same outcome for the same seed', async () => {
    const template = await accountTemplate();
    const run = () => runSoak({ seed: 3, users: 8, days: 2, template });
    expect(await run()).toEqual(await run());
  });
});

/** How often the text that a break replaces occurs. */
function occurrences({ change }: Break): number {
  const text =
    'module' in change
      ? readFileSync(new URL(`../../${change.module}`, import.meta.url), 'utf8')
      : (documents.find(({ name }) => name === change.document)?.load() ?? '');
  return text.split(change.from).length - 1;
}

describe('the ways to break the product', () => {
  it('violate every invariant, and the text that each replaces occurs once', () => {
    expect(new Set(breaks.map(({ violates }) => violates))).toEqual(
      new Set(Object.keys(invariants)),
    );
    expect(breaks.filter((each) => occurrences(each) !== 1)).toEqual([]);
  });

  // `npm run soak -- --breaks` tries all.
  const quick = ['the revocation writes no record', 'a revocation sends no message'];
  it.each(breaks.filter(({ name }) => quick.includes(name)))('are noticed: $name', async (each) => {
    expect(await dayOfViolation(await accountTemplate(), each)).not.toBeNull();
  });
});
