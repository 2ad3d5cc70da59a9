import { type ResolvedResource, resolveTemplate } from '../../local-aws/template/resolve.ts';
import { accountTemplate, stackName } from './synthesized.ts';

/** The account of these tests. */
export const accountId = '123456789012';

/** Parameters of an account in an organization. */
export const central = {
  CentralEventBusArn: 'arn:aws:events:us-east-1:999999999999:event-bus/security',
  CentralTopicArn: 'arn:aws:sns:us-east-1:999999999999:security',
  CentralKeyArn: 'arn:aws:kms:us-east-1:999999999999:key/11111111-2222-4333-8444-555555555555',
};

/** The resources that CloudFormation would create. Throws if it would reject the parameters. */
export function resolveAccount(
  parameters: Readonly<Record<string, string>> = {},
  region = 'us-east-1',
): readonly ResolvedResource[] {
  const place = { stackName, accountId, region, partition: partitionOf(region) };
  return resolveTemplate(template, { ...place, parameters });
}

/** The partition of a Region. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The template of the account stack. */
export const template = await accountTemplate();

/** The parameter of an account that issues passwords. */
export const reader = { PasswordReaderRoleArn: 'arn:aws:iam::{account}:role/Helpdesk' };

/** The resources of a single account, at the defaults, and those of an account in an organization; both issue passwords. */
export const resources = resolveAccount(reader);
export const inOrganization = resolveAccount({ ...central, ...reader });

/** Throws if there is no resource with that logical ID. */
export function propertiesOf(resources: readonly ResolvedResource[], id: string) {
  const found = resources.find((resource) => resource.id === id);
  if (found === undefined) throw new Error(`There is no resource ${id}`);
  return found.properties;
}

/** The properties of each resource of that type, by logical ID. */
export function ofType(resources: readonly ResolvedResource[], type: string) {
  const found = resources.filter((resource) => resource.type === type);
  return new Map(found.map(({ id, properties }) => [id, properties]));
}
