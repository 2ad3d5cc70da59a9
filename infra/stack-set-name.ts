/** The name of the StackSet, and so the beginning of its stacks' names in the accounts. */
export const stackSetName = 'UnusedIamCredentials';

