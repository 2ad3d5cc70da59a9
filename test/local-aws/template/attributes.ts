import type { StackRequest, TemplateResource } from './template.ts';

/** What Ref and Fn::GetAtt give of a resource. */
export interface Attributes {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Describe = (
  name: (property: string) => string,
  arn: (service: string, resource: string) => string,
) => Attributes;

const alone = (ref: string): Attributes => ({ ref, attributes: {} });

/** By type: what the resource is called where the template leaves that to CloudFormation, and its attributes. */
const described: Readonly<Record<string, Describe>> = {
  'AWS::IAM::Role': (name, arn) => {
    const roleName = name('RoleName');
    return { ref: roleName, attributes: { Arn: arn('iam', `role/${roleName}`) } };
  },
  'AWS::IAM::ManagedPolicy': (name, arn) =>
    alone(arn('iam', `policy/${name('ManagedPolicyName')}`)),
  'AWS::Lambda::Function': (name, arn) => {
    const functionName = name('FunctionName');
    return { ref: functionName, attributes: { Arn: arn('lambda', `function:${functionName}`) } };
  },
  'AWS::Lambda::Permission': (name) => alone(name('')),
  'AWS::Logs::LogGroup': (name, arn) => {
    const logGroup = name('LogGroupName');
    return { ref: logGroup, attributes: { Arn: arn('logs', `log-group:${logGroup}:*`) } };
  },
  'AWS::Logs::MetricFilter': (name) => alone(name('FilterName')),
  'AWS::SNS::Topic': (name, arn) => alone(arn('sns', name('TopicName'))),
  'AWS::SNS::TopicPolicy': (name) => alone(name('')),
  'AWS::SNS::Subscription': (name) => alone(name('')),
  'AWS::SSM::Document': (name) => alone(name('Name')),
  'AWS::Config::ConfigRule': (name) => alone(name('ConfigRuleName')),
  'AWS::Config::RemediationConfiguration': (name) => alone(name('')),
  'AWS::CloudWatch::Alarm': (name, arn) => {
    const alarm = name('AlarmName');
    return { ref: alarm, attributes: { Arn: arn('cloudwatch', `alarm:${alarm}`) } };
  },
  'AWS::Events::Rule': (name) => alone(name('Name')),
};

/**
 * Takes a resource's logical ID, the resource with its names resolved, and where it is. Gives back what refers to
 * it resolves to. Throws for a type that is not known here.
 */
export function describeResource(
  id: string,
  { Type }: TemplateResource,
  properties: Readonly<Record<string, unknown>>,
  { stackName, partition, region, accountId }: StackRequest,
): Attributes {
  const describe = described[Type];
  if (describe === undefined) throw new Error(`Resources of type ${Type} are not known here`);
  const name = (property: string) => {
    const given = properties[property];
    return typeof given === 'string' ? given : `${stackName}-${id}-LOCAL0000000`;
  };
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${service === 'iam' ? '' : region}:${accountId}:${resource}`;
  return describe(name, arn);
}
