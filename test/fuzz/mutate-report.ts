import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import { createSampleAccount } from '../fixtures/sample-account.ts';
import { createRandom, type Random } from '../semantics/random.ts';

/** The instant at which the fuzzed reports were made. */
export const reportedAt = Date.parse('2026-11-21T06:30:00Z');

/** Makes the report that is mutated: 42 users of every kind, as IAM writes it. */
export function realisticReport(): string {
  return renderCredentialReport(createSampleAccount(reportedAt));
}

type Mutation = (csv: string, random: Random) => string;

const odd: readonly string[] = [
  ...['', ' ', '"', '""', "'", ',', ';', '\t', '\0', '\r', '\n', '\r\n', '\uFEFF', '\uFFFD'],
  ...['\u001B[2J', '\u0007', '\u0085', '\u009B31m', '\u202E', '\u2028', '\u200B', '💥', 'é', 'ﷺ'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'undefined', 'null', 'NaN'],
  ...['true', 'TRUE', 'false', 'False', 'N/A', 'n/a', 'no_information', 'not_supported'],
  ...[
    '<root_account>',
    '=1+1',
    '=1\n+1',
    '@SUM(A1)',
    '-1',
    '+1',
    '0',
    '-0',
    '1e309',
    '0x10',
    '9'.repeat(40),
  ],
  ...['1 more access key: use ListAccessKeys', '%s%n', '../../etc/passwd', '{', '[]'],
  ...['arn:aws:iam::123456789012:root', 'arn:aws-cn:iam::210987654321:user/x/y', 'arn:::::', 'arn'],
];
const oddDates: readonly string[] = [
  ...['2026-02-30T00:00:00Z', '2026-13-01T00:00:00+00:00', '2026-11-21T24:00:00Z', '2026-11-21'],
  ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+00:00', '1969-12-31T23:59:59Z', '1970-01-01'],
  ...['9999-12-31T23:59:59Z', '9999-12-31T23:59:59-23:59', '+010000-01-01T00:00:00Z'],
  ...['275760-09-13T00:00:00Z', '2026-11-21T06:30:60Z', '2026-11-21T06:30:00', '1795069800'],
  ...['2026-11-21T06:30:00.123456789Z', '2026-11-21T06:30:00+14:00', '2026-11-21T06:30:00+99:99'],
  ...['2027-11-21T06:30:00Z', '2026-11-22T06:29:59Z', '2026-11-22T06:30:01Z', '２０２６-11-21'],
];

/** Replaces a number of characters at a place in the text. */
function splice(text: string, at: number, length: number, replacement: string): string {
  return text.slice(0, at) + replacement + text.slice(at + length);
}

function anywhere(text: string, random: Random): number {
  return random.integer(0, Math.max(0, text.length - 1));
}

/** Applies a change to the rows as fields; a comma inside a quoted field is a border as well. */
function onCells(change: (cells: string[][], random: Random) => void): Mutation {
  return (csv, random) => {
    const cells = csv.split('\n').map((line) => line.split(','));
    change(cells, random);
    return cells.map((fields) => fields.join(',')).join('\n');
  };
}

