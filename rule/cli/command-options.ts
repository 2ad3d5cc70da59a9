import type { Command } from 'commander';
import { optionOf } from './option-name.ts';
import { type DocumentOption, resultFormats } from './document-options.ts';

/** Takes a command, and the options that its document takes a value for. Adds them and --format to it. */
export function addDocumentOptions(
  command: Command,
  options: Readonly<Record<string, DocumentOption>>,
): void {
  for (const [name, { description, valid, default: byDefault }] of Object.entries(options)) {
    const text = `${description}; ${valid} (default: ${byDefault})`;
    command.option(`${optionOf(name)} <value>`, text);
  }
  command.option('--format <format>', `${resultFormats.join(', ')} (default: table)`);
}
