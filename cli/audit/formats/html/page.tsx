import type { ShownResult, View } from '../../view.ts';
import { IdleChart } from './charts/idle-chart.tsx';
import { ServiceChart } from './charts/service-chart.tsx';
import { WhatIfChart } from './charts/what-if-chart.tsx';
import {
  AccountsSection,
  ComparisonSection,
  ExemptionsSection,
  NotJudgedSection,
  ProvenanceSection,
  TrendSection,
  UpcomingSection,
} from './sections.tsx';
import { SummaryHeader } from './summary-header.tsx';
import { UsersSection } from './users-section.tsx';

/** Everything that the page shows. */
export function Page({ result, view }: { readonly result: ShownResult; readonly view: View }) {
  const links = [
    ['charts', 'Charts'],
    ...(result.trend === undefined ? [] : [['over-time', 'Over time']]),
    ...(result.accounts.length > 1 ? [['accounts', 'Accounts']] : []),
    ...[
      ['users', 'Users'],
      ['exemptions', 'Exemptions'],
      ['upcoming', 'Becoming unused'],
    ],
    ...(result.comparison === undefined ? [] : [['comparison', 'A second opinion']]),
    ...[
      ['not-evaluated', 'Not evaluated'],
      ['provenance', 'How it was made'],
    ],
  ];
  const hasCredentials = result.users.some(({ credentials }) => credentials.length > 0);
  return (
    <>
      <a class="skip" href="#users">
        Skip to the users
      </a>
      <SummaryHeader result={result} />
      <nav class="sections" aria-label="Sections">
        <ul>
          {links.map(([id, name]) => (
            <li key={id}>
              <a href={`#${id}`}>{name}</a>
            </li>
          ))}
        </ul>
      </nav>
      <main>
        <section id="charts">
          <h2>Charts</h2>
          {hasCredentials ? (
            <div class="charts">
              <IdleChart result={result} />
              {result.parameters !== null && <WhatIfChart result={result} />}
              <ServiceChart result={result} />
            </div>
          ) : (
            <p>
              {result.users.length === 0
                ? 'No user was evaluated.'
                : 'No user holds a credential that can be used.'}
            </p>
          )}
        </section>
        <TrendSection result={result} />
        <AccountsSection result={result} />
        <UsersSection result={result} view={view} />
        <ExemptionsSection result={result} />
        <UpcomingSection result={result} />
        <ComparisonSection result={result} />
        <NotJudgedSection result={result} />
        <ProvenanceSection result={result} version={view.version} />
      </main>
    </>
  );
}
