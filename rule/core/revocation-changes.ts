import type { CredentialAssessment } from './assess-credential.ts';
import type { Assessment } from './assess-user.ts';
import { type Instant, millisecondsPerDay } from './instant.ts';
import type { PlannedRevocation } from './revocation-record.ts';

/** What the document's parameters say is to be done with what is due. */
export interface RevocationOptions {
  readonly passwordAction: 'Delete' | 'Keep';
  readonly accessKeyAction: 'Deactivate' | 'Delete' | 'Keep';
  readonly neverUsedAccessKeyAction: 'Deactivate' | 'Delete' | 'Keep';
  /** Days. */
  readonly minimumIdleDays: number;
  /** 0 for no limit. */
  readonly maxRevocationsPerDay: number;
  readonly enforceFrom: Instant;
  readonly dryRun: boolean;
}

/** What of a user's usable credentials will be revoked, and why the others will not. */
export interface Changes {
  readonly revocations: readonly PlannedRevocation[];
  readonly spared: readonly { readonly credential: CredentialAssessment; readonly why: string }[];
}

/** The document has a step for this many access keys, which is all that IAM allows a user. */
const accessKeySteps = 2;

/** Takes a user's assessment and the options. Gives back what is to be revoked; keys come first, since they can come back. */
export function planChanges({ credentials, due }: Assessment, options: RevocationOptions): Changes {
  const keys: PlannedRevocation[] = [];
  const passwords: PlannedRevocation[] = [];
  const spared: { credential: CredentialAssessment; why: string }[] = [];
  for (const credential of credentials) {
    const isKey = credential.type === 'access-key';
    const spare = (why: string) => void spared.push({ credential, why });
    const [parameter, action] = actionOn(credential, options);
    if (!due.includes(credential)) spare('not due');
    else if (action === 'Keep') spare(`kept, since ${parameter} is Keep`);
    else if (credential.idle < options.minimumIdleDays * millisecondsPerDay) {
      spare(`idle for less than MinimumIdleDays, ${options.minimumIdleDays}`);
    } else if (isKey && keys.length === accessKeySteps) spare('left to the next run');
    else (isKey ? keys : passwords).push({ credential, action });
  }
  return { revocations: [...keys, ...passwords], spared };
}

function actionOn(
  { type, everUsed }: CredentialAssessment,
  { passwordAction, accessKeyAction, neverUsedAccessKeyAction }: RevocationOptions,
) {
  if (type === 'password') return ['PasswordAction', passwordAction] as const;
  if (everUsed) return ['AccessKeyAction', accessKeyAction] as const;
  return ['NeverUsedAccessKeyAction', neverUsedAccessKeyAction] as const;
}
