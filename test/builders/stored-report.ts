import type { LocalAccount } from '../../local-aws/account.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';

/** Stores a credential report of the account as it is, or as `edit` changes it, made at `at` (epoch ms). */
export function storeReport(
  account: LocalAccount,
  at: number,
  edit: (csv: string) => string = (csv) => csv,
): void {
  const content = edit(renderCredentialReport(account));
  account.credentialReport = { requestedAt: at, readyAt: at, content };
}
