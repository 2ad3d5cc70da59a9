import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../../../cli/audit/formats/html/html.tsx';
import { mostRows } from '../../../../../cli/audit/formats/html/users-section.tsx';
import type { AuditResult } from '../../../../../cli/audit/result.ts';
import { summarize } from '../../../../../cli/audit/summary.ts';
import { plain } from '../../../../../cli/terminal/style.ts';
import { ago } from '../../../../builders/account.ts';
import { coreKey, parameters } from '../../../../builders/core-user.ts';
import { reportCsv, row } from '../../../../builders/report.ts';
import { asOf, keyValues, mixedReport, passwordValues } from '../../../report-rows.ts';
import { cliFile, runProcess } from '../../../run-cli.ts';
import { runInProcess } from '../../../run-in-process.ts';
import { useTemporaryFolder } from '../../../temporary-folder.ts';
import { resultOf, viewOf } from '../../audit-result.ts';
import { comparedReport } from './compared-report.ts';
import {
  aggregatedResult,
  crowdResult,
  everyKind,
  hostileResult,
  hostileTexts,
  keyUsed,
  organizationResult,
  person,
  used,
} from './people.ts';

const folder = useTemporaryFolder();

const htmlOf = (result: AuditResult) => [...renderHtml(result, viewOf(result))].join('');

/** The page, parsed. */
function open(html: string) {
  const { document } = parseHTML(html);
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  const texts = (selector: string) =>
    all(selector).map(({ textContent }) => textContent.replace(/\s+/gu, ' ').trim());
  return { all, texts, text: (selector: string) => texts(selector).join('\n') };
}

/** The cells of the table in a section, not of a chart's numbers. */
const rowsOf = (html: string, section: string) => {
  const { all } = open(html);
  return all(`#${section} .scroll tbody tr`)
    .filter((tr) => tr.closest('details') === null)
    .map((tr) => [...tr.children].map(({ textContent }) => textContent));
};

const everything = resultOf(everyKind);

