import { describe, expect, it } from 'vitest';
import { accountParameters, remediationParameters } from '../../../infra/parameters/account.ts';
import { propertiesOf, reader } from '../resolved.ts';
import { accountTemplate } from '../synthesized.ts';
import {
  home,
  inWaves,
  others,
  pilot,
  required,
  resolveOrganization,
  resources,
  template,
} from './template.ts';

const further = { AutomaticRemediation: 'true', MaxCredentialUsageAge: '30' };
const stackSet = (made = resources) => propertiesOf(made, 'StackSet');
const place = `${home.region}:${home.accountId}`;

describe('the StackSet', () => {
  it('puts the account template into the units in this Region, into joining accounts too, cautiously', () => {
    expect(stackSet()).toMatchObject({
      StackSetName: 'UnusedIamCredentials',
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'SELF',
      TemplateURL: required.TemplateUrl,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      ManagedExecution: { Active: true },
      OperationPreferences: { FailureTolerancePercentage: 10, MaxConcurrentPercentage: 10 },
      StackInstancesGroup: [
        { DeploymentTargets: { OrganizationalUnitIds: ['r-ab12'] }, Regions: [home.region] },
      ],
    });
  });

  it('passes on every parameter of the account stack, and the bus, topic and key of this stack', async () => {
    const names = Object.keys(accountParameters).filter((name) => name !== 'NotificationEmail');
    const values = { MaxPasswordUsageAge: '30', EnforceFrom: '2027-01-31', LogRetentionDays: '7' };
    const { Parameters } = stackSet(await resolveOrganization(values)) as {
      Parameters: { ParameterKey: string; ParameterValue: string }[];
    };
    expect(Parameters.length).toBe(names.length);
    const passed = new Map(Parameters.map((each) => [each.ParameterKey, each.ParameterValue]));
    expect(new Set(passed.keys())).toEqual(new Set(names));
    expect(Object.fromEntries(passed)).toMatchObject({
      ...values,
      CentralEventBusArn: '<EventBus.Arn>',
      CentralTopicArn: '<Topic>',
      CentralKeyArn: '<Key.Arn>',
    });
    for (const [name, { default: value }] of Object.entries(accountParameters)) {
      if (name in values || name === 'NotificationEmail' || name.startsWith('Central')) continue;
      expect(passed.get(name)).toBe(value);
    }
  });

  it('accepts and refuses the same values for them as the account template', async () => {
    const { Parameters: own = {} } = template;
    const { Parameters: accounts } = await accountTemplate();
    for (const name of Object.keys(accounts).filter((each) => !each.startsWith('Central'))) {
      expect(own[name]).toEqual(accounts[name]);
    }
  });

  it('is created after the policies of bus and topic, because the accounts send to them at once', () => {
    const { DependsOn } = { DependsOn: [], ...template.Resources['StackSet'] };
    expect(DependsOn).toEqual(['EventBusPolicy', 'TopicPolicy']);
  });

  it('depends on the StackSet of the recorders if there is one', async () => {
    const arn = `arn:aws:cloudformation:${place}:stackset/Recorders:1f2e3d4c-1111-2222-3333-444455556666`;
    const made = await resolveOrganization({ RecorderStackSetArn: arn });
    expect(stackSet(made)).toMatchObject({ AutoDeployment: { DependsOn: [arn] } });
    expect(stackSet()['AutoDeployment']).not.toHaveProperty('DependsOn');
    const name = resolveOrganization({ RecorderStackSetArn: 'Recorders' });
    await expect(name).rejects.toThrow(/ARN of a StackSet/u);
  });

  it("gives each wave its own values; the others, and accounts that join, get the StackSet's", async () => {
    const made = stackSet(await resolveOrganization({}, inWaves));
    const overrides = (parameters: Record<string, string>) =>
      Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ...{ ParameterKey, ParameterValue },
      }));
    expect(made['StackInstancesGroup']).toEqual(
      [pilot, others].map(({ organizationalUnitIds: OrganizationalUnitIds, parameters }) => ({
        DeploymentTargets: { OrganizationalUnitIds },
        Regions: [home.region],
        ParameterOverrides: overrides(parameters),
      })),
    );
    expect(made['Parameters']).toEqual(
      expect.arrayContaining([
        { ParameterKey: 'MaxCredentialUsageAge', ParameterValue: '90' },
        { ParameterKey: 'AutomaticRemediation', ParameterValue: 'false' },
      ]),
    );
  });

  it('does not revoke in accounts that join a wave which does not', async () => {
    const automatic = { ...reader, AutomaticRemediation: 'true' };
    await expect(resolveOrganization(automatic, inWaves)).rejects.toThrow(
      /^Waves set MaxRevocationsPerDay, AutomaticRemediation, ExemptPathPrefixes, but accounts that join later/u,
    );
    const ready = { ...inWaves, waves: [{ ...others, parameters: { ...further } }] };
    await expect(resolveOrganization(automatic, ready)).resolves.toBeDefined();
    await expect(resolveOrganization(automatic)).resolves.toBeDefined();
  });

  it.each([
    ['DeleteAfterDays', '365'],
    ['EnforceFrom', '2030-01-01'],
    ['ExemptPathPrefixes', '/break-glass/'],
  ])('deletes no keys by its own values if a wave has another %s', async (name, value) => {
    const inWave = { defaults: {}, waves: [{ ...others, parameters: { [name]: value } }] };
    await expect(resolveOrganization({ ...reader, DeleteAfterDays: '30' }, inWave)).rejects.toThrow(
      `Waves set ${name}, but accounts that join later`,
    );
    await expect(resolveOrganization(reader, inWave)).resolves.toBeDefined();
  });

  it.each(Object.entries(remediationParameters))(
    'does not revoke automatically by its own values where a wave has others: %s',
    async (name, { default: value }) => {
      const waves = [{ ...others, parameters: { [name]: value } }];
      const automatic = resolveOrganization(
        { ...reader, AutomaticRemediation: 'true' },
        { defaults: {}, waves },
      );
      await expect(automatic).rejects.toThrow(`Waves set ${name}, `);
      await expect(resolveOrganization(reader, { defaults: {}, waves })).resolves.toBeDefined();
    },
  );

  it('goes where the waves say, and nowhere else, if there are any', async () => {
    const OrganizationalUnitIds = 'r-ab12';
    const both = resolveOrganization({ OrganizationalUnitIds }, inWaves);
    await expect(both).rejects.toThrow(/OrganizationalUnitIds\] do not exist/u);
  });
});
