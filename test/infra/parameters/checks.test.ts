import { describe, expect, it } from 'vitest';
import { recordingRegions } from '../../../infra/parameters/checks.ts';
import { home, resolveOrganization } from '../organization/template.ts';
import { reader, resolveAccount } from '../resolved.ts';

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

describe('the automatic deletion of passwords', () => {
  const automatic = { AutomaticRemediation: 'true' };
  const refusal = /no restoration can issue new ones/u;
  const ways = [
    ['a restoration can issue new ones', reader],
    ['passwords are kept', { PasswordAction: 'Keep' }],
    ['the stack confirms that they come back by hand', { PasswordsComeBackByHand: 'true' }],
  ] as const;

  it('is refused where nothing can issue new ones, in accounts and in an organization', async () => {
    expect(() => resolveAccount(automatic)).toThrow(refusal);
    await expect(resolveOrganization(automatic)).rejects.toThrow(refusal);
  });

  it.each(ways)('is accepted where %s', async (_, way) => {
    expect(() => resolveAccount({ ...automatic, ...way })).not.toThrow();
    await expect(resolveOrganization({ ...automatic, ...way })).resolves.toBeDefined();
  });

  it('is accepted if a person starts each revocation', () => {
    expect(() => resolveAccount()).not.toThrow();
  });

  const inWave = (parameters: Record<string, string>) => ({
    defaults: {},
    waves: [{ organizationalUnitIds: ['ou-ab12-cd34ef56'], parameters }],
  });

  it('is refused in a wave, together with the values that its accounts get from the stack', async () => {
    const settings = inWave(automatic);
    await expect(resolveOrganization({}, settings)).rejects.toThrow(refusal);
    for (const [, way] of ways) {
      await expect(resolveOrganization(way, settings)).resolves.toBeDefined();
      const own = inWave({ ...automatic, ...way });
      await expect(resolveOrganization({}, own)).resolves.toBeDefined();
    }
  });

  it("is refused in a wave that overrides the stack's PasswordReaderRoleArn or confirmation", async () => {
    const back = {
      ...{ PasswordReaderRoleArn: '', PasswordAction: 'Delete', PasswordsComeBackByHand: 'false' },
    };
    const settings = inWave({ ...automatic, ...back });
    await expect(resolveOrganization(reader, settings)).rejects.toThrow(refusal);
  });
});
