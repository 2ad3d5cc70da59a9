import { mailWarning } from '../../rule/core/last-use.ts';
import type { Consequence } from '../../rule/formats/revocation-answer.ts';

/** A plan that a person is asked to confirm. */
interface Plan {
  /** Each is a Consequence, or a word of another version. */
  readonly consequences: readonly string[];
  /** Each with its action, such as `password (Delete): …`. */
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
    ...(plans.some(deletesUnsaid) ? ['What is deleted cannot be restored.'] : []),
  ];
}

/** Says that an execution may wait, if a plan deletes something. */
export function waitNotes(plans: readonly Plan[]): string[] {
  const wait = 'A deletion may wait up to 4 hours for a new credential report.';
  return hasAny(plans, deletions) || plans.some(deletesUnsaid) ? [wait] : [];
}

/** Whether the plan deletes something and does not say so: documents of version 0.1 have no consequences. */
function deletesUnsaid(plan: Plan): boolean {
  const deletes = plan.toRevoke.some((text) => /\((?:Delete|Replace)\)/u.test(text));
  return deletes && !hasAny([plan], deletions);
}

/** Warns, below a user's name, if the access keys of their plan probably send mail. */
export function mailNotes(userName: string, plan: Plan | null): string[] {
  return plan !== null && hasAny([plan], ['StopsMail']) ? [`  ${userName} ${mailWarning}`] : [];
}

function hasAny(plans: readonly Plan[], of: readonly Consequence[]): boolean {
  return plans.some(({ consequences }) => of.some((each) => consequences.includes(each)));
}
