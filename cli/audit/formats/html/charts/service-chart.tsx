import * as Plot from '@observablehq/plot';
import { count, number } from '../../../../terminal/counts.ts';
import { type AuditResult, hasAllCredentials } from '../../../result.ts';
import { credentialsOf, type OwnedCredential } from '../../../summary.ts';
import { shorten } from '../text.ts';
import { Chart } from './chart.tsx';
import { labelGap, shortenTo, widthOf } from './label-width.ts';

/** The services that have a bar of their own. */
const mostServices = 9;

/** Which AWS services the credentials were last used for. */
export function ServiceChart({ result }: { readonly result: AuditResult }) {
  const services = countServices(credentialsOf(result.users));
  const most = services[0];
  return (
    <Chart
      id="services"
      title="Credentials by the service of their last use"
      description={
        most === undefined
          ? 'Bar chart without bars: there is no credential.'
          : `Bar chart. ${services.map(({ name, credentials }) => `${name}: ${number(credentials)}`).join(', ')}.`
      }
      draw={({ isNarrow }) => ({
        ...{ marginLeft: isNarrow ? 124 : 150, marginTop: 4, marginBottom: 4 },
        marginRight: Math.max(40, widthOf(most?.credentials ?? 0)),
        height: 16 + services.length * 24,
        x: { axis: null, domain: [0, Math.max(1, most?.credentials ?? 0)] },
        y: {
          ...{ type: 'band', label: null, tickSize: 0, padding: 0.25 },
          domain: services.map(({ name }) => name),
          tickFormat: (name: string) => shortenTo(name, (isNarrow ? 124 : 150) - labelGap),
        },
        marks: [
          Plot.barX(services, { x: 'credentials', y: 'name', fill: 'var(--series)' }),
          Plot.text(services, {
            ...{ x: 'credentials', y: 'name', textAnchor: 'start', dx: 6, fill: 'var(--text)' },
            text: ({ credentials }) => number(credentials),
          }),
        ],
      })}
      numbers={{
        header: ['Last used for', 'Credentials', 'Unused'],
        rows: services.map(({ name, credentials, unused }) => [
          name,
          number(credentials),
          number(unused),
        ]),
      }}
    >
      <p class="note">
        {count(
          services.reduce((all, { credentials }) => all + credentials, 0),
          hasAllCredentials(result) ? 'usable credential' : 'unused credential',
        )}
        .
      </p>
    </Chart>
  );
}

interface ServiceCount {
  readonly name: string;
  credentials: number;
  /** Those because of which a user is NON_COMPLIANT, as everywhere in the report. */
  unused: number;
}

/** The most frequent first; all others together at the end. */
function countServices(all: readonly OwnedCredential[]): ServiceCount[] {
  const byName = new Map<string, ServiceCount>();
  for (const { credential } of all) {
    const name = serviceOf(credential);
    const entry = byName.get(name) ?? { name, credentials: 0, unused: 0 };
    entry.credentials += 1;
    if (credential.due) entry.unused += 1;
    byName.set(name, entry);
  }
  const ranked = [...byName.values()].toSorted(
    (a, b) => b.credentials - a.credentials || (a.name < b.name ? -1 : 1),
  );
  const rest = ranked.slice(mostServices);
  if (rest.length < 2) return ranked;
  const others = { name: `${number(rest.length)} others`, credentials: 0, unused: 0 };
  for (const { credentials, unused } of rest) {
    others.credentials += credentials;
    others.unused += unused;
  }
  return [...ranked.slice(0, mostServices), others];
}

function serviceOf({ type, lastUsed, lastUsedService }: OwnedCredential['credential']): string {
  if (lastUsed === null) return 'never used';
  if (type === 'password') return 'console sign-in';
  return lastUsedService === null ? 'not known' : shorten(lastUsedService, 40);
}
