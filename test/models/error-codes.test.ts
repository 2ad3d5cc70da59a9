import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allErrorsOf, errorsOf, modelledServices, serviceOf } from './sdk-model.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The sources in a folder, by their path from the root. */
function sources(folder: string): [path: string, text: string][] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const found = files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));
  return found.map((path) => [path, readFileSync(join(root, path), 'utf8')]);
}

const product = [...sources('rule'), ...sources('cli')].filter(
  ([path]) => path !== 'rule/aws/call.ts',
);

/** Errors of every operation, which no model lists: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
const common: Readonly<Record<string, readonly string[]>> = {
  iam: ['AccessDenied', 'AccessDeniedException'],
};

/**
 * Errors that the product also understands as an answer of an operation whose model does not name them. They stand in
 * the service's model for other operations on the same resource, and nothing goes wrong if AWS never answers so.
 */
const unlisted: readonly { service: string; name: string; codes: readonly string[] }[] = [
  {
    service: 'config',
    name: 'DescribeRemediationConfigurations',
    codes: ['NoSuchConfigRuleException', 'NoSuchRemediationConfigurationException'],
  },
  {
    service: 'iam',
    name: 'CreateLoginProfile',
    codes: ['EntityTemporarilyUnmodifiableException'],
  },
  {
    service: 'iam',
    name: 'GetAccessKeyLastUsed',
    codes: ['NoSuchEntityException', 'NoSuchEntity'],
  },
];

interface Operation {
  readonly service: string;
  readonly name: string;
}

/** The operations that a source imports from the SDK. */
function importedBy(text: string): Operation[] {
  return [...text.matchAll(/import \{([^}]*)\} from '(@aws-sdk\/client-[\w-]+)'/gu)].flatMap(
    ([, names = '', sdkPackage = '']) =>
      [...names.matchAll(/(?:(\w+)Command|paginate(\w+))\b/gu)].map(([, command, paginated]) => ({
        service: serviceOf(sdkPackage),
        name: command ?? paginated ?? '',
      })),
  );
}

/**
 * The operations whose errors a part of a source may handle: its own or, without any, those of the nearest sources
 * that call some.
 */
function operationsOf(path: string, part: string): Operation[] {
  const text = product.find(([known]) => known === path)?.[1] ?? '';
  const imported = importedBy(text);
  const sent = imported.filter(
    ({ name }) => part.includes(`${name}Command(`) || part.includes(`paginate${name}`),
  );
  if (sent.length > 0) return sent;
  return imported.length > 0 ? imported : operationsBelow(path, text, new Set([path]));
}

function operationsBelow(path: string, text: string, seen: Set<string>): Operation[] {
  return [...text.matchAll(/from '(\.[^']*)'/gu)].flatMap(([, target = '']) => {
    const found = relative(root, join(root, dirname(path), target));
    if (seen.has(found)) return [];
    seen.add(found);
    const below = product.find(([known]) => known === found)?.[1] ?? '';
    const imported = importedBy(below);
    return imported.length > 0 ? imported : operationsBelow(found, below, seen);
  });
}

/** The functions and constants of a module. */
function partsOf(text: string): string[] {
  return text.split(/^(?=(?:export )?(?:async )?(?:function|const) )/mu);
}

