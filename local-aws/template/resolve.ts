/** A CloudFormation template, with the parts that are read here. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Rules?: Readonly<Record<string, TemplateRule>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: string;
  readonly AllowedValues?: readonly string[];
  readonly AllowedPattern?: string;
  readonly MaxLength?: number;
  readonly ConstraintDescription?: string;
}

/** Assertions that CloudFormation checks before it creates anything. */
interface TemplateRule {
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription: string }[];
}

interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A stack to create; missing parameters have their defaults. */
export interface StackRequest {
  readonly stackName: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The values of Ref and Fn::GetAtt of a resource. */
interface Attributes {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Describe = (
  name: (property: string) => string,
  arn: (service: string, resource: string) => string,
) => Attributes;

const alone = (ref: string): Attributes => ({ ref, attributes: {} });

/** The references to each type of resource; CloudFormation makes the names that a template omits. */
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
  'AWS::Lambda::EventInvokeConfig': (name) => alone(name('')),
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

function describeResource(
  id: string,
  { Type }: TemplateResource,
  properties: Readonly<Record<string, unknown>>,
  { stackName, partition, region, accountId }: StackRequest,
): Attributes {
  const describe = described[Type];
  if (describe === undefined) throw new Error(`Resources of type ${Type} are not supported here`);
  const name = (property: string) => {
    const given = properties[property];
    return typeof given === 'string' ? given : `${stackName}-${id}-LOCAL0000000`;
  };
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${service === 'iam' ? '' : region}:${accountId}:${resource}`;
  return describe(name, arn);
}

/** The value of AWS::NoValue: the property or item is left out. */
const noValue = Symbol('AWS::NoValue');

/** What references resolve to. Throws for an unknown name. */
interface Scope {
  readonly ref: (name: string) => unknown;
  readonly attribute: (resource: string, attribute: string) => string;
  readonly condition: (name: string) => boolean;
}

type Evaluate = (argument: unknown, resolve: (value: unknown) => unknown, scope: Scope) => unknown;

const functions: Readonly<Record<string, Evaluate>> = {
  Ref: (name, _, scope) => (name === 'AWS::NoValue' ? noValue : scope.ref(text(name))),
  Condition: (name, _, scope) => scope.condition(text(name)),
  'Fn::GetAtt': (argument, _, scope) => {
    const [resource, attribute] = list(argument);
    return scope.attribute(text(resource), text(attribute));
  },
  'Fn::If': (argument, resolve, scope) => {
    const [condition, then, otherwise] = list(argument);
    return resolve(scope.condition(text(condition)) ? then : otherwise);
  },
  'Fn::Equals': (argument, resolve) => {
    const [left, right] = list(argument).map(resolve);
    return left === right;
  },
  'Fn::Not': (argument, resolve) => list(argument).map(resolve)[0] !== true,
  'Fn::And': (argument, resolve) => list(argument).every((each) => resolve(each) === true),
  'Fn::Or': (argument, resolve) => list(argument).some((each) => resolve(each) === true),
  'Fn::Contains': (argument, resolve) => {
    const [values, value] = list(argument).map(resolve);
    return list(values).includes(value);
  },
  'Fn::Join': (argument, resolve) => {
    const [delimiter, values] = list(argument);
    return list(resolve(values)).map(text).join(text(delimiter));
  },
  'Fn::Split': (argument, resolve) => {
    const [delimiter, value] = list(argument);
    return text(resolve(value)).split(text(delimiter));
  },
  'Fn::Select': (argument, resolve) => {
    const [index, values] = list(argument);
    return list(resolve(values))[Number(index)];
  },
};

/** Evaluates the functions in a value of a template. */
export function resolveIn(scope: Scope): (value: unknown) => unknown {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? [];
    if (name !== undefined && (name === 'Ref' || name.startsWith('Fn::') || isCondition(value))) {
      const evaluate = functions[name];
      if (evaluate === undefined || entries.length > 1)
        throw new Error(`${name} is not supported here`);
      return evaluate(argument, resolve, scope);
    }
    const resolved = entries.map(([key, item]) => [key, resolve(item)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => item !== noValue));
  };
  return resolve;
}

/** Policies also have members named Condition, but these are not texts. */
function isCondition(value: object): boolean {
  return (
    'Condition' in value && typeof value.Condition === 'string' && Object.keys(value).length === 1
  );
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`Expected a list, found ${JSON.stringify(value)}`);
}

function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`Expected a text, found ${JSON.stringify(value)}`);
}

/** The value of every parameter. Throws for a value that CloudFormation refuses. */
export function readParameters(
  { Parameters = {} }: Template,
  { parameters = {} }: StackRequest,
): Map<string, string> {
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(Parameters, name));
  if (unknown !== undefined)
    throw new Error(`Parameters: [${unknown}] do not exist in the template`);
  const entries = Object.entries(Parameters).map(([name, definition]): [string, string] => {
    const { Type, Default, AllowedValues, AllowedPattern, MaxLength } = definition;
    if (Type !== 'String') throw new Error(`Parameter ${name} is of type ${Type}, expected String`);
    const value = parameters[name] ?? Default;
    if (value === undefined) throw new Error(`Parameters: [${name}] must have values`);
    const isListed = AllowedValues?.includes(value) ?? true;
    const fits = new RegExp(`^(?:${AllowedPattern ?? '[\\s\\S]*'})$`, 'u').test(value);
    if (isListed && fits && value.length <= (MaxLength ?? Number.POSITIVE_INFINITY)) {
      return [name, value];
    }
    const why = definition.ConstraintDescription ?? 'must be valid';
    throw new Error(`Parameter '${name}' with value ${JSON.stringify(value)} ${why}`);
  });
  return new Map(entries);
}

/** A resource of a stack, with its properties resolved. */
export interface ResolvedResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * The resources of a stack, with every function of the template evaluated. Throws for parameters that
 * CloudFormation or a rule of the template refuses, and for whatever is not supported here.
 */
export function resolveTemplate(template: Template, request: StackRequest): ResolvedResource[] {
  const parameters = readParameters(template, request);
  const { Conditions = {}, Resources } = template;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': request.accountId,
    'AWS::Partition': request.partition,
    'AWS::Region': request.region,
    'AWS::StackName': request.stackName,
  };
  const isMade = (id: string) => {
    const condition = Resources[id]?.Condition;
    return condition === undefined || scope.condition(condition);
  };
  const find = (id: string): Attributes => {
    const resource = Resources[id];
    if (resource === undefined || !isMade(id)) throw new Error(`There is no resource ${id}`);
    return describeResource(id, resource, namesOf(resource.Properties), request);
  };
  const scope = {
    ref: (name: string) => parameters.get(name) ?? pseudo[name] ?? find(name).ref,
    attribute: (id: string, attribute: string) => {
      const value = find(id).attributes[attribute];
      if (value === undefined) throw new Error(`${attribute} of ${id} is not supported here`);
      return value;
    },
    condition: (name: string) => {
      if (!Object.hasOwn(Conditions, name)) throw new Error(`There is no condition ${name}`);
      return resolve(Conditions[name]) === true;
    },
  };
  const resolve = resolveIn(scope);
  // Names are resolved first: a resource's name refers to no other resource, but other properties may refer back to
  // the resource.
  const namesOf = (properties: Readonly<Record<string, unknown>> = {}) => {
    const names = Object.entries(properties).filter(([name]) => /Name$/u.test(name));
    return Object.fromEntries(names.map(([name, value]) => [name, resolve(value)]));
  };

  const assertions = Object.values(template.Rules ?? {}).flatMap((rule) => rule.Assertions);
  const broken = assertions.find(({ Assert }) => resolve(Assert) !== true);
  if (broken !== undefined) throw new Error(broken.AssertDescription);
  return Object.entries(Resources)
    .filter(([id]) => isMade(id))
    .map(([id, { Type, Properties = {} }]) => {
      return { id, type: Type, properties: { ...(resolve(Properties) as object) } };
    });
}
