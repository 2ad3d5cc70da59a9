import { expect, it } from 'vitest';
import { recordingRegions } from '../../../infra/parameters/checks.ts';
import { central, ofType, propertiesOf, reader, resolveAccount, template } from '../resolved.ts';
import { inOrder, rolesOf } from '../roles.ts';

const operator = 'arn:*:iam::*:role/OnCall';
/** What is made in an organization, with every optional role, by Region. */
const byRegion = new Map(
  recordingRegions.map((region) => [
    region,
    resolveAccount(
      { ...central, ...reader, OperatorPrincipalArn: operator, DeleteAfterDays: '90' },
      region,
    ),
  ]),
);
const roles = [...byRegion.values()].flatMap(rolesOf);

it('the template is smaller than 1 MB, the limit of CloudFormation', () => {
  const bytes = Buffer.byteLength(JSON.stringify(template, null, 1));
  expect(bytes).toBeGreaterThan(400_000);
  expect(bytes).toBeLessThan(1_000_000);
});

it('the template has no custom resource and no analytics', () => {
  expect(inOrder(Object.keys(template))).toEqual([
    ...['Conditions', 'Description', 'Metadata', 'Outputs', 'Parameters', 'Resources', 'Rules'],
  ]);
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  expect(inOrder(types)).toEqual([
    ...['AWS::CloudWatch::Alarm', 'AWS::Config::ConfigRule'],
    'AWS::Config::RemediationConfiguration',
    ...['AWS::Events::Rule', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role'],
    ...['AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Function', 'AWS::Lambda::Permission'],
    ...['AWS::Logs::LogGroup', 'AWS::Logs::MetricFilter'],
    ...['AWS::SNS::Subscription', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SSM::Document'],
  ]);
});

it('the template has seven functions, and stays within the limits of CloudFormation', () => {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => type === 'AWS::Lambda::Function').length).toBe(7);
  expect(types.length).toBeLessThanOrEqual(500);
  expect(Object.keys(template.Parameters).length).toBeLessThanOrEqual(200);
  expect(template.Description.length).toBeLessThanOrEqual(1024);
});

it('only these names are fixed: CloudFormation generates all others', () => {
  const nameProperty = /^(?:Role|Function|ConfigRule|Topic|LogGroup|Alarm|Filter)?Name$/u;
  const resources = byRegion.get('us-east-1') ?? [];
  const fixed = resources.flatMap(({ id, type, properties }) =>
    Object.keys(properties)
      .filter((name) => nameProperty.test(name))
      .filter(() => !/Permission|EventInvokeConfig|MetricFilter|Remediation/u.test(type))
      .map((name) => `${id} ${name}`),
  );
  expect(fixed.filter((each) => !each.endsWith(' RoleName'))).toEqual([
    ...['Evaluate FunctionName', 'PlanRevocation FunctionName', 'PlanRetirement FunctionName'],
    ...['PlanRestoration FunctionName', 'PlanPurge FunctionName'],
    ...['IssuePassword FunctionName', 'RestorePermissions FunctionName'],
    ...['RevokeDocument Name', 'RetireDocument Name', 'RestoreDocument Name'],
    'PurgeDocument Name',
    'NoSucceededRun AlarmName',
    ...['ChangesToBus Name', 'FailedExecutionsToBus Name', 'FailedEvaluationsToBus Name'],
    ...['EventsToBus Name', 'AlarmsToBus Name'],
    ...['Rule ConfigRuleName', 'PurgeSchedule Name'],
  ]);
});

it('every name is legal in every Region', () => {
  for (const [region, resources] of byRegion) {
    const named = (type: string, property: string) =>
      [...ofType(resources, type).values()].map((properties) => String(properties[property]));
    for (const name of named('AWS::Lambda::Function', 'FunctionName')) {
      expect(name).toMatch(/^[a-zA-Z0-9-_]{1,64}$/u);
    }
    for (const name of named('AWS::SSM::Document', 'Name')) {
      expect(name).toMatch(
        /^(?!aws|amazon|amzn|AWSConfigRemediation|AWSSupport)[a-zA-Z0-9_.-]{3,128}$/iu,
      );
    }
    // An organization or a conformance pack makes it longer, and AWS Config lists results of 64 characters.
    expect(propertiesOf(resources, 'Rule')['ConfigRuleName']).toMatch(/^[a-z-]{1,37}$/u);
    expect(region.length).toBeLessThanOrEqual(14);
  }
  for (const { roleName, policyNames } of roles) {
    expect(roleName).toMatch(/^[\w+=,.@-]{1,64}$/u);
    for (const name of policyNames) expect(name).toMatch(/^[\w+=,.@-]{1,128}$/u);
    expect(new Set(policyNames).size).toBe(policyNames.length);
  }
});

it("every role's name ends with its Region, so that two Regions of an account do not collide", () => {
  const names = roles.map(({ roleName }) => roleName);
  expect(new Set(names).size).toBe(names.length);
  for (const [region, resources] of byRegion) {
    const own = rolesOf(resources).map(({ roleName }) => roleName);
    expect(own.length).toBe(14);
    expect(own.filter((name) => !name.endsWith(`-${region}`))).toEqual([]);
  }
});

it("every role's policies are within 10,240 characters, and every description within its limit", () => {
  for (const { roleName, policies } of roles) {
    expect(JSON.stringify(policies).length, roleName).toBeLessThanOrEqual(10_240);
  }
  const resources = byRegion.get('us-east-1') ?? [];
  for (const { id, properties } of resources) {
    const { Description = '', AlarmDescription = '' } = properties;
    expect(String(Description).length, id).toBeLessThanOrEqual(256);
    expect(String(AlarmDescription).length, id).toBeLessThanOrEqual(1024);
  }
});

it('every ARN is of the partition of its Region', () => {
  const resources = (byRegion.get('us-gov-west-1') ?? []).map(({ properties }) => {
    const { Code, Content, ...rest } = properties;
    return rest;
  });
  const arns = JSON.stringify(resources).match(/arn:[^"\\]+/gu) ?? [];
  const given = [...Object.values(central), ...Object.values(reader), operator];
  const own = arns.filter((arn) => !given.includes(arn));
  expect(own.length).toBeGreaterThan(30);
  expect(own.filter((arn) => !arn.startsWith('arn:aws-us-gov:'))).toEqual([]);
});
