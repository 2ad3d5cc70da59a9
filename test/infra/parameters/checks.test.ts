import { expect, it } from 'vitest';
import { recordingRegions } from '../../../infra/parameters/checks.ts';
import { home, resolveOrganization } from '../organization/template.ts';
import { resolveAccount } from '../resolved.ts';

/** Regions that got AWS Config later, one of a new partition, and one that does not exist yet. */
const later = [
  ...['ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7'],
  ...['ap-east-2', 'ca-west-1', 'eu-central-2', 'eu-south-2', 'il-central-1', 'me-central-1'],
  ...['mx-central-1', 'eusc-de-east-1', 'sa-west-1'],
];
const rejection = /^AWS Config does not record IAM users in this Region/u;

it.each(later)(
  'no stack can be created in %s, where AWS Config records no IAM users',
  async (region) => {
    expect(() => resolveAccount({}, region)).toThrow(rejection);
    await expect(resolveOrganization({}, undefined, { ...home, region })).rejects.toThrow(
      rejection,
    );
  },
);

it('the account stack can be created in every Region where AWS Config records IAM users', async () => {
  expect(recordingRegions.length).toBe(26);
  for (const region of recordingRegions) {
    expect(() => resolveAccount({}, region), region).not.toThrow();
  }
});
