import * as v from 'valibot';
import type { LocalAccount } from '../account.ts';
import type { Policy } from '../policy/policy.ts';
import { type ResolvedResource, resolveTemplate } from './resolve-template.ts';
import * as schemas from './resource-schemas.ts';
import type { StackRequest, Template } from './template.ts';

/** A function as the template has it. */
export interface DeployedFunction {
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleName: string;
  readonly logGroup: string;
  readonly timeoutSeconds: number;
  /** The services that may invoke it. */
  readonly invokers: Set<string>;
}

/** What a stack brought into an account, besides what the account itself holds. */
export interface DeployedStack {
  /** By name. */
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly resources: readonly ResolvedResource[];
}

const roleOf = (arn: string) => arn.replace(/^.*:role\//u, '');
/** Resources that change nothing of what is run here; tests of the template look at them. */
const withoutEffect = new Set([
  ...['AWS::Logs::LogGroup', 'AWS::Logs::MetricFilter', 'AWS::CloudWatch::Alarm'],
  ...['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SNS::Subscription', 'AWS::Events::Rule'],
]);

/**
 * Takes a local account, a template and where the stack is made. Makes in the account what the template says: roles
 * with their policies, which are enforced from now on, functions, documents, the rule and its remediation. Gives
 * back what is needed to run the functions. Throws for what the template has and this does not know.
 */
export function deployTemplate(
  account: LocalAccount,
  template: Template,
  request: StackRequest,
): DeployedStack {
  const resources = resolveTemplate(template, request);
  const of = <S extends v.GenericSchema>(type: string, schema: S): v.InferOutput<S>[] =>
    resources
      .filter((resource) => resource.type === type)
      .map(({ properties }) => v.parse(schema, properties));
  const known = new Set<string>(withoutEffect);
  const each = <S extends v.GenericSchema>(
    type: string,
    schema: S,
    make: (properties: v.InferOutput<S>) => void,
  ) => {
    known.add(type);
    for (const properties of of(type, schema)) make(properties);
  };

  const roles = new Map<string, Policy[]>();
  const functions = new Map<string, DeployedFunction>();
  account.functions = new Map();
  const managed = new Map<string, Policy>();
  each(
    'AWS::IAM::ManagedPolicy',
    schemas.managedPolicy,
    ({ ManagedPolicyName, PolicyDocument }) => {
      const { partition, accountId } = request;
      managed.set(`arn:${partition}:iam::${accountId}:policy/${ManagedPolicyName}`, PolicyDocument);
    },
  );
  each('AWS::IAM::Role', schemas.role, ({ RoleName, Policies, ManagedPolicyArns }) => {
    const attached = ManagedPolicyArns.map((arn) => {
      const policy = managed.get(arn);
      if (policy === undefined) throw new Error(`${RoleName} has ${arn}, which is not known here`);
      return policy;
    });
    roles.set(RoleName, [...Policies.map(({ PolicyDocument }) => PolicyDocument), ...attached]);
  });
  each('AWS::Lambda::Function', schemas.lambdaFunction, (properties) => {
    functions.set(properties.FunctionName, {
      code: properties.Code.ZipFile,
      environment: properties.Environment.Variables,
      roleName: roleOf(properties.Role),
      logGroup: properties.LoggingConfig.LogGroup,
      timeoutSeconds: properties.Timeout,
      invokers: new Set(),
    });
    account.functions?.set(properties.FunctionName, { description: properties.Description });
  });
  each('AWS::Lambda::Permission', schemas.permission, (properties) => {
    if (properties.SourceAccount !== account.accountId) return;
    functions.get(properties.FunctionName)?.invokers.add(properties.Principal);
  });
  each('AWS::SSM::Document', schemas.document, ({ Name, Content }) => {
    account.automation.documents.set(Name, Content);
  });
  each('AWS::Config::ConfigRule', schemas.rule, ({ ConfigRuleName, InputParameters, Source }) => {
    account.config.rules.add(ConfigRuleName);
    account.config.ruleDefinitions.set(ConfigRuleName, {
      sourceIdentifier: Source.SourceIdentifier,
      inputParameters: InputParameters,
      sourceDetails: Source.SourceDetails,
    });
  });
  each('AWS::Config::RemediationConfiguration', schemas.remediation, (properties) => {
    const {
      ConfigRuleName,
      TargetId: documentName,
      Automatic: automatic,
      Parameters: parameters,
    } = properties;
    account.config.remediations.set(ConfigRuleName, { documentName, parameters, automatic });
  });
  account.roles = roles;
  const unknown = resources.find(({ type }) => !known.has(type));
  if (unknown !== undefined)
    throw new Error(`Resources of type ${unknown.type} are not known here`);
  return { functions, resources };
}
