import type { AccessKey, Tag, User } from '../../rule/core/credentials.ts';
import { type ParameterName, parseRuleParameters } from '../../rule/core/rule-parameters.ts';
import { ago } from './account.ts';

/** A user of rule/core without credentials. */
export function coreUser(rest: Partial<User> = {}): User {
  return {
    userName: 'someone',
    userId: 'AIDASOMEONE',
    arn: 'arn:aws:iam::123456789012:user/someone',
    path: '/',
    tags: [],
    password: null,
    accessKeys: [],
    unjudged: { certificates: [], other: false },
    ...rest,
  };
}

/** An active access key of rule/core in slot 1, changed 900 days before `now`. */
export function coreKey(rest: Partial<AccessKey> = {}): AccessKey {
  return { id: null, slot: 1, status: 'Active', changed: ago(900), ...rest };
}

export function exemptUntil(value: string, key = 'unused-iam-credentials:exempt-until'): Tag {
  return { key, value };
}

/** Rule parameters: the given ones, and defaults for the others. */
export function parameters(given: Partial<Record<ParameterName, string>> = {}) {
  return parseRuleParameters(given);
}
