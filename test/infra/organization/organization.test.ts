import { describe, expect, it } from 'vitest';
import { ofType, propertiesOf } from '../resolved.ts';
import { home, required, resolveOrganization, resources, template } from './template.ts';

const protection = {
  ProtectByPolicy: 'true',
  PolicyTargetIds: 'r-ab12,123456789012',
  AdministratorRoleArns: 'arn:aws:iam::*:role/SecurityAdmin',
};

const stackSet = (made = resources) => propertiesOf(made, 'StackSet');

describe('the template', () => {
  it('names every action that it allows, and uses NotAction nowhere', () => {
    const text = JSON.stringify(template);
    expect(text).not.toContain('"NotAction"');
    const allowing: unknown[] = [];
    JSON.parse(text, (_, value) => {
      if (value?.Effect === 'Allow') allowing.push(value.Action);
      return value;
    });
    expect(allowing.length).toBeGreaterThan(6);
    expect(JSON.stringify(allowing)).not.toContain('*');
    expect(allowing).not.toContain(undefined);
  });

  it.each(['us-gov-west-1', 'cn-north-1'])(
    'names nothing of another partition in %s',
    async (region) => {
      const partition = region.startsWith('cn-') ? 'aws-cn' : 'aws-us-gov';
      const given = { CreateAggregator: 'true', NotificationEmail: 'security@example.com' };
      const AdministratorRoleArns = `arn:${partition}:iam::*:role/SecurityAdmin`;
      const made = await resolveOrganization(
        { ...protection, ...given, AdministratorRoleArns },
        undefined,
        { ...home, region },
      );
      const written = JSON.stringify(made);
      expect(written).not.toContain('arn:aws:');
      expect(written).toContain(`arn:${partition}:`);
      expect(ofType(made, 'AWS::Organizations::Policy').size).toBe(2);
    },
  );

  it('requires the parameters that only the organization knows', async () => {
    const { Parameters = {} } = template;
    const asked = Object.entries(Parameters).filter(([, { Default }]) => Default === undefined);
    expect(new Set(asked.map(([name]) => name))).toEqual(new Set(Object.keys(required)));
    for (const wrong of ['', 'r-AB12', 'ou-ab12', 'r-ab12,ou-ab12-cd34ef56', '123456789012']) {
      await expect(resolveOrganization({ OrganizationalUnitIds: wrong })).rejects.toThrow(
        /ID of the root/u,
      );
    }
    await expect(resolveOrganization({ TemplateUrl: 's3://b/k' })).rejects.toThrow(/https/u);
    await expect(resolveOrganization({ OrganizationId: 'r-ab12' })).rejects.toThrow(
      /o-a1b2c3d4e5/u,
    );
  });
});

describe('the view of all accounts', () => {
  it('is an aggregator over the organization in this Region, with its role', () => {
    expect(propertiesOf(resources, 'Aggregator')).toEqual({
      ConfigurationAggregatorName: 'unused-iam-credentials',
      OrganizationAggregationSource: { RoleArn: '<AggregatorRole.Arn>', AwsRegions: [home.region] },
    });
    const role = propertiesOf(resources, 'AggregatorRole');
    expect(role).toMatchObject({
      RoleName: `UnusedIamCredentials-Aggregator-${home.region}`,
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSConfigRoleForOrganizations'],
      // AWS documents no condition on whose behalf the service acts.
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
            Principal: { Service: 'config.amazonaws.com' },
          },
        ],
      },
    });
  });

  it('can be left out', async () => {
    const without = await resolveOrganization({ CreateAggregator: 'false' });
    expect(without.filter(({ id }) => id.startsWith('Aggregator'))).toEqual([]);
  });
});

describe('the service control policies', () => {
  it('exist only if requested, with their targets', async () => {
    expect(ofType(resources, 'AWS::Organizations::Policy').size).toBe(0);
    const made = ofType(await resolveOrganization(protection), 'AWS::Organizations::Policy');
    expect([...made.keys()]).toEqual(['ProtectionPolicy', 'MachineryPolicy']);
    for (const policy of made.values()) {
      const TargetIds = ['r-ab12', '123456789012'];
      expect(policy).toMatchObject({ Type: 'SERVICE_CONTROL_POLICY', TargetIds });
    }
    expect(template.Resources['MachineryPolicy']).toMatchObject({
      DependsOn: ['ProtectionPolicy'],
    });
  });

  it('have different names in each Region, because names are unique in an organization', async () => {
    const nameIn = async (region: string) => {
      const made = await resolveOrganization(protection, undefined, { ...home, region });
      return [...ofType(made, 'AWS::Organizations::Policy').values()].map(({ Name }) => Name);
    };
    expect(await nameIn('eu-central-1')).toEqual([
      ...['unused-iam-credentials-eu-central-1', 'unused-iam-credentials-machinery-eu-central-1'],
    ]);
    expect(await nameIn('us-east-1')).toEqual([
      ...['unused-iam-credentials-us-east-1', 'unused-iam-credentials-machinery-us-east-1'],
    ]);
  });

  it('are created only by the management account, and a delegated administrator creates everything else', async () => {
    const CallAs = 'DELEGATED_ADMIN';
    const policy = resolveOrganization({ ...protection, CallAs });
    await expect(policy).rejects.toThrow(/Only the management account.*IamCredentialsProtection/u);
    const made = await resolveOrganization({ CallAs });
    expect(stackSet(made)).toMatchObject({ CallAs });
    expect(made.map(({ id }) => id)).toEqual(resources.map(({ id }) => id));
  });

  it.each(['PolicyTargetIds', 'AdministratorRoleArns'])('is refused without %s', async (name) => {
    const incomplete = resolveOrganization({ ...protection, [name]: '' });
    await expect(incomplete).rejects.toThrow(/needs PolicyTargetIds/u);
  });

  it.each([
    ...['arn:aws:iam::*:role/*', 'arn:aws:iam::*:role/?*', 'arn:aws:iam::*:user/alice', 'Admin'],
    ...['arn:aws:iam::123456789012:root', 'arn:aws:iam::*:role/Admin,', '*'],
  ])('does not accept %s as an administrator role', async (AdministratorRoleArns) => {
    const policy = resolveOrganization({ ...protection, AdministratorRoleArns });
    await expect(policy).rejects.toThrow(/ARNs of IAM roles/u);
  });
});
