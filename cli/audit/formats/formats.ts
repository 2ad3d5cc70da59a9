import type { ShownResult, View } from '../view.ts';

/** Renders a result as pieces of text. Knows nothing of AWS. */
type Render = (result: ShownResult, view: View) => Iterable<string>;

/** A format of the result. */
interface Format {
  /** The endings of file names that mean this format. */
  readonly endings: readonly string[];
  /** A format is loaded when it is used: a library for it may take longer to load than a report takes to evaluate. */
  readonly load: () => Promise<Render>;
}

/** The formats in which audit shows its result, by name. */
export const formats = {
  table: {
    endings: ['.txt'],
    load: async () => (await import('./table.ts')).renderTable,
  },
  json: { endings: ['.json'], load: async () => (await import('./json.ts')).renderJson },
  jsonl: {
    endings: ['.jsonl', '.ndjson'],
    load: async () => (await import('./json.ts')).renderJsonLines,
  },
  csv: {
    endings: ['.csv'],
    load: async () => (await import('./csv.ts')).renderCsv,
  },
  markdown: {
    endings: ['.md'],
    load: async () => (await import('./markdown.ts')).renderMarkdown,
  },
  ocsf: {
    endings: ['.ocsf.json'],
    load: async () => (await import('./ocsf.ts')).renderOcsf,
  },
  html: {
    endings: ['.html', '.htm'],
    load: async () => (await import('./html/html.tsx')).renderHtml,
  },
} as const satisfies Record<string, Format>;

/** The name of a format. */
export type FormatName = keyof typeof formats;

/** Every format's name, in the order in which they are shown. */
export const formatNames = Object.keys(formats) as FormatName[];

/** The format that a file name's ending means: the longest ending counts. Null for an ending of no format; a name without an ending means a table. */
export function formatOfFile(file: string): FormatName | null {
  const name = (file.split(/[/\\]/u).at(-1) ?? file).toLowerCase();
  if (!name.slice(1).includes('.')) return 'table';
  const matching = formatNames
    .flatMap((format) => formats[format].endings.map((ending) => ({ format, ending })))
    .filter(({ ending }) => name.endsWith(ending))
    .toSorted((a, b) => b.ending.length - a.ending.length);
  return matching[0]?.format ?? null;
}