/** The error codes that a part of a source gives to orNull and hasAwsCode. Throws for a code that it cannot read. */
function matchedCodes(part: string, text: string): string[] {
  return [...part.matchAll(/\b(?:orNull|hasAwsCode)\(/gu)].flatMap(({ index }) =>
    parametersAt(part, part.indexOf('(', index))
      .slice(1)
      .flatMap((parameter) => codesIn(text, parameter)),
  );
}

function codesIn(text: string, parameter: string): string[] {
  if (/^'\w+'$/u.test(parameter)) return [parameter.slice(1, -1)];
  const constant = parameter.replace('...', '');
  const [, value = ''] =
    new RegExp(`const ${constant} = (\\[[^\\]]*\\]|'\\w+')`, 'u').exec(text) ?? [];
  const codes = [...value.matchAll(/'(\w+)'/gu)].map(([, code = '']) => code);
  if (codes.length === 0) throw new Error(`Expected an error code, found ${parameter}`);
  return codes;
}

/** The parameters of a call whose bracket opens at `start`. */
function parametersAt(text: string, start: number): string[] {
  const parameters = [''];
  let depth = 0;
  for (const character of text.slice(start)) {
    if (')]}'.includes(character)) depth--;
    if (depth === 0 && character === ')') break;
    if (depth === 1 && character === ',') parameters.push('');
    else if (depth > 0) parameters.push((parameters.pop() ?? '') + character);
    if ('([{'.includes(character)) depth++;
  }
  return parameters.map((parameter) => parameter.trim()).filter((parameter) => parameter !== '');
}

/** The codes that none of the operations answers with. */
function impossible(codes: readonly string[], operations: readonly Operation[]): string[] {
  const possible = operations.flatMap(({ service, name }) => [
    ...errorsOf(service, name),
    ...(common[service] ?? []),
    ...unlisted.flatMap((entry) => (entry.name === name ? entry.codes : [])),
  ]);
  return codes.filter((code) => !possible.includes(code));
}

const matching = product.flatMap(([path, text]) =>
  partsOf(text)
    .map((part) => ({ path, part, codes: matchedCodes(part, text) }))
    .filter(({ codes }) => codes.length > 0)
    .map(({ part, codes }) => ({ codes, path, operations: operationsOf(path, part) })),
);

describe('an error code that the product looks for', () => {
  it.each(matching)(
    'is in the model of a called operation: $codes in $path',
    ({ codes, operations }) => {
      expect(impossible(codes, operations)).toEqual([]);
    },
  );

  it('is passed to orNull or hasAwsCode, so that this test finds all of them', () => {
    const known = modelledServices.flatMap(allErrorsOf);
    const looksLikeCode = (literal: string) =>
      // A kind of error of the product itself.
      literal !== 'UserError' && (known.includes(literal) || literal.endsWith('Exception'));
    const escaped = product.flatMap(([path, text]) => {
      const found = matchedCodes(text, text);
      const literals = [...text.matchAll(/'([A-Z]\w+)'/gu)].map(([, literal = '']) => literal);
      return literals
        .filter((literal) => looksLikeCode(literal) && !found.includes(literal))
        .map((literal) => `${path}: ${literal}`);
    });
    expect(escaped).toEqual([]);
  });

  it.each(unlisted)(
    'is in the model of $service, if the model of $name does not list it',
    ({ service, name, codes }) => {
      expect(allErrorsOf(service)).toEqual(expect.arrayContaining([...codes]));
      expect(codes.filter((code) => errorsOf(service, name).includes(code))).toEqual([]);
    },
  );

  it('is refused if only another operation of the service answers with it', () => {
    const operations = [{ service: 'iam', name: 'GenerateCredentialReport' }];
    const other = 'ReportGenerationLimitExceededException';
    expect(allErrorsOf('iam')).toContain(other);
    expect(impossible([other, 'LimitExceededException'], operations)).toEqual([other]);
  });
});

describe('an error code of the local account', () => {
  const table = readFileSync(join(root, 'local-aws/operations.ts'), 'utf8');
  const rows = [
    ...table.matchAll(/service: '(\w+)',\s*operation: '(\w+)',\s*handler: (\w+)\./gu),
  ].map(([, service = '', name = '', module = '']) => ({
    ...{ service, name },
    file: module.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`),
  }));

  it.each(sources('local-aws/services'))('is one of the operations in %s', (path, text) => {
    const operations = rows.filter(({ file }) => path.endsWith(`/${file}.ts`));
    const codes = [...text.matchAll(/awsError\(\s*'(\w+)'/gu)].map(([, code = '']) => code);
    expect(operations).not.toEqual([]);
    // PutEvents answers with errors of single events, and AssumeRole with an error of every operation.
    expect(codes.length === 0).toBe(/\/(?:events|sts)\.ts$/u.test(path));
    expect(impossible(codes, operations)).toEqual([]);
  });
});