describe('the HTML report', () => {
  it('is what --format html and a file that ends in .html hold', async () => {
    const file = `${folder.path}/report.html`;
    const args = ['audit', '--report', '-', '--as-of', asOf];
    const written = await runInProcess([...args, '--output', file], { stdin: mixedReport });
    const { stdout } = await runInProcess([...args, '--format', 'html'], { stdin: mixedReport });
    expect(written.code).toBe(1);
    expect(folder.read('report.html')).toBe(stdout);
    expect(open(stdout).text('.answer')).toContain('1 of 2 users');
    expect(rowsOf(stdout, 'users').map(([name]) => name)).toEqual(['bob', 'alice']);
  });

  it('begins with the answer in a sentence, and has the counts in tiles', () => {
    const { text, texts } = open(htmlOf(everything));
    expect(text('.answer')).toBe(summarize(everything));
    expect(texts('.tile')).toEqual([
      'NON_COMPLIANT users3 of 8',
      'Unused passwords3 of 6',
      'Unused access keys1 of 2',
      'Unused within 14 days1 more user',
      'Exempt users1 of 8',
      'Not evaluated0 users',
    ]);
  });

  it('lists the users, NON_COMPLIANT first and longest idle first, with links to the IAM console', () => {
    const html = htmlOf(everything);
    const rows = rowsOf(html, 'users');
    expect(rows.map(([name, compliance, days]) => [name, compliance, days])).toEqual([
      ['older', 'NON_COMPLIANT', '400'],
      ['idle', 'NON_COMPLIANT', '112'],
      ['once-exempt', 'NON_COMPLIANT', '60'],
      ['exempt', 'COMPLIANT', '300'],
      ['soon', 'COMPLIANT', '40'],
      ['later', 'COMPLIANT', '20'],
      ['active', 'COMPLIANT', '3'],
      ['empty', 'COMPLIANT', ''],
    ]);
    expect(open(html).all('#users tbody a')[0]?.getAttribute('href')).toBe(
      'https://console.aws.amazon.com/iam/home#/users/details/older?section=security_credentials',
    );
  });

  it('lists exemptions with their ends, the one that ends first before the others', () => {
    expect(rowsOf(htmlOf(everything), 'exemptions')).toEqual([
      ['exempt', 'by tag', '2027-02-01 00:00 UTC'],
      ['once-exempt', 'by tag, ignored: it has ended', ''],
    ]);
  });

  it('lists who becomes NON_COMPLIANT within 12 weeks', () => {
    expect(rowsOf(htmlOf(everything), 'upcoming')).toEqual([
      ['soon', '2026-11-26'],
      ['later', '2026-12-16'],
      ['active', '2027-01-02'],
    ]);
  });

  it('says in which account who becomes NON_COMPLIANT is, if there are several', () => {
    const users = ['111111111111', '222222222222'].map((id) => person('alice', used(40), id));
    expect(rowsOf(htmlOf(resultOf(users)), 'upcoming')).toEqual([
      ['alice', '111111111111', '2026-11-26'],
      ['alice', '222222222222', '2026-11-26'],
    ]);
  });

  it('says what was not evaluated and why', () => {
    const result = resultOf([person('someone', used(3))], {
      accounts: [
        { accountId: '123456789012', asOf: 0 },
        { accountId: '210987654321', asOf: 0, failure: 'access denied' },
      ],
      errors: [
        {
          ...{ arn: 'arn:aws:iam::123456789012:user/eve', accountId: '123456789012' },
          message: 'a date is malformed',
        },
      ],
      notes: ['exemption tags not considered'],
    });
    const html = htmlOf(result);
    expect(rowsOf(html, 'not-evaluated')).toEqual([
      ['Account 210987654321', 'access denied'],
      ['arn:aws:iam::123456789012:user/eve', 'a date is malformed'],
    ]);
    expect(open(html).texts('#not-evaluated li')).toEqual(['Exemption tags not considered.']);
  });

  it('says how it was made: the instant, the version and every parameter', () => {
    const text = open(htmlOf(everything)).text('#provenance');
    expect(text).toContain('2026-11-21 06:30 UTC');
    expect(text).toContain('unused-iam-credentials 1.2.3');
    for (const name of Object.keys(parameters())) expect(text).toContain(name);
  });

  it('ranks several accounts by their unused credentials, below those that could not be read', () => {
    const result = organizationResult();
    const [unreadRow, ...rows] = rowsOf(htmlOf(result), 'accounts');
    expect(rows).toHaveLength(result.accounts.length - 1);
    const unused = rows.map((cells) => Number(cells[3]));
    expect(unused).toEqual(unused.toSorted((a, b) => b - a));
    expect(unreadRow).toEqual(['200000000000', '-', '-', '-', 'all users']);
    expect(open(htmlOf(everything)).all('#accounts')).toEqual([]);
    const unread = ['1', '2'].map((id) => ({
      accountId: id.repeat(12),
      asOf: 0,
      failure: 'denied',
    }));
    const none = open(htmlOf(resultOf([], { accounts: unread })));
    expect([none.all('#accounts'), none.all('#account-age')].map(({ length }) => length)).toEqual([
      1, 0,
    ]);
  });

  it("shows the dates of AWS Config's results, and the same numbers in all places", () => {
    const html = htmlOf(aggregatedResult());
    const page = open(html);
    expect(
      rowsOf(html, 'users').map(([name, , days, , used, next]) => [name, days, used, next]),
    ).toEqual([
      ['idle', '291', '2026-08-01', ''],
      ['exempt', '', '', ''],
      ['soon', '', '', '2026-12-04'],
    ]);
    // The results have no other credentials, so the last use of any is not known.
    expect(page.texts('#user-table th[scope=col]')).toContain('Last use of an unused credential');
    expect(open(htmlOf(resultOf(everyKind))).texts('#user-table th[scope=col]')).toContain(
      'Last use of any credential',
    );
    expect(rowsOf(html, 'upcoming')).toEqual([['soon', '2026-12-04']]);
    expect(rowsOf(html, 'exemptions')).toEqual([['exempt', 'by tag', '2026-12-21 00:00 UTC']]);
    expect(page.texts('.tile').slice(1, 4)).toEqual([
      'Unused passwords1',
      'Unused access keys1',
      'Unused within 14 days1 more user',
    ]);
    expect(page.text('figure')).toContain('2 unused credentials.');
    const [idle] = page.all('svg[aria-label*="the longest for"]');
    expect(idle?.getAttribute('aria-label')).toContain('for as long as their limits; the longest');
  });

  it('has the same number of unused credentials in all places, without those of exempt users', () => {
    const key = keyUsed(100);
    const [idle, exempt] = [person('idle', key), person('exempt', { ...key, path: '/exempt/' })];
    const of = parameters({ exemptPathPrefixes: '/exempt/' });
    const { texts, all } = open(htmlOf(resultOf([idle, exempt], {}, of)));
    expect(texts('.tile')[2]).toBe('Unused access keys1 of 2');
    expect(texts('.note')[0]).toBe('Unused, but exempt or allowed by the scope: 1 credential.');
    const services = all('figure').find(({ textContent }) => /the service of/u.test(textContent));
    const cells = [...(services?.querySelectorAll('tbody tr > *') ?? [])];
    expect(cells.map(({ textContent }) => textContent)).toEqual(['s3', '2', '1']);
  });

  it.each<[string, Parameters<typeof parameters>[0], boolean]>([
    ['one limit', {}, false],
    ['two limits', { maxPasswordUsageAge: '60' }, true],
    ['a limit that the curve ends before', { maxCredentialUsageAge: '500' }, true],
    ['a use of an inactive key', { evaluationScope: 'console-password' }, true],
  ])(
    'says how many users are NON_COMPLIANT where the curve shows another number: %s',
    (_, of, says) => {
      const inactive = coreKey({ status: 'Inactive', used: ago(5) });
      const bob = person('bob', { ...used(100), accessKeys: [inactive] });
      const result = resultOf([bob, person('carol', used(600))], {}, parameters(of));
      const { nonCompliant } = result.summary;
      const sentence = `At the limits of this audit, ${nonCompliant === 1 ? '1 user is' : '2 users are'} NON_COMPLIANT.`;
      expect(open(htmlOf(result)).text('figure').includes(sentence)).toBe(says);
    },
  );

  it('describes every chart for screen readers, and has its numbers as a table', () => {
    for (const result of [everything, organizationResult(), crowdResult(100)]) {
      const { all } = open(htmlOf(result));
      const charts = all('figure');
      expect(charts.length).toBeGreaterThanOrEqual(4);
      for (const chart of charts) {
        const drawings = [...chart.querySelectorAll('svg')];
        expect(drawings.map((svg) => svg.getAttribute('role'))).toEqual(['img', 'img']);
        for (const svg of drawings) expect(svg.getAttribute('aria-label')).toMatch(/^\S.{30,}/u);
        expect(chart.querySelectorAll('details tbody tr').length).toBeGreaterThan(0);
      }
    }
  });

  it('has a bar for each of up to 40 credentials, and a histogram of more', () => {
    const bars = (count: number) => {
      const users = Array.from({ length: count }, (_, index) =>
        person(`u${index}`, used(index * 9)),
      );
      return open(htmlOf(resultOf(users))).all('#idle svg.wide rect').length;
    };
    expect(bars(7)).toBe(7);
    expect(bars(40)).toBe(40);
    expect(bars(41)).toBeLessThan(25);
  });

  it('names the formats that have the rows that a table omits, and says what those rows are', () => {
    const errors = (length: number) =>
      Array.from({ length }, (_, index) => ({
        arn: `arn:${index}`,
        message: 'x',
        accountId: null,
      }));
    const accounts = (length: number) =>
      Array.from({ length }, (_, index) => {
        const accountId = String(100_000_000_000 + index);
        return { accountId, asOf: 0, failure: 'x' };
      });
    const noteOf = (rest: Parameters<typeof resultOf>[1]) =>
      open(htmlOf(resultOf([person('empty')], rest))).text('#not-evaluated .note');
    expect(noteOf({ errors: errors(201) })).toBe('1 user more: the format json has all.');
    expect(noteOf({ accounts: accounts(202) })).toBe('2 accounts more: the format json has all.');
    expect(noteOf({ accounts: accounts(202), errors: errors(3) })).toBe(
      '5 rows more: the format json has all.',
    );
    expect(noteOf({ accounts: accounts(200), errors: errors(3) })).toBe(
      '3 users more: the format json has all.',
    );
  });

  it('distinguishes users who could not be evaluated from users without credentials', () => {
    const errors = [{ arn: 'arn:aws:iam::123456789012:user/eve', message: 'x', accountId: null }];
    const { text, all } = open(htmlOf(resultOf([], { errors })));
    expect(text('#charts p')).toBe('No user was evaluated.');
    expect(all('.tile .good')).toEqual([]);
    const none = open(htmlOf(resultOf([person('empty')])));
    expect(none.text('#charts p')).toBe('No user holds a credential that can be used.');
  });

  it('is whole for an account without users and for users without credentials', () => {
    for (const users of [[], [person('empty')]]) {
      const html = htmlOf(resultOf(users, { accounts: [{ accountId: '123456789012', asOf: 0 }] }));
      expect(open(html).text('.answer')).not.toBe('');
      expect(html).toMatch(/<\/html>\n$/u);
    }
  });
});

