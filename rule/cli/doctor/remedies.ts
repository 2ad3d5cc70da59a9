/** The stack that holds everything in one account and Region. */
const stack = 'UnusedIamCredentials';

/** For what is missing, or not as deployed. */
export const redeploy = `deploy the stack ${stack} of this version`;

/** For what is of another version. */
export const align = `${redeploy}, or use the command line of the deployed version`;

/** Takes a stack parameter; gives back where it is set. */
export function setParameter(name: string): string {
  return `update the stack ${stack} with the right ${name}`;
}

/** Takes a function's name; gives back where its log is. */
export function readLog(functionName: string): string {
  return `read its log: Lambda → Functions → ${functionName} → Monitor → View CloudWatch logs`;
}

/** Takes a name that AWS answered. Gives it back where it can stand in a command that somebody copies, else `<name>`. */
export function inCommand(name: string): string {
  return /^[\w/+=.@][\w/+=.@:-]*$/u.test(name) ? name : '<name>';
}
