import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import { plain } from '../terminal/style.ts';

/** The state of a user's execution. A dry run changes nothing. */
type State =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'starting'; readonly isDry: boolean }
  | { readonly kind: 'running'; readonly isDry: boolean; readonly executionId: string }
  | { readonly kind: 'ended'; readonly isDry: boolean; readonly status: string };

/** Records what was started and what was not, so that the program can show it on Ctrl-C. */
export interface RunLog {
  readonly set: (user: UserIdentity, state: State) => void;
  /** One line for each user, under a line that says what Ctrl-C does. */
  readonly describe: () => string[];
}

/** Begins with nothing started. */
export function createRunLog(documentName: string): RunLog {
  const states = new Map<string, readonly [UserIdentity, State]>();
  return {
    set: (user, state) => void states.set(user.userId, [user, state]),
    describe: () => {
      const all = [...states.values()];
      const isQuiet = ({ kind, ...state }: State) =>
        kind === 'waiting' || ('isDry' in state && state.isDry && kind === 'ended');
      if (all.every(([, state]) => isQuiet(state))) return ['Stopped. Nothing was started.'];
      return [
        'Stopped. A started execution continues.',
        ...all.map(([{ userName }, state]) => plain(`  ${userName}: ${describe(state)}`)),
      ];
    },
  };

  function describe(state: State): string {
    const what = 'isDry' in state && state.isDry ? 'dry run, which changes nothing: ' : '';
    switch (state.kind) {
      case 'waiting':
        return 'not started';
      case 'starting':
        return `${what}AWS may have started it; see aws ssm describe-automation-executions --filters Key=DocumentNamePrefix,Values=${documentName}`;
      case 'running':
        return `${what}started; see ${showCommand(state.executionId)}`;
      case 'ended':
        return state.isDry ? 'only a dry run, which changed nothing' : `ended: ${state.status}`;
    }
  }
}

/** The AWS CLI command that shows an execution. */
export function showCommand(executionId: string | null): string {
  return `aws ssm get-automation-execution --automation-execution-id ${executionId}`;
}
