import type { Template, TemplateParameter } from '../../local-aws/template/resolve.ts';
import { type MakeStack, synthesize } from './synthesize.ts';

/** The name of the account stack. */
export const stackName = 'UnusedIamCredentials';

/** The template of the account stack, with what CloudFormation shows of it. */
export interface AccountTemplate extends Template {
  readonly Description: string;
  readonly Metadata: Readonly<Record<string, unknown>>;
  readonly Parameters: Readonly<Record<string, TemplateParameter & { Description: string }>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

let made: Promise<AccountTemplate> | undefined;

/** Gives the template of the account stack. Made once a process, without the checks, which take some seconds. */
export function accountTemplate(): Promise<AccountTemplate> {
  made ??= writeAccount();
  return made;
}

async function writeAccount(): Promise<AccountTemplate> {
  const { texts } = await synthesize({ [stackName]: await accountStack() }, false);
  return JSON.parse(texts.join());
}

/** Gives what makes the account stack. CDK takes long to load: it is loaded for who asks. */
export async function accountStack(): Promise<MakeStack> {
  const { AccountStack } = await import('../../infra/account/stack.ts');
  return (app, name, synthesizer) => new AccountStack(app, name, { synthesizer });
}
