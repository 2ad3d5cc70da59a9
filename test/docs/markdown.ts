import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A document of the repository. */
export interface MarkdownDocument {
  /** The path from the root. */
  readonly path: string;
  readonly text: string;
}

/** The README, the other documents of the root, and every document below docs and terraform. */
export function readDocuments(): MarkdownDocument[] {
  const atRoot = readdirSync(root).filter((file) => file.endsWith('.md') && file !== 'README.md');
  const paths = ['docs', 'terraform'].flatMap((folder) => {
    const below = readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' });
    return below.filter((file) => file.endsWith('.md')).map((file) => `${folder}/${file}`);
  });
  return ['README.md', ...atRoot.sort(), ...paths.sort()].map((path) => ({
    path,
    text: readFileSync(`${root}${path}`, 'utf8'),
  }));
}

const fence = /^[ \t]*```.*\n([\s\S]*?)^[ \t]*```$/gmu;

/** The commands of the fenced blocks, one per entry, without pipes, redirections and assignments. */
export function fencedCommands({ text }: MarkdownDocument): string[] {
  const lines = [...text.matchAll(fence)].flatMap(([, block = '']) =>
    block.replaceAll(/\\\n\s*/gu, '').split('\n'),
  );
  return lines.flatMap((line) =>
    line
      .trim()
      .replace(/^\w+=\$\((.*)\)$/u, '$1')
      .replaceAll(/<[^>]+>/gu, 'PLACEHOLDER')
      .split(/ (?:&&|\||>) /u)
      .map((command) => command.trim()),
  );
}

/** A command of a fenced block, with its placeholders, and the heading above it. */
export interface PageCommand {
  readonly heading: string;
  readonly command: string;
}

/** The commands of a document in order, one for each line of the blocks that name no language. */
export function pageCommands({ text }: Pick<MarkdownDocument, 'text'>): PageCommand[] {
  const parts = text.matchAll(/^#+ (.+)$|^[ \t]*```\n([\s\S]*?)^[ \t]*```$/gmu);
  let heading = '';
  return [...parts].flatMap(([, title, block = '']) => {
    heading = title ?? heading;
    const lines = block.split('\n').map((line) => line.trim());
    return lines.filter((line) => line !== '').map((command) => ({ heading, command }));
  });
}

/** The words of a command line, as a shell splits them; quotes are removed. */
export function splitWords(command: string): string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/gu) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/gu, '$1$2'));
}

/** The sentences of the text, without code blocks, tables, comments and headings. Inline code is one word. */
export function sentences({ text }: MarkdownDocument): string[] {
  return text
    .replaceAll(fence, '\n\n')
    .replaceAll(/<!--[\s\S]*?-->/gu, '')
    .replaceAll(/^[ \t]*(?:\||#).*$/gmu, '\n')
    .replaceAll(/^[ \t]*(?:[-*]|\d+\.) /gmu, '\n\n')
    .replaceAll(/`[^`]*`/gu, 'code')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replaceAll('*', '')
    .split(/\n\s*\n|(?<=[.!?])\s+/u)
    .map((sentence) => sentence.replaceAll(/\s+/gu, ' ').trim())
    .filter((sentence) => sentence !== '');
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchors({ text }: Pick<MarkdownDocument, 'text'>): string[] {
  const headings = [...text.replaceAll(fence, '').matchAll(/^#{1,6} (.+)$/gmu)];
  return headings.map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The targets of a document's links and pictures, apart from web addresses. */
export function links({ text }: MarkdownDocument): string[] {
  const found = text.replaceAll(fence, '').matchAll(/\]\(([^)\s]+)\)/gu);
  return [...found].map(([, target = '']) => target).filter((target) => !target.includes('://'));
}
