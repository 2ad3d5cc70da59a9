import { describe, expect, it } from 'vitest';
import { accountInputs, protectionParameters } from '../../../infra/parameters/organization.ts';
import { findConflicts } from '../../../infra/settings/read.ts';
import {
  exemptionCharacters,
  maxExemptionCharacters,
  waveExemptions,
} from '../../../infra/settings/settings.ts';
import type { Policy } from '../../../local-aws/policy/policy.ts';
import { administrator, policiesWith } from './service-control-policy.ts';

describe('the size of each policy', () => {
  const sizeOf = (scp: Policy) => JSON.stringify(scp).length;
  const repeated = (part: string, length: number) =>
    part.repeat(Math.floor((length + 1) / part.length)).slice(0, -1);

  it("leaves two fifths of AWS's limit free with usual values", async () => {
    const sso =
      'arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_SecurityAdmin_*';
    const roles = `${administrator},${sso}`;
    const usual = { AdministratorRoleArns: roles, ExemptPathPrefixes: '/break-glass/' };
    for (const scp of await policiesWith(usual)) expect(sizeOf(scp)).toBeLessThan(6_000);
  });

  it("is within AWS's limit with the longest values and the largest exemptions of waves", async () => {
    const { ExemptPathPrefixes, ExemptUntilTag } = accountInputs;
    const most = {
      // As many ARNs as possible, because each adds quotation marks and other characters.
      AdministratorRoleArns: repeated(
        'arn:*:iam::*:role/a,',
        protectionParameters.AdministratorRoleArns.maxLength,
      ),
      ExemptPathPrefixes: repeated('/"/,', ExemptPathPrefixes.maxLength ?? 0),
      ExemptUntilTag: 'x'.repeat(128),
      PasswordReaderRoleArn: `arn:aws-us-gov:iam::{account}:role/${'x'.repeat(512)}`,
    };
    expect(ExemptUntilTag.allowedPattern).toContain('{1,128}');
    const wave = (index: number) => {
      const organizationalUnitIds = [`ou-ab12-${index}2345678`];
      const parameters = { ExemptPathPrefixes: `/${index}${'w'.repeat(210)}/` };
      return { organizationalUnitIds, parameters };
    };
    const waves = [1, 2, 3, 4, 5].map(wave);
    expect(exemptionCharacters(waveExemptions(waves))).toBeGreaterThan(maxExemptionCharacters - 60);
    expect(findConflicts({ defaults: {}, waves })).toEqual([]);
    for (const scp of await policiesWith(most, { defaults: {}, waves })) {
      expect(sizeOf(scp) + 60).toBeLessThanOrEqual(10_240);
    }
    expect(findConflicts({ defaults: {}, waves: [...waves, wave(6)] })).toEqual([
      expect.stringMatching(/1200 are free/u),
    ]);
  });
});
