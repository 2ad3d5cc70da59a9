import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { styleFor, widthOf } from '../../../cli/terminal/style.ts';
import { layOut, type TableLayout, wrap, wrapLine } from '../../../cli/terminal/table.ts';

const rows = [
  ['USER', 'STATE', 'REASON'],
  ['alice', 'ok', 'password used 2026-08-01 (112 days, limit 45)'],
  ['a-user-with-a-long-name', 'wrong', 'none'],
];
const show = (width: number | null, overflow: TableLayout['overflow'], whole?: number[]) =>
  layOut(rows, { width, overflow, ...(whole === undefined ? {} : { whole }) });

describe('a table', () => {
  it('has aligned columns and whole lines in a pipe', () => {
    expect(show(null, 'cut')).toEqual([
      'USER                     STATE  REASON',
      'alice                    ok     password used 2026-08-01 (112 days, limit 45)',
      'a-user-with-a-long-name  wrong  none',
    ]);
    expect(show(null, 'wrap')).toEqual(show(null, 'cut'));
  });

  it('cuts the last column in a terminal, then the widest', () => {
    expect(show(60, 'cut')[1]).toBe('alice                    ok     password used 2026-08-01 (1…');
    expect(show(40, 'cut')).toEqual([
      'USER           STATE  REASON',
      'alice          ok     password used 202…',
      'a-user-with-…  wrong  none',
    ]);
  });

  it('does not cut columns that stay whole', () => {
    expect(show(20, 'cut', [0, 1])[2]).toBe('a-user-with-a-long-name  wrong  none');
  });

  it('wraps the last column beside the others, or below them without room', () => {
    expect(show(60, 'wrap').slice(1)).toEqual([
      `alice                    ok     password used 2026-08-01\n${' '.repeat(32)}(112 days, limit 45)`,
      'a-user-with-a-long-name  wrong  none',
    ]);
    expect(show(40, 'wrap', [0])[1]).toBe(
      'alice                    ok   \n    password used 2026-08-01 (112 days,\n    limit 45)',
    );
  });

  it.each([20, 30, 40, 60, 80, 200])('fits %i columns', (width) => {
    for (const overflow of ['cut', 'wrap'] as const) {
      const lines = show(width, overflow).flatMap((text) => text.split('\n'));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(
        Math.max(width, 25),
      );
    }
  });

  it('counts columns, not characters', () => {
    const wide = layOut(
      [
        ['日本', 'x'],
        ['é', '日本日本日本'],
      ],
      { width: 14, overflow: 'cut' },
    );
    expect(wide).toEqual(['日本  x', 'é     日本日…']);
  });

  it('spells out control characters and paints cells', () => {
    const cells = [[{ text: 'a\u001B', paint: (text: string) => `<${text}>` }, 'b\nc']];
    expect(layOut(cells, { width: null, overflow: 'cut' })).toEqual(['<a\\u{1b}>  b\\u{a}c']);
  });

  it('may be empty', () => {
    expect(layOut([], { width: 80, overflow: 'cut' })).toEqual([]);
  });
});

it('a word longer than the width keeps a line of its own', () => {
  expect(wrap('see https://example.com/a now', 10)).toEqual([
    'see',
    'https://example.com/a',
    'now',
  ]);
});

describe('the width', () => {
  it.each([
    ['of a pipe is none', {}, '100', null],
    ['of a terminal is its own', { isTTY: true, columns: 120 }, '', 120],
    ['of a terminal is COLUMNS if that is set', { isTTY: true, columns: 120 }, '60', 60],
    ['of a terminal that has none is 80', { isTTY: true }, 'x', 80],
  ])('%s', (_, stream, columns, width) => {
    vi.stubEnv('COLUMNS', columns);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(widthOf(stream)).toBe(width);
  });
});

it.each([
  ['a terminal', { isTTY: true }, '', true],
  ['a terminal with NO_COLOR', { isTTY: true }, '1', false],
  ['a pipe', {}, '', false],
])('colors in %s depend on NO_COLOR', (_, stream, noColor, colored) => {
  vi.stubEnv('NO_COLOR', noColor);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(styleFor(stream).bad('NON_COMPLIANT') !== 'NON_COMPLIANT').toBe(colored);
});

it('a line keeps its indentation, and what follows has more', () => {
  expect(wrapLine('  access key AKIA1: would be reactivated', 24, 4)).toBe(
    ['  access key AKIA1:', '      would be', '      reactivated'].join('\n'),
  );
  expect(wrapLine('reason: none', 8, 2)).toBe('reason:\n  none');
  expect(wrapLine('  of any width', null, 2)).toBe('  of any width');
});
