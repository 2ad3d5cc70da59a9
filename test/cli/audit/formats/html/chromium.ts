import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Debian, Ubuntu and macOS have Chromium or Chrome. */
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser of the tests; null if none is installed. */
export const executablePath = [process.env['CHROMIUM'] ?? '', ...places].find(existsSync) ?? null;

/** Starts the browser. */
export function startChromium(): Promise<Browser> {
  // As root, which is what a container has, Chromium's sandbox does not start.
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: executablePath ?? '',
    args: [...(isRoot ? ['--no-sandbox'] : []), '--font-render-hinting=none'],
  });
}

/** A page, and everything it did that a report must not do. */
export interface OpenPage {
  readonly page: Page;
  /** Messages of the console, errors, dialogs and requests other than for the file itself. */
  readonly incidents: readonly string[];
}

/** Opens a file. */
export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
): Promise<OpenPage> {
  const incidents: string[] = [];
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => incidents.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => incidents.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const url = `file://${file}`;
  page.on('request', (request) => {
    if (request.url() !== url) incidents.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, incidents };
}
