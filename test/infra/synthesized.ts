import type { Template, TemplateParameter } from '../../local-aws/template/resolve.ts';
import { type MakeStack, synthesize } from './synthesize.ts';

/** The name of the account stack. */
export const stackName = 'UnusedIamCredentials';

/** The template of the account stack, with what CloudFormation shows. */
export interface AccountTemplate extends Template {
  readonly Description: string;
  readonly Metadata: Readonly<Record<string, unknown>>;
  readonly Parameters: Readonly<Record<string, TemplateParameter & { Description: string }>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

let made: Promise<AccountTemplate> | undefined;

/** Synthesized once in a process, without checks. */
export function accountTemplate(): Promise<AccountTemplate> {
  made ??= writeAccount();
  return made;
}

async function writeAccount(): Promise<AccountTemplate> {
  const { texts } = await synthesize({ [stackName]: await accountStack() }, false);
  return JSON.parse(texts.join());
}

/** CDK is loaded only when this is called, since that is slow. */
export async function accountStack(): Promise<MakeStack> {
  const { AccountStack } = await import('../../infra/account/stack.ts');
  return (app, name, synthesizer) => new AccountStack(app, name, { synthesizer });
}
