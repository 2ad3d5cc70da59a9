import { mkdirSync, writeFileSync } from 'node:fs';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../../../../cli/audit/formats/html/html.tsx';
import type { AuditResult } from '../../../../../cli/audit/result.ts';
import { buildTrend } from '../../../../../cli/audit/trend/trend.ts';
import { plain } from '../../../../../cli/terminal/style.ts';
import { parameters } from '../../../../builders/core-user.ts';
import { useTemporaryFolder } from '../../../temporary-folder.ts';
import { resultOf, viewOf } from '../../audit-result.ts';
import { executablePath, openFile, startChromium } from './chromium.ts';
import { comparedReport } from './compared-report.ts';
import {
  crowdResult,
  everyKind,
  hostileResult,
  hostileTexts,
  keyUsed,
  organizationResult,
  person,
} from './people.ts';
import { sampleReport } from './sample-report.ts';

if (executablePath === null) {
  process.stderr.write(
    'Skipped the tests of the HTML report: no Chromium is installed. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.\n',
  );
}

const folder = useTemporaryFolder();
/** Every rule that is on by default, and the one of WCAG 2.2. */
const runAxe = "axe.run({ rules: { 'target-size': { enabled: true } } })";
/** The folder of pictures that continuous integration keeps. */
const pictures = 'reports/html';

/** The result with each user repeated `times` times. */
const manyTimes = (result: AuditResult, times: number): AuditResult => ({
  ...result,
  users: Array.from({ length: times }, () => result.users).flat(),
});

const htmlOf = (result: AuditResult) => [...renderHtml(result, viewOf(result))].join('');

const examples: Readonly<Record<string, () => string | Promise<string>>> = {
  sample: sampleReport,
  few: () => htmlOf(resultOf(everyKind)),
  organization: () => htmlOf(organizationResult()),
  hostile: () => htmlOf(hostileResult()),
  compared: () => comparedReport(folder),
};

