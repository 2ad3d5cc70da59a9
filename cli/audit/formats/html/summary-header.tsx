import { count, number } from '../../../terminal/counts.ts';
import { plain } from '../../../terminal/style.ts';
import { type AuditResult, hasAllCredentials } from '../../result.ts';
import { countByType, countSoon, describeUnusedButAllowed, summarize } from '../../summary.ts';
import { timeOf } from './text.ts';

/** The answer in a sentence, and the counts. */
export function SummaryHeader({ result }: { readonly result: AuditResult }) {
  const [account] = result.accounts;
  const allowed = describeUnusedButAllowed(result);
  const of =
    result.accounts.length === 1 && account !== undefined
      ? `Account ${account.accountId}`
      : count(result.accounts.length, 'account');
  return (
    <header>
      <p class="overline">
        {of}
        <span aria-hidden="true"> · </span>
        <time dateTime={result.asOf}>{timeOf(result.asOf)}</time>
      </p>
      <h1>Unused IAM credentials</h1>
      <p class="answer">{plain(summarize(result))}</p>
      <dl class="tiles">
        {tilesOf(result).map(({ name, value, detail, tone }) => (
          <div key={name} class="tile">
            <dt>{name}</dt>
            <dd>
              <span class={`value ${tone}`}>{value}</span> <span class="detail">{detail}</span>
            </dd>
          </div>
        ))}
      </dl>
      {allowed !== null && <p class="note">{allowed}</p>}
    </header>
  );
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
  readonly tone: '' | 'bad' | 'warn' | 'good';
}

function tilesOf(result: AuditResult): readonly Tile[] {
  const { summary } = result;
  const failed = result.accounts.filter(({ failure }) => failure !== null).length;
  const soon = countSoon(result, 2);
  const hasAll = hasAllCredentials(result);
  const none = summary.users === 0 ? '' : 'good';
  return [
    {
      ...{ name: 'NON_COMPLIANT users', value: number(summary.nonCompliant) },
      ...{ detail: `of ${number(summary.users)}`, tone: summary.nonCompliant > 0 ? 'bad' : none },
    },
    ...countByType(result.users).map(
      ({ type, total, due }): Tile => ({
        ...{ name: type === 'password' ? 'Unused passwords' : 'Unused access keys' },
        ...{ value: number(due), detail: hasAll ? `of ${number(total)}` : '' },
        tone: due > 0 ? 'bad' : none,
      }),
    ),
    {
      ...{
        name: 'Unused within 14 days',
        value: number(soon),
        detail: soon === 1 ? 'more user' : 'more users',
      },
      tone: soon > 0 ? 'warn' : '',
    },
    {
      ...{ name: 'Exempt users', value: number(summary.categories.exempt) },
      ...{ detail: `of ${number(summary.users)}`, tone: '' },
    },
    {
      ...{ name: 'Not evaluated', value: number(summary.errors) },
      detail: failed > 0 ? `users, and ${count(failed, 'account')}` : 'users',
      tone: summary.errors + failed > 0 ? 'warn' : '',
    },
  ];
}