describe('the HTML file', () => {
  it('allows nothing but its own style sheet and script, whatever they are', () => {
    const html = htmlOf(everything);
    const { all } = open(html);
    const policy = all('meta[http-equiv="Content-Security-Policy"]')[0]?.getAttribute('content');
    const textOf = (pattern: RegExp) => pattern.exec(html)?.[1] ?? '';
    const hash = (text: string) => createHash('sha256').update(text).digest('base64');
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash(textOf(/<style>(.*?)<\/style>/su))}'`,
      `script-src 'sha256-${hash(textOf(/<script>(.*?)<\/script>/su))}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('names no file or address to load, and has no inline style or handler', () => {
    for (const result of [everything, organizationResult(), hostileResult()]) {
      const attributes = open(htmlOf(result))
        .all('*')
        .flatMap((element) =>
          [...element.attributes].map(({ name, value }) => ({
            element: element.localName,
            name,
            value,
          })),
        );
      const loading = attributes.filter(
        ({ element, name, value }) =>
          /^(?:src|srcset|data|poster|background|action|formaction|ping|xlink:href|style|on.*)$/u.test(
            name,
          ) ||
          (name === 'href' && element !== 'a') ||
          /url\(/u.test(value),
      );
      expect(loading).toEqual([]);
    }
    expect(htmlOf(everything)).not.toMatch(/@import|url\(/u);
  });

  it('has less than 300 KB besides its data', () => {
    const users = Array.from({ length: 40 }, (_, index) => person(`u${index}`, used(index * 9)));
    expect(htmlOf(resultOf(users)).length).toBeLessThan(300_000);
  });

  it('shows hostile names, services, errors and notes as text', () => {
    const html = htmlOf(hostileResult());
    const { all, texts } = open(html);
    expect(all('script')).toHaveLength(2);
    expect(all('style')).toHaveLength(1);
    expect(all('img, b')).toEqual([]);
    expect(new Set(texts('#users tbody a'))).toEqual(new Set(hostileTexts.map(plain)));
    for (const link of all('#users tbody a')) {
      expect(link.getAttribute('href')).toMatch(
        /^https:\/\/console\.aws\.amazon\.com\/iam\/home#/u,
      );
    }
  });

  it('holds the rows beyond the first 5,000 as JSON that cannot close its element', () => {
    const copies = Math.ceil((mostRows + 20) / hostileTexts.length);
    const result = hostileResult(copies);
    const { all, text } = open(htmlOf(result));
    expect(all('#users tbody tr')).toHaveLength(mostRows);
    const more: { cells: string[]; link: string }[] = JSON.parse(
      all('#more-rows')[0]?.textContent ?? '',
    );
    expect(more).toHaveLength(result.users.length - mostRows);
    const names = viewOf(result)
      .users.slice(mostRows)
      .map(({ userName }) => plain(userName));
    expect(more.map(({ cells }) => cells[0])).toEqual(names);
    expect(text('#more-users')).toContain('5,000');
  });

  it('takes at most two and a half times the processor time of JSON for 5,000 users, measured as a whole process', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) =>
      row(`user-${index}`, {
        ...passwordValues(900, index % 75),
        ...keyValues(1, 900, index % 20),
      }),
    );
    const report = folder.file('many.csv', reportCsv(rows));
    const tellTime =
      'data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();console.error("CPU "+(user+system))})';
    const timeOf = async (file: string) => {
      const output = ['--output', `${folder.path}/${file}`];
      const args = ['audit', '--report', report, '--as-of', asOf, ...output];
      const { stderr } = await runProcess(
        process.execPath,
        ['--import', tellTime, cliFile, ...args],
        {},
      );
      return Number(/CPU (\d+)/u.exec(stderr)?.[1]);
    };
    // 0.9 seconds on a machine on which JSON takes 0.35 seconds.
    expect(await timeOf('many.html')).toBeLessThan(2.5 * (await timeOf('many.json')));
    expect(rowsOf(folder.read('many.html'), 'users')).toHaveLength(5_000);
  });
});

describe('a report with a second opinion and earlier results', () => {
  it('shows the days as a chart with its numbers, and the differences with their reasons', async () => {
    const html = await comparedReport(folder);
    const { texts, text, all } = open(html);
    expect(texts('nav li')).toContain('Over time');
    expect(texts('#trend tbody tr').at(0)).toMatch(/^2026-11-01 ?9 ?18 ?10$/u);
    expect(texts('#trend tbody tr')).toHaveLength(11);
    expect(all('#trend svg')[0]?.getAttribute('aria-label')).toContain('On 2026-11-21, 1 NON');
    expect(text('#comparison p')).toMatch(/both find 0 credentials unused/u);
    const differences = rowsOf(html, 'comparison');
    expect(differences).toContainEqual([
      ...['alice', 'password', 'only AWS'],
      expect.stringContaining('2026-11-20'),
    ]);
    expect(differences).toContainEqual([
      ...['bob', 'password', 'only this audit'],
      expect.stringMatching(/./u),
    ]);
    const named = differences.map(([user]) => user);
    // The text before a slash is a path, even in a name that AWS does not allow.
    const names = hostileTexts.map((text) => plain(text.split('/').at(-1) ?? ''));
    expect(named).toEqual(expect.arrayContaining(names));
  });
});
