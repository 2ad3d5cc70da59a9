import { expect, it } from 'vitest';
import type { Template } from '../../../local-aws/template/resolve.ts';
import {
  inWaves,
  organizationText,
  protectionText,
  resolveOrganization,
  resolveText,
} from '../organization/template.ts';
import { ofType } from '../resolved.ts';

const needed = {
  PolicyTargetIds: 'ou-ab12-cd34ef56,123456789012',
  AdministratorRoleArns: 'arn:aws:iam::*:role/SecurityAdmin,arn:aws:iam::*:role/Pipeline',
};
const exemptions = { ExemptPathPrefixes: '/break-glass/,/vendors/', ExemptUntilTag: 'Keep-Until' };

it.each([
  { what: 'without exemptions', parameters: needed, settings: undefined },
  { what: 'with exemptions', parameters: { ...needed, ...exemptions }, settings: undefined },
  { what: 'with waves', parameters: { ...needed, ...exemptions }, settings: inWaves },
])(
  'the protection stack creates the policies of the organization stack, $what, and nothing else',
  async ({ parameters, settings }) => {
    const alone = resolveText(await protectionText(settings), parameters);
    const whole = await resolveOrganization({ ...parameters, ProtectByPolicy: 'true' }, settings);
    const policies = ofType(alone, 'AWS::Organizations::Policy');
    expect(policies.size).toBe(2);
    expect(alone.length).toBe(2);
    expect(ofType(whole, 'AWS::Organizations::Policy')).toEqual(policies);
    for (const { TargetIds } of policies.values()) {
      expect(TargetIds).toEqual(parameters.PolicyTargetIds.split(','));
    }
  },
);

it('requires targets and roles, and otherwise accepts the same values as the organization stack', async () => {
  const text = await protectionText();
  const { Parameters: own = {} }: Template = JSON.parse(text);
  const { Parameters: theirs = {} }: Template = JSON.parse(await organizationText());
  expect(Object.keys(own)).toEqual([
    ...Object.keys(needed),
    'ExemptUntilTag',
    'ExemptPathPrefixes',
    'PasswordReaderRoleArn',
  ]);
  for (const name of ['ExemptUntilTag', 'ExemptPathPrefixes', 'PasswordReaderRoleArn'])
    expect(own[name]).toEqual(theirs[name]);
  for (const name of Object.keys(needed)) {
    expect(own[name]?.MaxLength).toEqual(theirs[name]?.MaxLength);
    const { [name]: _, ...others } = { ...needed } as Record<string, string>;
    expect(() => resolveText(text, others)).toThrow(`[${name}] must have values`);
    for (const wrong of ['', '*', 'arn:aws:iam::*:role/*']) {
      expect(() => resolveText(text, { ...needed, [name]: wrong })).toThrow(
        /must be (?:IDs|ARNs)/u,
      );
    }
  }
});

it("has the settings' defaults for exemptions and for the reader of passwords", async () => {
  const PasswordReaderRoleArn = 'arn:aws:iam::{account}:role/Helpdesk';
  const settings = {
    defaults: { ...exemptions, PasswordReaderRoleArn, MaxCredentialUsageAge: '90' },
    waves: [],
  };
  const { Parameters = {} }: Template = JSON.parse(await protectionText(settings));
  expect(Parameters).toMatchObject({
    ExemptUntilTag: { Default: 'Keep-Until' },
    ExemptPathPrefixes: { Default: '/break-glass/,/vendors/' },
    PasswordReaderRoleArn: { Default: PasswordReaderRoleArn },
  });
});