describe.skipIf(executablePath === null)('the HTML report in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  /** Opens a report; the test fails at its end if the page did anything but show it. */
  async function open(html: string, options: BrowserContextOptions = {}) {
    const opened = await openFile(browser, folder.file('report.html', html), options);
    const { page, incidents } = opened;
    return {
      page,
      names: () => page.locator('#user-table tbody tr > :first-child').allTextContents(),
      status: () => page.locator('#page-status').textContent(),
      close: async () => {
        await page.context().close();
        expect(incidents).toEqual([]);
      },
    };
  }

  describe.each(Object.entries(examples))('of the example %s', (name, write) => {
    let html: string;
    beforeAll(async () => {
      html = await write();
    });

    it.each(
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        [360, 768, 1280].map((width) => ({ colorScheme, width })),
      ),
    )(
      'is accessible, fits, and loads nothing: $colorScheme, $width pixels',
      async ({ colorScheme, width }) => {
        const { page, close } = await open(html, {
          colorScheme,
          viewport: { width, height: 800 },
        });
        await page.screenshot({
          path: `${pictures}/${name}-${colorScheme}-${width}.png`,
          fullPage: true,
        });
        for (const summary of await page.locator('summary').all()) await summary.click();
        await page.evaluate(axe.source);
        const found = await page.evaluate<AxeResults>(runAxe);
        const violations = found.violations.flatMap(({ id, nodes }) =>
          nodes.map(
            ({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`,
          ),
        );
        expect(violations).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        await close();
      },
    );

    it('fits 320 pixels, which a page has at a zoom of 400%', async () => {
      const { page, close } = await open(html, { viewport: { width: 320, height: 256 } });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      await close();
    });

    it('fits on A4 paper', async () => {
      // 210 mm less the margins of the page, at 96 pixels per inch.
      const width = 703;
      const { page, close } = await open(html, { viewport: { width, height: 1000 } });
      writeFileSync(
        `${pictures}/${name}.pdf`,
        await page.pdf({ preferCSSPageSize: true, printBackground: true }),
      );
      await page.emulateMedia({ media: 'print' });
      await page.screenshot({ path: `${pictures}/${name}-print.png`, fullPage: true });
      const widths = await page.locator('main table').evaluateAll((tables) =>
        tables.map(({ scrollWidth, parentElement }) => ({
          table: scrollWidth,
          room: parentElement?.clientWidth,
        })),
      );
      expect(widths.filter(({ table, room = 0 }) => table > room)).toEqual([]);
      const split = await page
        .locator('main th[scope=col]:visible, #user-table td.text')
        .evaluateAll((all) =>
          all.flatMap((cell) => {
            const text = cell.querySelector('button') ?? cell;
            const words = (text.textContent ?? '').split(' ').length;
            const range = document.createRange();
            range.selectNodeContents(text);
            const lines = new Set(Array.from(range.getClientRects(), ({ top }) => top)).size;
            return lines > words ? [text.textContent] : [];
          }),
        );
      expect(split).toEqual([]);
      await close();
    });
  });

  it('draws no chart much larger than its text, and cuts no table of accounts, on a wide screen', async () => {
    const trend = buildTrend(organizationResult(), { results: [], skipped: [] });
    for (const result of [organizationResult(), { ...resultOf(everyKind), trend }]) {
      const html = htmlOf(result);
      const { page, close } = await open(html, { viewport: { width: 1280, height: 800 } });
      const scales = await page
        .locator('svg.wide')
        .evaluateAll((all) =>
          all.map((svg) => svg.clientWidth / Number(svg.getAttribute('viewBox')?.split(' ')[2])),
        );
      expect(scales.length).toBeGreaterThan(3);
      expect(Math.max(...scales)).toBeLessThan(1.3);
      const cut = await page
        .locator('.beside > div > .scroll')
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
      expect(cut).toBe(0);
      await close();
    }
  });

  it.each([
    { name: 'many users', write: () => manyTimes(resultOf(everyKind), 15_000) },
    {
      name: 'a long limit',
      write: () =>
        resultOf(
          everyKind,
          {},
          parameters({ maxPasswordUsageAge: '365', maxAccessKeyUsageAge: '365' }),
        ),
    },
    { name: 'several accounts', write: organizationResult },
    {
      name: 'wide names of users and services',
      write: () =>
        resultOf(
          ['resource-groups-tagging', 'marketplacecommerceanalytics', 'MWMWMWMWMWMWMW'].map(
            (service, index) =>
              person('MAXIMILIAN-WAGNER', keyUsed(90, service, `AKIAEXAMPLEKEYWWMW${index}`)),
          ),
        ),
    },
  ])('cuts or covers no text of a chart: $name', async ({ write }) => {
    // The charts show all users, and the table those that are selected.
    const result = write();
    const html = [...renderHtml(result, { ...viewOf(result), users: [] })].join('');
    for (const width of [360, 1280]) {
      const { page, close } = await open(html, {
        viewport: { width, height: 800 },
        javaScriptEnabled: false,
      });
      expect(await page.locator('svg.plot:visible').count()).toBeGreaterThan(2);
      const texts = await page.locator('svg.plot:visible text').evaluateAll((all) =>
        all.map((each) => {
          const { left, right, top, bottom } = each.getBoundingClientRect();
          const chart = each.closest('svg');
          const box = chart?.getBoundingClientRect();
          const isInside =
            left >= (box?.left ?? 0) - 1 &&
            right <= (box?.right ?? 0) + 1 &&
            top >= (box?.top ?? 0) - 1 &&
            bottom <= (box?.bottom ?? 0) + 1;
          return {
            text: `${chart?.closest('figure')?.id}: ${each.textContent}`,
            chart: chart?.closest('figure')?.id,
            ...{ left, right, top, bottom, isInside },
          };
        }),
      );
      expect(texts.filter(({ isInside }) => !isInside).map(({ text }) => text)).toEqual([]);
      const covered = texts.flatMap((one, index) =>
        texts
          .slice(index + 1)
          .filter(
            (other) =>
              one.chart === other.chart &&
              Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
              Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 3,
          )
          .map((other) => `${one.text} and ${other.text}`),
      );
      expect(covered).toEqual([]);
      await close();
    }
  });

  it('keeps the count at the limit readable where the curve crosses it', async () => {
    const { page, close } = await open(htmlOf(organizationResult()));
    const label = page.locator('#what-if svg:visible text', { hasText: /^[\d,]+ users$/u });
    const { stroke, surface } = await label.evaluate((text) => ({
      stroke: getComputedStyle(text).stroke,
      surface: getComputedStyle(text.closest('figure') ?? text).backgroundColor,
    }));
    expect(stroke).toBe(surface);
    await close();
  });

  it('shows all users after going back in the browser, and says so', async () => {
    const { page, names, close } = await open(htmlOf(resultOf(everyKind)));
    await page.getByLabel('Compliance').selectOption('NON_COMPLIANT');
    await page.getByLabel('Rows').selectOption('50');
    await page.goto('about:blank');
    await page.goBack();
    expect(await names()).toHaveLength(everyKind.length);
    expect(await page.getByLabel('Compliance').inputValue()).toBe('');
    expect(await page.getByLabel('Rows').inputValue()).toBe('100');
    await close();
  });

  it('turns a page with the keyboard to its first row, and keeps the focus', async () => {
    const { page, status, close } = await open(htmlOf(crowdResult(150)));
    const [first, next] = [page.locator('#user-table tbody tr').first(), page.locator('#next')];
    const isSeen = () =>
      first.evaluate((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      });
    await next.focus();
    expect(await isSeen()).toBe(false);
    await page.keyboard.press('Enter');
    expect(await status()).toBe('101\u2013150 of 150 users');
    expect(await isSeen()).toBe(true);
    expect(await page.evaluate('document.activeElement.id')).toBe('previous');
    await page.keyboard.press('Enter');
    expect(await status()).toBe('1\u2013100 of 150 users');
    expect(await page.evaluate('document.activeElement.id')).toBe('next');
    await close();
  });

  it('sorts empty cells behind all others in both orders', async () => {
    const { page, close } = await open(htmlOf(resultOf(everyKind)));
    const header = page.locator('#user-table th', { hasText: 'Becomes unused' });
    const dates = () => page.locator('#user-table tbody tr > td:nth-child(6)').allTextContents();
    for (const order of ['ascending', 'descending']) {
      await header.locator('button').click();
      expect(await header.getAttribute('aria-sort')).toBe(order);
      const shown = await dates();
      const known = shown.filter((date) => date !== '').toSorted();
      expect(known.length).toBeGreaterThan(1);
      expect(shown.slice(0, known.length)).toEqual(
        order === 'ascending' ? known : known.toReversed(),
      );
    }
    await close();
  });

  it('shows every user, link and number without script', async () => {
    const { page, names, close } = await open(htmlOf(resultOf(everyKind)), {
      javaScriptEnabled: false,
    });
    expect(await names()).toHaveLength(everyKind.length);
    expect(await page.locator('#controls, #pager').evaluateAll((all) => all.length)).toBe(2);
    for (const hidden of ['#controls', '#pager']) expect(await page.isVisible(hidden)).toBe(false);
    expect(await page.isVisible('figure svg')).toBe(true);
    await close();
  });

  it('sorts by any column with the keyboard, and says so to a screen reader', async () => {
    const { page, names, close } = await open(htmlOf(resultOf(everyKind)));
    const user = page.locator('#user-table th', { hasText: 'User' });
    await user.locator('button').focus();
    await page.keyboard.press('Enter');
    expect(await names()).toEqual(everyKind.map(({ userName }) => userName).toSorted());
    expect(await user.getAttribute('aria-sort')).toBe('ascending');
    await page.keyboard.press('Enter');
    expect(await names()).toEqual(
      everyKind
        .map(({ userName }) => userName)
        .toSorted()
        .reverse(),
    );
    await page.locator('#user-table th', { hasText: 'Days idle' }).locator('button').press('Enter');
    expect(await names()).toEqual([
      'older',
      'exempt',
      'idle',
      'once-exempt',
      'soon',
      'later',
      'active',
      'empty',
    ]);
    expect(await page.locator('[aria-sort]').count()).toBe(1);
    await close();
  });

  it('filters by text and compliance, and announces how many are left', async () => {
    const { page, names, status, close } = await open(htmlOf(resultOf(everyKind)));
    await page.getByLabel('Search').fill('EXEMPT');
    expect(await names()).toEqual(['once-exempt', 'exempt']);
    await page.getByLabel('Compliance').selectOption('NON_COMPLIANT');
    expect(await names()).toEqual(['once-exempt']);
    expect(await status()).toBe('1 user (8 in all)');
    expect(await page.getAttribute('#page-status', 'role')).toBe('status');
    await page.getByLabel('Search').fill('nobody');
    expect(await status()).toBe('0 users (8 in all)');
    await close();
  });

  it('shows hostile names as text, also where the script writes them', async () => {
    const { page, names, status, close } = await open(htmlOf(hostileResult(600)));
    await page.locator('#user-table th', { hasText: 'User' }).locator('button').click();
    await page.getByLabel('Rows').selectOption('5000');
    const seen = new Set(await names());
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await status()).toBe('5,001\u20135,400 of 5,400 users');
    for (const name of await names()) seen.add(name);
    expect(seen).toEqual(new Set(hostileTexts.map(plain)));
    expect(await page.title()).toBe('Unused IAM credentials, 2026-11-21');
    const links = await page
      .locator('#user-table a')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
    expect(
      links.filter((href) => !href.startsWith('https://console.aws.amazon.com/iam/home#')),
    ).toEqual([]);
    await close();
  });

  it.each([5_000, 100_000])(
    'shows 100 of %i users at a time, and sorts them quickly',
    async (count) => {
      const { page, names, status, close } = await open(htmlOf(crowdResult(count)));
      expect(await names()).toHaveLength(100);
      const all = count.toLocaleString('en-US');
      expect(await status()).toBe(`1\u2013100 of ${all} users`);
      await page.getByRole('button', { name: 'Next' }).click();
      expect(await status()).toBe(`101\u2013200 of ${all} users`);
      const took = await page.evaluate<number>(`(() => {
      const started = performance.now();
      document.querySelector('#user-table th button').click();
      document.body.offsetHeight;
      return performance.now() - started;
    })()`);
      expect((await names()).slice(0, 3)).toEqual(['user-0', 'user-1', 'user-2']);
      await page.locator('#user-table th button').first().click();
      expect((await names())[0]).toBe(`user-${count - 1}`);
      expect(took).toBeLessThan(count / 10);
      await close();
    },
  );
});
