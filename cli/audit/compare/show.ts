import { parseUserArn } from '../../../rule/core/arns.ts';
import { count, number } from '../../terminal/counts.ts';
import { plain } from '../../terminal/style.ts';
import { layOut, wrap } from '../../terminal/table.ts';
import type { View } from '../view.ts';
import type { ComparedCredential, Comparison } from './compare.ts';

/** The counts in a sentence or two. */
export function describeComparison({ file, counts, credentials }: Comparison): string {
  const { agree, onlyThey, onlyWe, notMatched, neither, otherFindings } = counts;
  const byCount = credentials.filter(({ matchedBy }) => matchedBy === 'count').length;
  const facts = [
    `both find ${count(agree, 'credential')} unused`,
    `only AWS ${number(onlyThey)}`,
    `only this audit ${number(onlyWe)}`,
    ...(notMatched > 0 ? [`${number(notMatched)} cannot be matched one by one`] : []),
    ...(neither === null ? [] : [`neither ${number(neither)}`]),
  ];
  const more = [
    ...(byCount > 0
      ? [`${number(byCount)} matched by count, because the key IDs are not known.`]
      : []),
    ...(otherFindings > 0 ? [`${count(otherFindings, 'other finding')} not compared.`] : []),
  ];
  return [`Compared with ${file}: ${facts.join(', ')}.`, ...more].join(' ');
}

/** A difference, for a row of a table. */
export interface DifferenceRow {
  readonly who: string;
  readonly user: string;
  readonly credential: string;
  readonly why: string;
}

const who = {
  'only-they': 'only AWS',
  'only-we': 'only this audit',
  'not-matched': 'not matched',
};

/** The credentials about which the two differ; users with their account if there are several. */
export function differencesOf({ credentials }: Comparison): DifferenceRow[] {
  const several = new Set(credentials.map(({ accountId }) => accountId)).size > 1;
  return credentials.flatMap((compared) => {
    const { opinion, accountId, arn, explanation } = compared;
    if (opinion === 'agree') return [];
    const name = parseUserArn(arn)?.userName ?? arn;
    return [
      {
        who: who[opinion],
        user: several ? `${accountId}/${name}` : name,
        credential: nameOf(compared),
        why: explanation ?? '',
      },
    ];
  });
}

function nameOf({ type, id, slot }: ComparedCredential): string {
  if (type !== 'access-key') return type;
  return id ?? (slot === null ? 'access-key' : `access-key-${slot}`);
}

/** The differences that a terminal shows without --wide. */
const shownDifferences = 50;

/** Renders the counts, then the differences with their reasons. */
export function renderComparison(
  comparison: Comparison,
  { style, width, wide }: Pick<View, 'style' | 'width' | 'wide'>,
): string {
  const sentence = plain(describeComparison(comparison));
  const lines = wrap(sentence, width);
  const all = differencesOf(comparison);
  const shown = wide || width === null ? all : all.slice(0, shownDifferences);
  const header = ['WHO', 'USER', 'CREDENTIAL', 'WHY'].map((text) => ({ text, paint: style.bold }));
  const rows = shown.map(({ who: side, user, credential, why }) => [side, user, credential, why]);
  const layout = { width: wide ? null : width, overflow: 'cut', whole: [0, 2] } as const;
  const left = all.length - shown.length;
  return [
    ...lines.map((line) => style.bold(line)),
    ...(rows.length === 0 ? [] : layOut([header, ...rows], layout)),
    ...(left > 0 ? [style.dim(`${count(left, 'more difference')} (--wide shows them)`)] : []),
    '',
  ].join('\n');
}
