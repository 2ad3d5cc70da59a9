import { describe, expect, it } from 'vitest';
import { confirm } from '../../../cli/execution/document-command.ts';

/** Asks with this answer; returns what was shown, and whether it was confirmed. */
async function ask(answer: string, lines: readonly string[], width: number | null = null) {
  const shown: string[] = [];
  const answered = async (question: string) => {
    shown.push(question);
    return answer;
  };
  const tell = (line: string) => void shown.push(line);
  const confirmed = await confirm(lines, 'Revoke 1 credential', answered, { tell, width });
  return { confirmed, shown };
}

describe('the confirmation', () => {
  it.each([
    ['y', true],
    ['Y', true],
    [' yes ', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ])('reads the answer %j as %s', async (answer, confirmed) => {
    expect((await ask(answer, [])).confirmed).toBe(confirmed);
  });

  it('shows the lines, then the question, and spells out control characters', async () => {
    const { shown } = await ask('', ['alice (AIDAALICE)', '  access key AKIA1', 'b\u0007b']);
    expect(shown).toEqual([
      '  alice (AIDAALICE)',
      '    access key AKIA1',
      '  b\\u{7}b',
      'Revoke 1 credential? [y/N] ',
    ]);
  });

  it('fits the terminal', async () => {
    const { shown } = await ask('', ['  access key AKIA1 (Deactivate): never used'], 30);
    expect(shown[0]).toBe('    access key AKIA1\n        (Deactivate): never\n        used');
  });
});
