import { withoutControls } from './annotation.ts';
import type { Tag } from './credentials.ts';

/** What manages a user according to their tags, and the tag that says so. */
export interface UserManager {
  readonly kind: 'CloudFormation' | 'Terraform' | 'other';
  /** `key = value`, without control characters, and cut. */
  readonly tag: string;
}

/** Tag keys that say by their presence that Terraform manages a resource, unless the value denies it. */
const terraformKeys = new Set(['terraform', 'tf', 'opentofu']);
const terraformPrefix = /^(?:terraform|tf|opentofu)[-_:./]/u;
const denials = new Set(['false', 'no', '0']);

/** Tag keys whose value names the tool, compared without case, hyphens, underscores and spaces. */
const toolKeys = new Set(['managedby', 'provisionedby', 'provisioner', 'createdby', 'iac']);

/** CloudFormation first, since only AWS can set its tags. Null if no tag says it. */
export function findManager(tags: readonly Tag[]): UserManager | null {
  const stackFirst = tags.toSorted((a, b) => rank(a) - rank(b));
  for (const kind of ['CloudFormation', 'Terraform', 'other'] as const) {
    const found = stackFirst.find((tag) => kindOf(tag) === kind);
    if (found !== undefined) return { kind, tag: describe(found) };
  }
  return null;
}

const stackName = 'aws:cloudformation:stack-name';

function rank({ key }: Tag): number {
  return key.toLowerCase() === stackName ? 0 : 1;
}

function kindOf({ key, value }: Tag): UserManager['kind'] | null {
  const [name, text] = [key.toLowerCase(), value.trim().toLowerCase()];
  if (name.startsWith('aws:cloudformation:')) return 'CloudFormation';
  if (terraformKeys.has(name) || terraformPrefix.test(name)) {
    return denials.has(text) ? null : 'Terraform';
  }
  if (!toolKeys.has(name.replace(/[-_\s]/gu, ''))) return null;
  if (/terraform|opentofu/u.test(text)) return 'Terraform';
  if (text.includes('cloudformation')) return 'CloudFormation';
  return text === '' ? null : 'other';
}

const longestText = 100;

function describe({ key, value }: Tag): string {
  return [key, value].map((text) => withoutControls(text).slice(0, longestText)).join(' = ');
}
