/** What must hold in every account at every time, and what `npm run soak` counts. */
export const invariants = {
  'nothing used lately is revoked':
    'No credential is revoked that was used, created or changed within its threshold.',
  'a record comes first':
    'A genuine record names each credential before it is revoked or restored, and each retirement before permissions change.',
  'grace holds': 'Nobody is revoked within the grace of a restoration.',
  'nobody protected or exempt is revoked':
    'Nobody is revoked who has the protection tag or an exempt path.',
  'everybody is resolved or named':
    'Whoever stays NON_COMPLIANT for a week has an execution of the last two days that gives a reason which is true.',
  'a retired user gets everything back':
    'A restored user has the groups and policies from before the retirement again, and no AWSDenyAll.',
  'no loop':
    'No credential is revoked more than 3 times within 30 days unless it was restored in between.',
  'no password outside its secret':
    'No log, output, parameter, tag, message or event contains a password.',
  'deletions are allowed and announced':
    'A key is deleted only if a record says when it was deactivated, that is long enough ago, nobody used it since, and a message announced it 7 days before.',
  'changes are announced':
    'A message tells of each change of credentials, and of each failed execution.',
  'newly NON_COMPLIANT users are named once':
    'A digest names each user who becomes NON_COMPLIANT, and no digest names them again.',
  'warnings come first': 'A message warned before a credential became unused.',
  'verdicts are true':
    'Nobody is called NON_COMPLIANT whose credentials were all used lately, nor COMPLIANT for long if one was not.',
  'the daily limit holds':
    'Within 24 hours, hardly more users are revoked than MaxRevocationsPerDay says.',
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
