import type { AccountParameterName } from '../parameters/account.ts';
import type { AccountInputName } from '../parameters/organization.ts';

/** Other defaults for the parameters of the templates. */
export type Defaults = Readonly<Partial<Record<AccountParameterName, string>>>;

/** Organizational units, and the values that override the StackSet's own in their accounts. */
export interface Wave {
  readonly organizationalUnitIds: readonly string[];
  readonly parameters: Readonly<Partial<Record<AccountInputName, string>>>;
}

/** What the context of CDK sets in the templates. */
export interface Settings {
  readonly defaults: Defaults;
  /** If there are none, a parameter of the template names the organizational units. */
  readonly waves: readonly Wave[];
}
