/** The invariants that must hold at all times. `npm run soak` counts how often it checks each. */
export const invariants = {
  'no recently used credential is revoked':
    'No credential is revoked that was used, created or changed within its threshold.',
  'a record is written before each change':
    'A genuine record names each credential before it is revoked or restored, and each retirement before permissions change.',
  'restored credentials keep their grace period':
    'No credential of a user is revoked within the grace period of a restoration.',
  'no protected or exempt user is revoked':
    'No credential is revoked of a user with the protection tag or an exempt path.',
  'every NON_COMPLIANT user is resolved or has a reason':
    'A user who stays NON_COMPLIANT for a week has an execution of the last two days whose reason is correct.',
  'a restoration of a retired user is complete':
    'A restored user has the same groups and policies as before the retirement, and no AWSDenyAll.',
  'no credential is revoked in a loop':
    'No credential is revoked more than 3 times within 30 days unless it was restored in between.',
  'no password outside its secret':
    'No log, output, parameter, tag, message or event contains a password.',
  'deletions are allowed and announced':
    'A key is deleted only if a record shows that it was deactivated long enough ago, nobody used it since, and a message announced the deletion 7 days before.',
  'changes are announced':
    'A message reports each change of credentials and each failed execution.',
  'newly NON_COMPLIANT users are named once':
    'A digest names each user who becomes NON_COMPLIANT, and no digest names them again.',
  'each user is warned first': 'A message warns before a credential becomes unused.',
  'evaluation results are correct':
    'No user is NON_COMPLIANT whose credentials were all used recently, or COMPLIANT for long if one was not.',
  'the daily limit is respected':
    'Within 24 hours, at most two more users are revoked than MaxRevocationsPerDay allows.',
} as const;
export type Invariant = keyof typeof invariants;

/** How often each invariant was checked, and where it did not hold. */
export class Checks {
  readonly counts = new Map<Invariant, number>();
  readonly violations: { readonly invariant: Invariant; readonly what: string }[] = [];

  /** `what` is written only if it does not hold. */
  check(invariant: Invariant, holds: boolean, what: () => string): void {
    this.counts.set(invariant, (this.counts.get(invariant) ?? 0) + 1);
    if (!holds) this.violations.push({ invariant, what: what() });
  }
}
