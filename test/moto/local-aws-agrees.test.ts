import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../local-aws/operations.ts';
import { type Fixture, startFixture } from '../local-aws/fixture.ts';
import { exchange, exchanges, operationOf } from './exchanges.ts';
import { startMotoServer } from './moto-server.ts';
import { setUpInMoto, setUpLocally, type World } from './scenario.ts';
import { compare, type Outcome, outcomeOf } from './shape.ts';

/** The cells of the tables of differences, without their headings. */
const cells = readFileSync(new URL('differences.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!operation |exchanges )/u.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const differences = cells
  .filter(({ length }) => length === 5)
  .map(([names = '', paths = '', local = '', moto = '', why = '']) => ({
    ...{ exchanges: names.split('; '), local, moto, why },
    paths: paths.split(' ').map((path) => path.replaceAll('`', '')),
  }));
const notComparable = cells
  .filter(({ length }) => length === 3)
  .map(([operation = '', moto = '', why = '']) => ({ operation, moto, why }));

interface Outcomes {
  readonly local: Outcome;
  readonly moto: Outcome;
  /** The operations that the local account received. */
  readonly asked: string;
}

const names = Object.keys(exchanges);
const isComparable = (name: string) =>
  notComparable.every(({ operation }) => operation !== operationOf(name));

describe('the documented differences', () => {
  it('name exchanges that exist and can be compared', () => {
    const comparable = new Set(names.filter(isComparable));
    const unknown = differences.flatMap((one) => one.exchanges).filter((it) => !comparable.has(it));
    expect(unknown).toEqual([]);
  });

  it('are in two tables, each row with all its cells', () => {
    expect(cells.length).toBe(differences.length + notComparable.length);
  });

  it('give a reason, each in a sentence', () => {
    const reasons = [...differences, ...notComparable].map(({ why }) => why);
    expect(reasons.filter((why) => !/^\S.{20,}\.$/u.test(why))).toEqual([]);
  });
});

const moto = await startMotoServer();

describe.skipIf(typeof moto === 'string')(
  `the local account, compared with moto${typeof moto === 'string' ? ` (${moto})` : ''}`,
  () => {
    let fixture: Fixture | undefined;
    let motoWorld: World | undefined;
    const outcomes = new Map<string, Outcomes>();

    beforeAll(async () => {
      if (typeof moto === 'string') return;
      fixture = await startFixture();
      const localWorld = setUpLocally(fixture);
      motoWorld = await setUpInMoto(moto.endpoint);
      const { entries } = fixture.aws.requests;
      for (const name of names) {
        const before = entries.length;
        const local = await outcomeOf(exchange(name, localWorld));
        const asked = entries.slice(before).map(({ operation }) => operation);
        outcomes.set(name, {
          local,
          moto: await outcomeOf(exchange(name, motoWorld)),
          asked: asked.join(),
        });
      }
    }, 30_000);

    afterAll(async () => {
      const { iam, config, ssm, secrets, sns, sts, events, lambda } = motoWorld ?? {};
      for (const client of [iam, config, ssm, secrets, sns, sts, events, lambda]) client?.destroy();
      await fixture?.close();
      if (typeof moto !== 'string') await moto.stop();
    });

    const outcomesOf = (name: string): Outcomes => {
      const found = outcomes.get(name);
      if (found === undefined) throw new Error(`${name} was not asked`);
      return found;
    };

    for (const name of names.filter(isComparable)) {
      it(`agrees in shape or error, except for documented differences: ${name}`, () => {
        const { local, moto: theirs } = outcomesOf(name);
        const documented = differences
          .filter((difference) => difference.exchanges.includes(name))
          .flatMap(({ paths, ...rest }) =>
            paths.map((path) => ({ path, local: rest.local, moto: rest.moto })),
          );
        const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
        expect(compare(local, theirs).sort(byPath)).toEqual(documented.sort(byPath));
      });
    }

    it.each(notComparable)('cannot be compared: $operation', ({ operation, moto }) => {
      const asked = names.filter((name) => operationOf(name) === operation);
      expect(asked).not.toEqual([]);
      for (const name of asked) expect(outcomesOf(name).moto).toEqual({ error: moto });
    });

    it.each(operations)(
      '$operation is compared, both its success and its failure',
      ({ operation }) => {
        const asked = names.filter((name) => operationOf(name) === operation);
        expect(asked.map((name) => outcomesOf(name).asked)).toEqual(asked.map(() => operation));
        const failures = asked.map((name) => 'error' in outcomesOf(name).local);
        expect(failures).toContain(false);
        // IAM documents no error of these operations that a request could cause.
        const neverFail = ['GenerateCredentialReport', 'GetAccountSummary'];
        if (!neverFail.includes(operation)) expect(failures).toContain(true);
      },
    );
  },
);
