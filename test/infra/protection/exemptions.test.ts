import { describe, expect, it } from 'vitest';
import {
  account,
  may,
  mayTag,
  policiesWith,
  principals,
  role,
  someone,
  user,
  whoMay,
} from './service-control-policy.ts';

describe('the tags that exempt and protect', () => {
  const exemption = 'unused-iam-credentials:exempt-until';

  it.each([
    ...[exemption, 'UNUSED-iam-credentials:Exempt-Until', 'unused-iam-credentials:PROTECTED'],
    ...['Keep-Until', 'keep-until'],
  ])('only administrators, restorations and operators can set or remove %s', (key) => {
    const context = { 'aws:TagKeys': ['team', key] };
    for (const action of ['iam:TagUser', 'iam:UntagUser', 'iam:CreateUser']) {
      const allowed = whoMay(action, user('alice'), context);
      expect(allowed).toEqual(['administrator', 'stackSets', 'restore', 'operator']);
    }
  });

  it.each([
    [
      'unused-iam-credentials:revoking',
      ['administrator', 'stackSets', 'revoke', 'retire', 'purge'],
    ],
    [
      'Unused-IAM-Credentials:REVOKING',
      ['administrator', 'stackSets', 'revoke', 'retire', 'purge'],
    ],
    ['unused-iam-credentials:restoring', ['administrator', 'stackSets', 'restore', 'operator']],
  ])('who can bind a user by %s, which lets a document change credentials, is %j', (key, who) => {
    const context = { 'aws:TagKeys': ['team', key] };
    for (const action of ['iam:TagUser', 'iam:UntagUser', 'iam:CreateUser']) {
      expect(whoMay(action, user('alice'), context)).toEqual(who);
    }
  });

  it('other tags, and users without tags, are not restricted', () => {
    expect(mayTag(someone, 'cost-center')).toBe(true);
    expect(mayTag(someone, 'unused-iam-credentials:revoked')).toBe(true);
    expect(may(someone, 'iam:CreateUser', user('bob'))).toBe(true);
    expect(may(someone, 'iam:UpdateUser', user('bob'))).toBe(true);
    expect(may(someone, 'iam:DeleteUser', user('bob'))).toBe(true);
  });

  it('the root user and other administrators of an account are restricted', () => {
    expect(mayTag(`arn:aws:iam::${account}:root`, exemption)).toBe(false);
    expect(mayTag(role('OrganizationAccountAccessRole'), exemption)).toBe(false);
    expect(mayTag(user('SecurityAdmin'), exemption)).toBe(false);
  });
});

describe('exempt paths', () => {
  it.each(['break-glass/root', 'break-glass/deep/er', 'vendors/eu/x'])(
    'only administrators can create a user in, or move one in or out of %s',
    (name) => {
      for (const action of ['iam:CreateUser', 'iam:UpdateUser']) {
        expect(whoMay(action, user(name))).toEqual([
          ...['administrator', 'stackSets', 'operator', 'startPurge'],
        ]);
      }
    },
  );

  it('other paths are not restricted', () => {
    for (const name of ['break-glass', 'vendors/us/x', 'x/break-glass/y']) {
      expect(may(someone, 'iam:CreateUser', user(name))).toBe(true);
    }
  });

  it('no path is restricted if none is exempt', async () => {
    const scp = await policiesWith({ ExemptPathPrefixes: '' });
    expect(JSON.stringify(scp)).not.toContain('user/b');
    expect(may(someone, 'iam:CreateUser', user('break-glass/x'), {}, scp)).toBe(true);
    expect(may(someone, 'iam:DeleteRole', principals.restore, {}, scp)).toBe(false);
  });
});

describe('what waves exempt', () => {
  it('is protected as well', async () => {
    const wave = {
      organizationalUnitIds: ['ou-ab12-cd34ef56'],
      parameters: { ExemptUntilTag: 'wave:until', ExemptPathPrefixes: '/wave/,/robots/' },
    };
    const settings = {
      defaults: {},
      waves: [wave, { ...wave, organizationalUnitIds: ['ou-ab12-x2345678'] }],
    };
    for (const prefixes of ['/break-glass/', '']) {
      const scp = await policiesWith({ ExemptPathPrefixes: prefixes }, settings);
      expect(mayTag(someone, 'WAVE:until', 'iam:TagUser', scp)).toBe(false);
      expect(mayTag(someone, 'keep-until', 'iam:TagUser', scp)).toBe(false);
      expect(may(someone, 'iam:CreateUser', user('robots/x'), {}, scp)).toBe(false);
      expect(may(someone, 'iam:CreateUser', user('wave/x'), {}, scp)).toBe(false);
      expect(may(someone, 'iam:CreateUser', user('x'), {}, scp)).toBe(true);
      const breakGlass = may(someone, 'iam:CreateUser', user('break-glass/x'), {}, scp);
      expect(breakGlass).toBe(prefixes === '');
    }
  });
});
