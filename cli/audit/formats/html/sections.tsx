import { parameterNames, showParameter } from '../../../../rule/core/rule-parameters.ts';
import { describeUnjudged } from '../../../../rule/core/unjudged.ts';
import { count, number } from '../../../terminal/counts.ts';
import { plain } from '../../../terminal/style.ts';
import { describeComparison, differencesOf } from '../../compare/show.ts';
import {
  type AuditedAccount,
  type AuditedUser,
  hasAllCredentials,
  type ParametersFrom,
  type ShownExemption,
} from '../../result.ts';
import { rankAccounts } from '../../summary.ts';
import type { ShownResult } from '../../view.ts';
import { HeatMap } from './charts/heat-map.tsx';
import { TrendChart } from './charts/trend-chart.tsx';
import { WeekChart } from './charts/week-chart.tsx';
import { consoleLink } from './console-link.ts';
import { SimpleTable } from './simple-table.tsx';
import { dateOf, timeOf } from './text.ts';
import { upcomingWeeks } from './upcoming-weeks.ts';

interface Props {
  readonly result: ShownResult;
}

/** The rows of a table beside that of all users, at most. */
const mostRows = 200;

/** Says that a table has not all rows; nothing if it has. */
function Rest({ all, noun }: { readonly all: number; readonly noun: string }) {
  if (all <= mostRows) return null;
  return <p class="note">{count(all - mostRows, noun)} more: the format json has all.</p>;
}

function UserName({ user }: { readonly user: AuditedUser }) {
  const link = consoleLink(user);
  const name = plain(user.userName);
  return link === null ? name : <a href={link}>{name}</a>;
}

/** Several accounts, those with the most unused credentials first. */
export function AccountsSection({ result }: Props) {
  if (result.accounts.length < 2) return null;
  const ranked = rankAccounts(result.accounts);
  return (
    <section id="accounts">
      <h2 id="accounts-title">Accounts</h2>
      <div class="beside">
        {ranked.some(({ failure }) => failure === null) && (
          <HeatMap result={result} accounts={ranked} />
        )}
        <div>
          <SimpleTable
            labelledBy="accounts-title"
            header={['Account', 'Users', 'NON_COMPLIANT', 'Unused credentials', 'Not evaluated']}
            numbers={[1, 2, 3, 4]}
            rows={ranked
              .slice(0, mostRows)
              .map((account) => [plain(account.accountId), ...countsOf(account)])}
          />
          <Rest all={ranked.length} noun="account" />
        </div>
      </div>
    </section>
  );
}

function countsOf({ users, nonCompliant, unusedCredentials, errors, failure }: AuditedAccount) {
  if (failure !== null) return ['-', '-', '-', 'all users'];
  return [users, nonCompliant, unusedCredentials, errors].map(number);
}

/** The users who are exempt, and the exemptions that are ignored, those that end next first. */
export function ExemptionsSection({ result }: Props) {
  const several = result.accounts.length > 1;
  const found = result.users
    .flatMap((user) => (user.exemption === null ? [] : [{ user, ...describe(user.exemption) }]))
    .toSorted((a, b) => (a.order < b.order ? -1 : 1));
  return (
    <section id="exemptions">
      <h2 id="exemptions-title">Exemptions</h2>
      {found.length === 0 ? (
        <p>No user is exempt.</p>
      ) : (
        <SimpleTable
          labelledBy="exemptions-title"
          header={['User', ...(several ? ['Account'] : []), 'Exemption', 'Ends']}
          rows={found
            .slice(0, mostRows)
            .map(({ user, by, end }) => [
              <UserName key={user.arn} user={user} />,
              ...(several ? [user.accountId] : []),
              ...[by, end],
            ])}
        />
      )}
      <Rest all={found.length} noun="exemption" />
    </section>
  );
}

const ignored = {
  ended: 'ignored: it has ended',
  'too-distant': 'ignored: it ends later than maxExemptionDays allows',
  malformed: 'ignored: its value is not a date',
} as const;

function describe(exemption: ShownExemption): { by: string; end: string; order: string } {
  switch (exemption.kind) {
    case 'tag':
      return { by: 'by tag', end: timeOf(exemption.until), order: `1${exemption.until}` };
    case 'path':
      return { by: `by path ${plain(exemption.prefix)}`, end: 'never', order: '2' };
    case 'ignored':
      return { by: `by tag, ${ignored[exemption.reason]}`, end: '', order: '3' };
  }
}

const weeksShown = 12;

