import { mailWarning } from '../../rule/core/last-use.ts';
import type { Consequence } from '../../rule/formats/revocation-answer.ts';

/** A plan that a person is asked to confirm. */
interface Plan {
  /**
   * Each is a Consequence, or an unknown word of another version. Null if the document's version has no
   * consequences.
   */
  readonly consequences: readonly string[] | null;
  readonly toRevoke: readonly string[];
}

/** What to know before confirming. Shown once for all plans. */
const notes: readonly (readonly [text: string, of: readonly Consequence[]])[] = [
  [
    'Deleted passwords cannot be restored; to keep them, give --password-action Keep.',
    ['DeletesPassword'],
  ],
  ['Deleted access keys cannot be restored.', ['DeletesAccessKey']],
  [
    'Passwords are deleted and replaced. Each new password is in a secret, and the user must change it at the first sign-in.',
    ['ReplacesPassword'],
  ],
];

/** Every consequence after which an execution may wait for a new credential report. */
const deletions: readonly Consequence[] = [
  'DeletesAccessKey',
  'DeletesPassword',
  'ReplacesPassword',
];

/** Says which plans delete something, and what that means. */
export function deletionNotes(plans: readonly Plan[]): string[] {
  return [
    ...notes.filter(([, of]) => hasAny(plans, of)).map(([text]) => text),
    ...(plans.some(isUnknown) ? ['What the document deletes cannot be restored.'] : []),
  ];
}

/** Says that an execution may wait, if a plan deletes something. */
export function waitNotes(plans: readonly Plan[]): string[] {
  const wait = 'A deletion may wait up to 4 hours for a new credential report.';
  return hasAny(plans, deletions) || plans.some(isUnknown) ? [wait] : [];
}

/** Whether the plan may delete something but has no consequences that say so. */
function isUnknown({ consequences, toRevoke }: Plan): boolean {
  return consequences === null && toRevoke.length > 0;
}

/** Warns, below a user's name, if the access keys of their plan probably send mail. */
export function mailNotes(userName: string, plan: Plan | null): string[] {
  return plan !== null && hasAny([plan], ['StopsMail']) ? [`  ${userName} ${mailWarning}`] : [];
}

function hasAny(plans: readonly Plan[], of: readonly Consequence[]): boolean {
  return plans.some(({ consequences }) => of.some((each) => consequences?.includes(each)));
}
