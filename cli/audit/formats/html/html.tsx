import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { renderToString } from 'preact-render-to-string';
import { escapeControls } from '../../../terminal/style.ts';
import type { ShownResult, View } from '../../view.ts';
import { Page } from './page.tsx';
import { dateOf } from './text.ts';
import { userColumns, userRow } from './user-rows.ts';
import { mostRows } from './users-section.tsx';

const rowsPerPiece = 500;

/** Yields one page that loads nothing: its style sheet, script and data are in it, and its policy allows no other. */
export function* renderHtml(result: ShownResult, view: View): Generator<string> {
  const style = readAsset('report.css');
  const script = readAsset('report.js');
  const policy = [
    ...["default-src 'none'", `style-src '${hashOf(style)}'`, `script-src '${hashOf(script)}'`],
    ...["base-uri 'none'", "form-action 'none'"],
  ];
  const head = (
    <>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={policy.join('; ')} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="referrer" content="no-referrer" />
      <title>{`Unused IAM credentials, ${dateOf(result.asOf)}`}</title>
    </>
  );
  yield `<!doctype html>\n<html lang="en">\n<head>\n${renderToString(head)}\n<style>${style}</style>\n</head>\n<body>\n`;
  yield renderToString(<Page result={result} view={view} />);
  yield '\n<script type="application/json" id="more-rows">[';
  const columns = userColumns(result);
  for (let start = mostRows; start < view.users.length; start += rowsPerPiece) {
    const rows = view.users
      .slice(start, start + rowsPerPiece)
      .map((user) => userRow(user, columns));
    yield (start === mostRows ? '' : ',') + embedded(rows).slice(1, -1);
  }
  yield `]</script>\n<script>${script}</script>\n</body>\n</html>\n`;
}

/** A file beside this module, wherever that is bundled to. */
function readAsset(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** JSON in which nothing ends the element that holds it. */
function embedded(value: unknown): string {
  return escapeControls(JSON.stringify(value)).replaceAll('<', '\\u003c');
}
