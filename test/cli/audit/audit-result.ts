import {
  type AuditResult,
  type Gathered,
  toAuditedUser,
  toResult,
} from '../../../cli/audit/result.ts';
import { selectUsers, type View } from '../../../cli/audit/view.ts';
import { styleFor } from '../../../cli/terminal/style.ts';
import { judge } from '../../../rule/core/annotation.ts';
import { splitArn } from '../../../rule/core/arns.ts';
import type { User } from '../../../rule/core/credentials.ts';
import { formatInstant } from '../../../rule/core/instant.ts';
import type { RuleParameters } from '../../../rule/core/rule-parameters.ts';
import { unjudgedOf } from '../../../rule/core/unjudged.ts';
import { now } from '../../builders/account.ts';
import { parameters } from '../../builders/core-user.ts';

/** The result of an audit of users, as if each had been read at `now`. */
export function resultOf(
  users: readonly User[],
  rest: Partial<Gathered> = {},
  of: RuleParameters = parameters(),
): AuditResult {
  const accountIds = new Set(users.map(({ arn }) => splitArn(arn).accountId));
  const gathered: Gathered = {
    accounts: [...accountIds].map((accountId) => ({ accountId, asOf: now })),
    users: users.map((user) =>
      toAuditedUser(
        judge(user, { parameters: of, now, currentTime: now }),
        unjudgedOf(user),
        formatInstant,
      ),
    ),
    errors: [],
    asOf: now,
    unjudged: {
      ...{ serviceSpecificCredentials: null, expiringSoon: 0, sshKeys: null },
      ...{ signingCertificates: 0, usersWithMoreThanTwoAccessKeys: 0 },
    },
    notes: [],
    ...rest,
  };
  return toResult(gathered, of, { kind: 'defaults' });
}

/** All users of a result, as audit shows them in a file. */
export function viewOf(result: AuditResult): View {
  const selection = { onlyNonCompliant: false, olderThan: null, sort: 'idle' } as const;
  return {
    ...{
      users: selectUsers(result, selection),
      by: 'user',
      all: true,
      wide: false,
      olderThan: null,
    },
    ...{ style: styleFor({ isTTY: false }), width: null, version: '1.2.3' },
  };
}
