import * as v from 'valibot';
import { ExpectedError } from '../core/errors.ts';
import { defaultRuleName } from '../core/names.ts';
import type { RevocationLimits } from '../core/revocation-limits.ts';
import { revocationFields } from './remediation-request.ts';

const fields = revocationFields;

/** By the document's parameter names. The stack writes all of them. */
const schema = v.strictObject({
  ConfigRuleName: fields.ruleName,
  PasswordAction: fields.passwordAction,
  AccessKeyAction: fields.accessKeyAction,
  NeverUsedAccessKeyAction: fields.neverUsedAccessKeyAction,
  MinimumIdleDays: fields.minimumIdleDays,
  MaxRevocationsPerDay: fields.maxRevocationsPerDay,
  EnforceFrom: fields.enforceFrom,
  NotificationTopicArn: fields.topicArn,
});

/** The defaults of UnusedIamCredentials-Revoke, which leave the topic to the starter. */
const documentDefaults: RevocationLimits = {
  ruleName: defaultRuleName,
  options: {
    ...{ passwordAction: 'Delete', accessKeyAction: 'Deactivate' },
    ...{ neverUsedAccessKeyAction: 'Deactivate', minimumIdleDays: 30, maxRevocationsPerDay: 20 },
    enforceFrom: Date.UTC(2000, 0, 1),
  },
};

/** Reads the variable REVOCATION_LIMITS; undefined means the document's defaults. Throws RequestError. */
export function parseRevocationLimits(text: string | undefined): RevocationLimits {
  if (text === undefined) return documentDefaults;
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (!result.success) {
    const [issue] = result.issues;
    throw new ExpectedError(
      'RequestError',
      `The function's variable REVOCATION_LIMITS is not valid: ${v.getDotPath(issue) ?? 'the whole value'}: ${issue.message}. ` +
        'Deploy the stack again',
    );
  }
  const { ConfigRuleName, NotificationTopicArn, ...limits } = result.output;
  return {
    ruleName: ConfigRuleName,
    topicArn: NotificationTopicArn,
    options: {
      passwordAction: limits.PasswordAction,
      accessKeyAction: limits.AccessKeyAction,
      neverUsedAccessKeyAction: limits.NeverUsedAccessKeyAction,
      minimumIdleDays: limits.MinimumIdleDays,
      maxRevocationsPerDay: limits.MaxRevocationsPerDay,
      enforceFrom: limits.EnforceFrom,
    },
  };
}