/** Which users become NON_COMPLIANT, by week. */
export function UpcomingSection({ result }: Props) {
  const several = result.accounts.length > 1;
  const weeks = upcomingWeeks(result, weeksShown);
  const users = weeks.flatMap((week) => week.users);
  return (
    <section id="upcoming">
      <h2 id="upcoming-title">Becoming unused in the next {weeksShown} weeks</h2>
      {users.length === 0 ? (
        <p>No user becomes NON_COMPLIANT in this time.</p>
      ) : (
        <div class="beside">
          <WeekChart weeks={weeks} />
          <div>
            <SimpleTable
              labelledBy="upcoming-title"
              header={['User', ...(several ? ['Account'] : []), 'NON_COMPLIANT from']}
              rows={users
                .slice(0, mostRows)
                .map((user) => [
                  <UserName key={user.arn} user={user} />,
                  ...(several ? [user.accountId] : []),
                  dateOf(user.becomesUnused ?? ''),
                ])}
            />
            <Rest all={users.length} noun="user" />
            <p class="note">If these users use nothing until then.</p>
          </div>
        </div>
      )}
    </section>
  );
}

/** How the counts changed from day to day, if earlier results were read. */
export function TrendSection({ result: { trend } }: Props) {
  if (trend === undefined) return null;
  return (
    <section id="over-time">
      <h2>Over time</h2>
      <TrendChart trend={trend} />
      <Notes texts={trend.notes} />
    </section>
  );
}

/** On which credentials AWS's own findings agree and differ, if a file of them was read. */
export function ComparisonSection({ result: { comparison } }: Props) {
  if (comparison === undefined) return null;
  const differences = differencesOf(comparison);
  return (
    <section id="comparison">
      <h2 id="comparison-title">A second opinion</h2>
      <p>{plain(describeComparison(comparison))}</p>
      {differences.length > 0 && (
        <SimpleTable
          labelledBy="comparison-title"
          header={['User', 'Credential', 'Unused according to', 'Reason']}
          rows={differences
            .slice(0, mostRows)
            .map(({ user, credential, who, why }) => [user, credential, who, why].map(plain))}
        />
      )}
      <Rest all={differences.length} noun="difference" />
    </section>
  );
}

function Notes({ texts }: { readonly texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <ul>
      {texts.map((text) => (
        <li key={text}>{sentence(plain(text))}</li>
      ))}
    </ul>
  );
}

/** What the result does not cover, and why. */
export function NotJudgedSection({ result }: Props) {
  const { errors, accounts, summary } = result;
  const failed = accounts.flatMap(({ accountId, failure }) =>
    failure === null ? [] : [{ what: `Account ${accountId}`, why: failure }],
  );
  const unread = [...failed, ...errors.map(({ arn, message }) => ({ what: arn, why: message }))];
  // Accounts come first, so that the rows that are left out may be of both.
  const nounOfBoth = errors.length === 0 ? 'account' : 'row';
  const noun = failed.length > mostRows ? nounOfBoth : 'user';
  const unjudged = summary.unjudged === null ? null : describeUnjudged(summary.unjudged);
  const limits = [unjudged, ...summary.notes].filter((text) => text !== null);
  return (
    <section id="not-evaluated">
      <h2 id="not-evaluated-title">Not evaluated</h2>
      {unread.length === 0 ? (
        <p>{hasAllCredentials(result) ? 'Every user was evaluated.' : 'Every result was read.'}</p>
      ) : (
        <SimpleTable
          labelledBy="not-evaluated-title"
          header={['User or account', 'Reason']}
          rows={unread.slice(0, mostRows).map(({ what, why }) => [plain(what), plain(why)])}
        />
      )}
      <Rest all={unread.length} noun={noun} />
      <Notes texts={limits} />
    </section>
  );
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/u.test(capital) ? capital : `${capital}.`;
}

function describeSource(from: ParametersFrom): string {
  switch (from.kind) {
    case 'rule':
      return `of the AWS Config rule ${from.ruleName} in ${from.region}${from.overridden.length === 0 ? '' : `, but for ${from.overridden.join(', ')}`}`;
    case 'results':
      return `of the AWS Config rule ${from.ruleName} in each account, by the results of the aggregator ${from.aggregator}`;
    case 'options':
      return 'of the options of the audit';
    case 'defaults':
      return 'the defaults';
  }
}

/** The instant, the parameters and the version. */
export function ProvenanceSection({ result, version }: Props & { readonly version: string }) {
  const { parameters } = result;
  const facts = [
    ['As of', timeOf(result.asOf)],
    ['Made by', `unused-iam-credentials ${version}`],
    ['Parameters', describeSource(result.parametersFrom)],
    ...(parameters === null
      ? []
      : parameterNames.map((name) => [name, showParameter(parameters[name])] as const)),
  ] as const;
  return (
    <section id="provenance">
      <h2>How this report was made</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{plain(value ?? '')}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
