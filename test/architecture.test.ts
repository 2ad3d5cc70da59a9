import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Module {
  /** Path from the repository's root. */
  readonly path: string;
  /** The folder below rule, such as `core`. */
  readonly layer: string;
  readonly source: string;
  readonly imports: readonly string[];
}

const modules = readdirSync(join(root, 'rule'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file): Module => {
    const path = join('rule', file);
    const source = readFileSync(join(root, path), 'utf8');
    const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/gu)];
    const imports = specifiers.map(([, specifier = '']) =>
      specifier.startsWith('.') ? relative(root, join(root, dirname(path), specifier)) : specifier,
    );
    return { path, layer: file.split('/')[0] ?? '', source, imports };
  });

/** What each layer may import of rule, besides itself. */
const below: Readonly<Record<string, readonly string[]>> = {
  core: [],
  formats: ['core'],
  gateways: ['core', 'formats'],
  handlers: ['core', 'formats', 'gateways'],
  cli: ['core', 'formats', 'gateways'],
};

describe('the house', () => {
  it('is found whole: every layer has modules', () => {
    expect(new Set(modules.map(({ layer }) => layer))).toEqual(new Set(Object.keys(below)));
  });

  it.each(modules)('$path imports only of its own layer and the layers below', (module) => {
    const allowed = [module.layer, ...(below[module.layer] ?? [])];
    const layers = module.imports
      .filter((path) => path.startsWith('rule/'))
      .map((path) => path.split('/')[1]);
    expect(allowed).toEqual(expect.arrayContaining(layers));
    expect(module.imports.filter((path) => /^(test|scripts|infra)\//u.test(path))).toEqual([]);
  });

  it.each(modules)('$path is in no import cycle', ({ path }) => {
    const byPath = new Map(modules.map((module) => [module.path, module.imports]));
    const reached = new Set<string>();
    const visit = (from: string) => {
      for (const next of byPath.get(from) ?? []) {
        if (reached.has(next)) continue;
        reached.add(next);
        visit(next);
      }
    };
    visit(path);
    expect([...reached]).not.toContain(path);
  });

  it.each(modules.filter(({ layer }) => layer === 'core' || layer === 'formats'))(
    '$path is pure: no clock, no environment, no AWS, no I/O',
    ({ source, imports }) => {
      expect(source).not.toMatch(
        /Date\.now|new Date\(\)|performance\.now|DateTime\.(now|utc\(\)|local\(\))/u,
      );
      expect(source).not.toMatch(/\bprocess\.|\bconsole\.|Math\.random/u);
      expect(imports.filter((path) => /^(@aws-sdk|@smithy|node:)/u.test(path))).toEqual([]);
    },
  );

  it('imports the SDK only in gateways', () => {
    const importing = modules.filter(({ imports }) =>
      imports.some((path) => /^@(aws-sdk|smithy)/u.test(path)),
    );
    expect(new Set(importing.map(({ layer }) => layer))).toEqual(new Set(['gateways']));
  });

  it('compares dates with thresholds only in the decision', () => {
    const pattern = /max(?:Password|AccessKey|Credential)UsageAge\b/u;
    const knowing = modules.filter(({ source }) => pattern.test(source)).map(({ path }) => path);
    expect(knowing.sort()).toEqual([
      'rule/core/assess-user.ts',
      'rule/core/presets.ts',
      'rule/core/rule-parameters.ts',
      'rule/core/scope.ts',
    ]);
  });

  it('has files of at most 160 lines, each about one thing', () => {
    const long = modules.filter(({ source }) => source.split('\n').length > 160);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('has no import cycle in infra either', () => {
    const files = readdirSync(join(root, 'infra')).filter((file) => file.endsWith('.ts'));
    const importsOf = (file: string) => {
      const source = readFileSync(join(root, 'infra', file), 'utf8');
      return [...source.matchAll(/from '\.\/([^']+)'/gu)].map(([, name = '']) => name);
    };
    const reached = (file: string) => {
      const seen = new Set<string>();
      const visit = (from: string) => {
        for (const next of importsOf(from)) {
          if (seen.has(next)) continue;
          seen.add(next);
          visit(next);
        }
      };
      visit(file);
      return seen;
    };
    expect(files.filter((file) => reached(file).has(file))).toEqual([]);
    expect(reached('app.ts').size).toBeGreaterThan(30);
  });

  it('lets infra take of rule nothing but names and parameters, and no SDK', () => {
    const files = readdirSync(join(root, 'infra')).filter((file) => file.endsWith('.ts'));
    const imports = files.flatMap((file) =>
      [...readFileSync(join(root, 'infra', file), 'utf8').matchAll(/from '([^']+)'/gu)].map(
        ([, specifier = '']) => specifier,
      ),
    );
    expect(files.length).toBeGreaterThan(20);
    const ofRule = imports.filter((specifier) => specifier.includes('/rule/'));
    expect(new Set(ofRule)).toEqual(
      new Set(['../rule/core/names.ts', '../rule/core/rule-parameters.ts']),
    );
    expect(
      imports.filter((specifier) => /^@aws-sdk|^\.\.\/(test|scripts)/u.test(specifier)),
    ).toEqual([]);
  });
});
