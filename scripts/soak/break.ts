import { readFileSync } from 'node:fs';
import type { Template } from '../../local-aws/template/resolve.ts';
import { bundleWith } from '../build.ts';
import type { Invariant } from './invariants.ts';
import { runSoak, type SoakPlan } from './soak.ts';

/** A way in which the product could be broken, and what then must not hold. */
export interface Break {
  readonly name: string;
  readonly violates: Invariant;
  /** The soak that reveals the break. */
  readonly soak: Pick<SoakPlan, 'seed' | 'users' | 'days'>;
  /** What changes: a module of some functions, or a document. `from` is in it exactly once. */
  readonly change: { readonly from: string; readonly to: string } & (
    | { readonly module: string; readonly functions: readonly string[] }
    | { readonly document: string }
  );
}

/** Runs the soak of a broken product. Returns the day after which the violation was found; null if it was not. */
export async function dayOfViolation(template: Template, broken: Break): Promise<number | null> {
  let found: number | null = null;
  await runSoak({
    ...{ ...broken.soak, template: await breakTemplate(template, broken) },
    onDay: (day, { violations }) => {
      if (violations.some(({ invariant }) => invariant === broken.violates)) found = day;
      return found !== null;
    },
  });
  return found;
}

/** The template of the broken product. Throws if the text to replace is not there exactly once. */
async function breakTemplate(template: Template, { change }: Break): Promise<Template> {
  const broken = structuredClone(template);
  if ('document' in change) {
    const properties = propertiesOf(broken, 'Name', change.document);
    properties['Content'] = replaceOnce(String(properties['Content']), change, change.document);
    return broken;
  }
  for (const name of change.functions) {
    const code = await bundleWith(name, {
      name: 'break',
      setup({ onLoad }) {
        onLoad({ filter: /\/rule\/.*\.ts$/ }, ({ path }) => {
          if (!path.endsWith(`/${change.module}`)) return null;
          const contents = replaceOnce(readFileSync(path, 'utf8'), change, change.module);
          return { contents, loader: 'ts' };
        });
      },
    });
    const properties = propertiesOf(broken, 'FunctionName', `unused-iam-credentials-${name}`);
    properties['Code'] = { ZipFile: code };
  }
  return broken;
}

function propertiesOf(template: Template, key: string, value: string): Record<string, unknown> {
  const found = Object.values(template.Resources).find(
    ({ Properties }) => Properties?.[key] === value,
  );
  if (found?.Properties === undefined) throw new Error(`No resource has ${key} ${value}`);
  return found.Properties as Record<string, unknown>;
}

function replaceOnce(
  text: string,
  { from, to }: { readonly from: string; readonly to: string },
  where: string,
): string {
  const [before, after, ...more] = text.split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`Expected exactly once in ${where}: ${from}`);
  }
  return `${before}${to}${after}`;
}
