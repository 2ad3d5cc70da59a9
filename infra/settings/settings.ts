import type { AccountParameterName } from '../parameters/account.ts';
import type { PassedOnName } from '../parameters/organization.ts';

/** Other defaults for the parameters of the templates. */
export type Defaults = Readonly<Partial<Record<AccountParameterName, string>>>;

/** Organizational units, and what their accounts get in place of the StackSet's own values. */
export interface Wave {
  readonly organizationalUnitIds: readonly string[];
  readonly parameters: Readonly<Partial<Record<PassedOnName, string>>>;
}

/** What CDK's context says of the templates. */
export interface Settings {
  readonly defaults: Defaults;
  /** None: a parameter of the template says where the account stack goes. */
  readonly waves: readonly Wave[];
}
