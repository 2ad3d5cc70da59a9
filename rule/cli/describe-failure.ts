import { ExpectedError, messageOf } from '../core/errors.ts';
import { plain } from './terminal.ts';

/** Takes anything thrown; gives back what to tell a person: never a stack trace. */
export function describeFailure(error: unknown): string {
  if (error instanceof ExpectedError) return plain(messageOf(error));
  return `unexpected error: ${plain(messageOf(error))}. This is a defect; please report it with the command you ran.`;
}
