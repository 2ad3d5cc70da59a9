import { RootCommand, script } from '@bomb.sh/tab';
import type { Command, Option } from 'commander';
import { oneOf, shells } from './options.ts';

const name = 'unused-iam-credentials';

/** Prints the script that a user loads into their shell, and changes no file. Throws UsageError. */
export async function printCompletion(
  given: string,
  write: (pieces: Iterable<string>) => Promise<void>,
): Promise<void> {
  const shell = oneOf('<shell>', given, shells, 'completion');
  if (shell === 'bash') await write([bashScript]);
  else script(shell, name, name);
}

/**
 * Tab's own script for bash needs the package bash-completion, and evaluates what stands on the command line: a
 * substitution in it would run when the user presses the Tab key.
 */
const bashScript = `# bash completion for ${name}
_unused_iam_credentials() {
  local IFS=$'\\n' cur=\${COMP_WORDS[COMP_CWORD]} words=() joins= word value directive=4 i
  # Bash breaks words at =.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ \${#words[@]} -gt 0 && ( $word == = || $joins == yes ) ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == = ]]; then joins=yes; else joins=; fi
  done
  if [[ $cur == = ]]; then cur=; fi
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    case $value in
      :*) directive=\${value#:} ;;
      *) COMPREPLY+=("$value") ;;
    esac
  done < <(${name} complete -- "\${words[@]}" 2>/dev/null)
  if [[ $directive == 0 ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -F _unused_iam_credentials ${name}
`;

/** Prints the possible completions of the last word for the scripts above, and a directive for the shell. */
export function complete(program: Command, words: readonly string[]): void {
  const last = words.at(-1) ?? '';
  const option = last.includes('=') ? last.slice(0, last.indexOf('=')) : (words.at(-2) ?? '');
  const options = [program, ...program.commands].flatMap((command) => command.options);
  // The shell completes names of files and folders.
  if (options.some(({ long, flags }) => long === option && /<(?:file|folder)>/u.test(flags))) {
    console.log(':0');
    return;
  }
  const root = new RootCommand();
  const help = program.createHelp();
  addOptions(root, help.visibleOptions(program));
  for (const command of help.visibleCommands(program)) {
    const completed = root.command(command.name(), command.summary() || command.description());
    addOptions(completed, [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)]);
    if (command.name() === 'completion') {
      completed.argument('shell', (add) => {
        for (const shell of shells) add(shell, `The script for ${shell}`);
      });
    } else if (command.name() === 'help') {
      completed.argument('command', (add) => {
        for (const named of program.commands) {
          if (help.visibleCommands(program).includes(named)) add(named.name(), named.summary());
        }
      });
    }
  }
  // Tab treats a single hyphen as the beginning of a short option, but there are no short options.
  root.parse(last === '-' ? [...words.slice(0, -1), '--'] : [...words]);
}

function addOptions(completed: Pick<RootCommand, 'option'>, options: readonly Option[]): void {
  for (const { long, description, required, argChoices = [] } of options) {
    const [first = ''] = description.split(/[.:;(]/u);
    const summary = first.trim();
    const add = (offer: (value: string, description: string) => void) => {
      // Tab's script for zsh shows a value without a description as one more value, `--`.
      for (const value of argChoices) offer(value, summary);
    };
    completed.option((long ?? '').slice(2), summary, ...(required ? [add] : []));
  }
}
