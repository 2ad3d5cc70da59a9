/** Patterns of what AWS Organizations gives its root, its units and accounts. */
export const organizationIds = {
  root: 'r-[0-9a-z]{4,32}',
  unit: 'ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}',
  account: '\\d{12}',
} as const;

/** The pattern of the partition in an ARN. */
export const partition = 'aws(-[a-z]+)*';
