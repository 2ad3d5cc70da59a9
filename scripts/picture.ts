import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  executablePath,
  openFile,
  startChromium,
} from '../test/cli/audit/formats/html/chromium.ts';
import { sampleReport } from '../test/cli/audit/formats/html/sample-report.ts';
import { buildCommandLine } from './build.ts';

/** `npm run picture`: writes the picture of the HTML report in docs/audit.md. Needs Chromium. */
async function drawPicture(): Promise<void> {
  if (executablePath === null) {
    throw new Error('No Chromium is installed. Install it, or set CHROMIUM to its path.');
  }
  const folder = await mkdtemp(join(tmpdir(), 'unused-iam-credentials-picture-'));
  await buildCommandLine();
  const browser = await startChromium();
  try {
    const file = join(folder, 'report.html');
    await writeFile(file, await sampleReport());
    const viewport = { width: 1280, height: 1240 };
    const { page } = await openFile(browser, file, { viewport, colorScheme: 'light' });
    const path = fileURLToPath(new URL('../docs/audit-report.png', import.meta.url));
    await page.screenshot({ path });
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

await drawPicture();
