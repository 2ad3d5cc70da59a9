import type { Clients } from '../../aws/clients.ts';
import type { Passwords } from '../../formats/messages.ts';
import type { FunctionDependencies } from '../invocation.ts';

/** Settings of the deployment that apply regardless of who starts a restoration. */
export interface RestorationSettings {
  /** The name of the deployed rule, the only one that counts. */
  readonly ruleName: string;
  /** ARNs of the roles and users that may start a restoration; {account} stands for the account ID; empty for every person. */
  readonly operatorArns: readonly string[];
  readonly passwords: Passwords;
}

/** What the modes of the function run with. */
export interface RestorationDependencies
  extends FunctionDependencies,
    Clients<'iam' | 'config' | 'ssm' | 'secrets'> {
  readonly settings: RestorationSettings;
  /** The key of the tag that names a user's owner. */
  readonly ownerTag: string;
  /** The variable RULE_PARAMETERS. */
  readonly ruleParameters: string | undefined;
}