function setCell(cells: string[][], random: Random, value: string, where = /(?:)/u): void {
  const columns = (cells[0] ?? []).flatMap((name, index) => (where.test(name) ? [index] : []));
  const row = random.pick(cells);
  if (columns.length > 0) row[random.pick(columns)] = value;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Moves, repeats or drops a column in every row; `from` and `to` may be equal. */
function onColumn(change: (fields: string[], from: number, to: number) => void): Mutation {
  return onCells((cells, random) => {
    const width = cells[0]?.length ?? 1;
    const [from, to] = [random.integer(0, width - 1), random.integer(0, width - 1)];
    for (const fields of cells) change(fields, from, to);
  });
}

const mutations: readonly Mutation[] = [
  // Characters.
  (csv, random) =>
    splice(csv, anywhere(csv, random), 1, String.fromCharCode(random.integer(0, 255))),
  (csv, random) =>
    splice(csv, anywhere(csv, random), 1, String.fromCharCode(random.integer(0, 0xffff))),
  (csv, random) => splice(csv, anywhere(csv, random), random.integer(1, 60), ''),
  (csv, random) => splice(csv, anywhere(csv, random), 0, random.pick(odd)),
  (csv, random) => splice(csv, anywhere(csv, random), 0, '"'),
  (csv, random) => csv.slice(0, anywhere(csv, random)),
  (csv, random) => csv.slice(anywhere(csv, random)),
  // Fields.
  onCells((cells, random) => setCell(cells, random, random.pick(odd))),
  onCells((cells, random) => setCell(cells, random, random.pick(odd), /^(user|arn)$/u)),
  onCells((cells, random) => setCell(cells, random, quoted(random.pick(odd)), /^(user|arn)$/u)),
  onCells((cells, random) => setCell(cells, random, quoted(random.pick(odd)), /^user$/u)),
  onCells((cells, random) => setCell(cells, random, random.pick(oddDates), /time|date|last/u)),
  onCells((cells, random) => setCell(cells, random, random.pick(oddDates), /time|date|last/u)),
  onCells((cells, random) => setCell(cells, random, String(random.integer(-1e15, 1e15)))),
  onCells((cells, random) =>
    setCell(cells, random, random.pick(odd).repeat(random.integer(1, 20_000))),
  ),
  onCells((cells, random) => setCell(cells, random, quoted(random.pick(odd).repeat(3)))),
  // Rows.
  onCells((cells, random) => void cells.splice(random.integer(0, cells.length - 1), 1)),
  onCells((cells, random) => void cells.push([...random.pick(cells)])),
  onCells((cells, random) => void cells.splice(random.integer(0, cells.length), 0, [''])),
  onCells((cells, random) => void random.pick(cells).push(random.pick(odd))),
  onCells((cells, random) => void random.pick(cells).pop()),
  onCells((cells) => void cells.reverse()),
  // Columns.
  onColumn((fields, from) => void fields.splice(from, 1)),
  onColumn((fields, from, to) => void fields.splice(to, 0, fields[from] ?? '')),
  onColumn((fields, from, to) => void fields.splice(to, 0, ...fields.splice(from, 1))),
  onCells(([header = []], random) => {
    header[random.integer(0, header.length - 1)] = random.pick(odd);
  }),
  // The whole text.
  (csv) => `\uFEFF${csv}`,
  (csv, random) =>
    csv.replaceAll('\n', random.pick(['\r\n', '\r', '\n\n', '\n\r', ' \n', '\u2028'])),
  (csv, random) => csv.replaceAll(random.pick([',', '-', ':', 'N/A', 'true']), random.pick(odd)),
  (csv) => csv.replaceAll(/[^,\n]+/gu, '"$&"'),
  (csv) => `${csv}\n${csv}`,
];

/** The CSV itself, or the AWS CLI's JSON of it, valid or broken. */
function wrap(csv: Buffer, random: Random): Buffer {
  if (!random.chance(0.2)) return csv;
  const Content = csv.toString('base64');
  const GeneratedTime = random.pick(['2026-11-21T06:30:00+00:00', ...oddDates]);
  const sound = JSON.stringify({ Content, ReportFormat: 'text/csv', GeneratedTime });
  const wrappings: readonly (() => string)[] = [
    () => sound,
    () => sound,
    () => sound,
    () => JSON.stringify({ Content }, null, 4),
    () => JSON.stringify({ Content: random.pick([odd, 1, null, {}, [Content]]), GeneratedTime }),
    () => JSON.stringify({ constructor: { Content }, Content: '', toString: 1 }),
    () => `{"__proto__":{"Content":"${Content}"}}`,
    () => sound.slice(0, anywhere(sound, random)),
    () => splice(sound, anywhere(sound, random), 1, random.pick(odd)),
    () => sound.replace(Content, Content.replaceAll(/.{76}/gu, '$&\\n')),
    () => sound.replace(Content, splice(Content, anywhere(Content, random), 1, random.pick(odd))),
  ];
  return Buffer.from(random.pick(wrappings)());
}

/** The report after seeded mutations of its characters, fields, rows, columns, line ends, encoding and wrapping. */
export function mutateReport(report: string, seed: number): Uint8Array {
  const random = createRandom(seed);
  let csv = report;
  for (let count = random.pick([1, 1, 1, 2, 4]); count > 0; count -= 1) {
    // Mutations of mutations could grow without end.
    if (csv.length < 1_000_000) csv = random.pick(mutations)(csv, random);
  }
  const bytes = wrap(Buffer.from(csv, random.chance(0.01) ? 'utf16le' : 'utf8'), random);
  if (random.chance(0.05) && bytes.length > 0) {
    for (let flips = random.integer(1, 8); flips > 0; flips -= 1) {
      const at = random.integer(0, bytes.length - 1);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7));
    }
  }
  return bytes;
}
