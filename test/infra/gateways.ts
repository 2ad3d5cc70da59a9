import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { actionOf } from './sdk-actions.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = 'rule/gateways';

/** A module of rule/gateways: what it declares, and what it uses. */
export interface Gateway {
  /** From the repository's root. */
  readonly path: string;
  /** The declared actions by the name of the constant, such as readUserActions. */
  readonly declared: ReadonlyMap<string, readonly string[]>;
  /** The names of the functions that it exports. */
  readonly functions: readonly string[];
  /** The actions of what it imports from the SDK. */
  readonly used: readonly string[];
  /** The constants of other gateways that it imports, by their module's path. */
  readonly taken: ReadonlyMap<string, string>;
}

/** Reads every module of rule/gateways. Throws for one that imports of the SDK what is not understood. */
export async function readGateways(): Promise<readonly Gateway[]> {
  const files = readdirSync(`${root}/${folder}`).filter((file) => file.endsWith('.ts'));
  return Promise.all(files.map((file) => readGateway(`${folder}/${file}`)));
}

/** An import of names. */
const named = /^import (type )?\{([^}]*)\} from '([^']+)';$/gmu;

async function readGateway(path: string): Promise<Gateway> {
  const source = readFileSync(`${root}/${path}`, 'utf8');
  const exported: Record<string, unknown> = await import(`${root}/${path}`);
  const isActions = ([name, value]: [string, unknown]): [string, readonly string[]][] =>
    name.endsWith('Actions') && Array.isArray(value) ? [[name, value]] : [];
  const imports = [...source.matchAll(named)]
    .filter(([, type]) => type === undefined)
    .flatMap(([, , names = '', from = '']) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '))
        .map((name) => ({ name, from })),
    );
  if (/@(?:aws-sdk|smithy)\//u.test(source.replaceAll(named, ''))) {
    throw new Error(`${path} asks for the SDK otherwise than by an import of names`);
  }
  const prefix = '@aws-sdk/';
  const ofSdk = imports.filter(({ from }) => from.startsWith(prefix));
  return {
    path,
    declared: new Map(Object.entries(exported).flatMap(isActions)),
    functions: Object.entries(exported).flatMap(([name, value]) =>
      typeof value === 'function' ? [name] : [],
    ),
    used: ofSdk.flatMap(({ name, from }) => actionOf(from.slice(prefix.length), name) ?? []),
    taken: new Map(
      imports
        .filter(({ name, from }) => name.endsWith('Actions') && from.startsWith('./'))
        .map(({ name, from }) => [name, `${folder}/${from.slice(2)}`]),
    ),
  };
}

/**
 * Takes gateways and the name of a function's entry point. Gives the actions that are declared for what remains
 * of the gateways in its bundle: a constant is for the function of its name, or else for all of its module.
 */
export async function declaredInBundle(
  gateways: readonly Gateway[],
  name: string,
): Promise<string[]> {
  const { outputFiles } = await build({
    ...{ absWorkingDir: root, entryPoints: [`rule/handlers/${name}.ts`], outfile: 'index.js' },
    ...{ bundle: true, write: false, platform: 'node', format: 'cjs', target: 'node20' },
    external: ['@aws-sdk/*', '@smithy/*'],
    logLevel: 'warning',
  });
  // Before what is left of a module esbuild writes its path.
  const parts = outputFiles.flatMap(({ text }) => text.split(/^ *\/\/ (?=\S+\.[cm]?[jt]s$)/mu));
  return gateways.flatMap(({ path, declared, functions }) => {
    const left = parts.filter((part) => part.startsWith(`${path}\n`)).join('');
    const isLeft = (each: string) =>
      new RegExp(`^ *(?:async )?function ${each}\\(`, 'mu').test(left);
    return [...declared].flatMap(([constant, actions]) => {
      const own = constant.replace(/Actions$/u, '');
      const users = functions.includes(own) ? [own] : functions;
      return users.some(isLeft) ? actions : [];
    });
  });
}
