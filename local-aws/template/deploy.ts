import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { issueResultToken, type LocalAccount } from '../account.ts';
import { authorizeAction } from '../policy/authorize.ts';
import type { Policy } from '../policy/policy.ts';
import { type FunctionOptions, startFunction, type WarmFunction } from '../run-function.ts';
import { type LocalAws, startLocalAws } from '../server.ts';
import {
  type ResolvedResource,
  resolveTemplate,
  type StackRequest,
  type Template,
} from './resolve.ts';

// The properties that this reader uses. A schema is strict where other properties would change what runs.
const strings = v.record(v.string(), v.string());
const policies = v.array(
  v.object({ PolicyName: v.string(), PolicyDocument: v.custom<Policy>(Boolean) }),
);

const role = v.object({
  RoleName: v.string(),
  Policies: policies,
  ManagedPolicyArns: v.optional(v.array(v.string()), []),
});

const managedPolicy = v.object({
  ManagedPolicyName: v.string(),
  PolicyDocument: v.custom<Policy>(Boolean),
});

const lambdaFunction = v.object({
  FunctionName: v.string(),
  Description: v.string(),
  Code: v.strictObject({ ZipFile: v.string() }),
  Handler: v.literal('index.handler'),
  Role: v.string(),
  Timeout: v.number(),
  MemorySize: v.number(),
  LoggingConfig: v.strictObject({ LogGroup: v.string() }),
  Environment: v.optional(v.strictObject({ Variables: strings }), { Variables: {} }),
});

const permission = v.strictObject({
  FunctionName: v.string(),
  Action: v.literal('lambda:InvokeFunction'),
  Principal: v.string(),
  SourceAccount: v.string(),
});

const failureDestination = v.strictObject({
  FunctionName: v.string(),
  Qualifier: v.literal('$LATEST'),
  DestinationConfig: v.strictObject({ OnFailure: v.strictObject({ Destination: v.string() }) }),
});

const document = v.object({ Name: v.string(), Content: v.string() });

const rule = v.object({
  ConfigRuleName: v.string(),
  InputParameters: strings,
  Source: v.object({ SourceIdentifier: v.string(), SourceDetails: v.array(strings) }),
});

const remediation = v.object({
  ConfigRuleName: v.string(),
  TargetId: v.string(),
  Automatic: v.boolean(),
  Parameters: v.record(
    v.string(),
    v.union([
      v.pipe(
        v.strictObject({ ResourceValue: v.strictObject({ Value: v.literal('RESOURCE_ID') }) }),
        v.transform(({ ResourceValue }) => ResourceValue.Value),
      ),
      v.pipe(
        v.strictObject({ StaticValue: v.strictObject({ Values: v.tuple([v.string()]) }) }),
        v.transform(({ StaticValue }) => StaticValue.Values[0]),
      ),
    ]),
  ),
});

const scheduleRule = v.object({
  ScheduleExpression: v.string(),
  Targets: v.array(
    v.strictObject({ Id: v.string(), Arn: v.string(), RoleArn: v.string(), Input: v.string() }),
  ),
});

/** A function as the template describes it. */
export interface DeployedFunction {
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleName: string;
  readonly logGroup: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** The services that may invoke it. */
  readonly invokers: Set<string>;
  /** ARNs of event buses that get a record of each asynchronous invocation that failed. */
  readonly failureDestinations: Set<string>;
}

/** What a stack created that is not part of the account's state. */
export interface DeployedStack {
  /** By name. */
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly resources: readonly ResolvedResource[];
}

const roleOf = (arn: string) => arn.replace(/^.*:role\//u, '');
/** Resources that the local account ignores. */
const withoutEffect = new Set([
  ...['AWS::Logs::LogGroup', 'AWS::Logs::MetricFilter', 'AWS::CloudWatch::Alarm'],
  ...['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SNS::Subscription', 'AWS::Events::Rule'],
]);

/**
 * Creates the resources of a template in a local account: roles, whose policies are enforced from now on,
 * functions, documents, the rule and its remediation. Throws for any resource that is not supported here.
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
  each('AWS::IAM::ManagedPolicy', managedPolicy, ({ ManagedPolicyName, PolicyDocument }) => {
    const { partition, accountId } = request;
    managed.set(`arn:${partition}:iam::${accountId}:policy/${ManagedPolicyName}`, PolicyDocument);
  });
  each('AWS::IAM::Role', role, ({ RoleName, Policies, ManagedPolicyArns }) => {
    const attached = ManagedPolicyArns.map((arn) => {
      const policy = managed.get(arn);
      if (policy === undefined)
        throw new Error(`${RoleName} has ${arn}, which is not in the template`);
      return policy;
    });
    roles.set(RoleName, [...Policies.map(({ PolicyDocument }) => PolicyDocument), ...attached]);
  });
  each('AWS::Lambda::Function', lambdaFunction, (properties) => {
    functions.set(properties.FunctionName, {
      code: properties.Code.ZipFile,
      environment: properties.Environment.Variables,
      roleName: roleOf(properties.Role),
      logGroup: properties.LoggingConfig.LogGroup,
      timeoutSeconds: properties.Timeout,
      memoryMegabytes: properties.MemorySize,
      invokers: new Set(),
      failureDestinations: new Set(),
    });
    account.functions?.set(properties.FunctionName, {
      ...{ description: properties.Description, role: properties.Role },
      files: { 'index.js': properties.Code.ZipFile },
      environment: properties.Environment.Variables,
    });
  });
  each('AWS::Lambda::Permission', permission, (properties) => {
    if (properties.SourceAccount !== account.accountId) return;
    functions.get(properties.FunctionName)?.invokers.add(properties.Principal);
  });
  each('AWS::Lambda::EventInvokeConfig', failureDestination, (properties) => {
    const { Destination } = properties.DestinationConfig.OnFailure;
    functions.get(properties.FunctionName)?.failureDestinations.add(Destination);
  });
  each('AWS::SSM::Document', document, ({ Name, Content }) => {
    account.automation.documents.set(Name, Content);
  });
  each('AWS::Config::ConfigRule', rule, ({ ConfigRuleName, InputParameters, Source }) => {
    account.config.rules.add(ConfigRuleName);
    account.config.ruleDefinitions.set(ConfigRuleName, {
      sourceIdentifier: Source.SourceIdentifier,
      inputParameters: InputParameters,
      sourceDetails: Source.SourceDetails,
    });
  });
  each('AWS::Config::RemediationConfiguration', remediation, (properties) => {
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
    throw new Error(`Resources of type ${unknown.type} are not supported here`);
  return { functions, resources };
}

/** A stack in a local account. Its functions run with their code, environment and role of the template. */
export interface RunningStack {
  readonly aws: LocalAws;
  readonly account: LocalAccount;
  /** The stack as of its creation or last update. */
  readonly stack: DeployedStack;
  /** Deploys the template again with other parameters. Running executions continue with their document. */
  readonly update: (parameters: Readonly<Record<string, string>>) => Promise<void>;
  /** Invokes the rule with an event of AWS Config. Resolves or rejects as the function does. */
  readonly evaluate: (invokingEvent: object, more?: object) => Promise<unknown>;
  /**
   * Like `evaluate`, but asynchronously, as AWS Config does: Lambda retries twice, and puts a record of a failure
   * on the event bus.
   */
  readonly evaluateAsynchronously: (invokingEvent: object, more?: object) => Promise<void>;
  /** Starts the documents of EventBridge's schedules under the schedules' roles. Returns the IDs of the executions. */
  readonly startScheduled: () => string[];
  /** The log lines of the functions that are closed. */
  readonly logs: string[];
  readonly closeFunctions: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface StackOptions {
  /** Returns epoch ms; by default the system's clock. */
  readonly clock?: () => number;
  /** Starts a function, by default in a process of its own. */
  readonly start?: (name: string, options: FunctionOptions, aws: LocalAws) => WarmFunction;
}

/** Deploys a template and serves the account. */
export async function runStack(
  account: LocalAccount,
  template: Template,
  request: StackRequest,
  { clock = Date.now, start: startWarm = startFunction }: StackOptions = {},
): Promise<RunningStack> {
  let stack = deployTemplate(account, template, request);
  const folder = mkdtempSync(join(tmpdir(), 'local-aws-'));
  const sessionOf = ({ roleName }: DeployedFunction, name: string) =>
    `arn:${account.partition}:sts::${account.accountId}:assumed-role/${roleName}/${name}`;
  const callers = new Map(
    [...stack.functions].map(([name, fn], index) => [`AKIAFUNCTION${index}`, sessionOf(fn, name)]),
  );
  const aws = await startLocalAws(account, { clock, callerOf: (id) => callers.get(id) });
  const running = new Map<string, WarmFunction>();
  const logs: string[] = [];

  function start(
    name: string,
    { code, environment, timeoutSeconds, memoryMegabytes }: DeployedFunction,
  ) {
    mkdirSync(join(folder, name), { recursive: true });
    const bundle = join(folder, name, 'index.js');
    writeFileSync(bundle, code);
    const [accessKeyId = ''] =
      [...callers].find(([, session]) => session.endsWith(`/${name}`)) ?? [];
    const options = {
      ...{ endpoint: aws.endpoint, environment, bundle, accessKeyId },
      memoryMegabytes,
    };
    const warm = startWarm(name, { ...options, remaining: timeoutSeconds * 1000 }, aws);
    running.set(name, warm);
    return warm;
  }

  async function invoke(name: string, event: unknown): Promise<unknown> {
    const fn = stack.functions.get(name);
    if (fn === undefined) throw new Error(`Function not found: ${name}`);
    const { result, error } = await (running.get(name) ?? start(name, fn)).invoke(event);
    // Lambda writes the function's output under the function's role.
    const resource = `arn:${account.partition}:logs:${request.region}:${account.accountId}:log-group:${fn.logGroup}:log-stream:local`;
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      authorizeAction(account, sessionOf(fn, name), { action, resource, context: {} });
    }
    if (error !== undefined) throw Object.assign(new Error(error.message), { name: error.name });
    return result;
  }
  account.automation.invoke = invoke;

  function eventOfRule(invokingEvent: object, more: object): { name: string; event: object } {
    const [[ruleName, rule] = []] = account.config.ruleDefinitions;
    if (ruleName === undefined || rule === undefined) throw new Error('There is no rule');
    const name = rule.sourceIdentifier.replace(/^.*:function:/u, '');
    if (!stack.functions.get(name)?.invokers.has('config.amazonaws.com')) {
      throw new Error(`AWS Config may not invoke ${name}`);
    }
    const event = {
      version: '1.0',
      invokingEvent: JSON.stringify(invokingEvent),
      ruleParameters: JSON.stringify(rule.inputParameters),
      resultToken: issueResultToken(account, ruleName),
      ...{ eventLeftScope: false, configRuleName: ruleName, accountId: account.accountId },
      ...more,
    };
    return { name, event };
  }

  async function evaluate(invokingEvent: object, more: object = {}): Promise<unknown> {
    const { name, event } = eventOfRule(invokingEvent, more);
    return invoke(name, event);
  }

  async function evaluateAsynchronously(invokingEvent: object, more: object = {}): Promise<void> {
    const { name, event } = eventOfRule(invokingEvent, more);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      try {
        await invoke(name, event);
        return;
      } catch (error) {
        if (attempt === 3) sendFailure(name, event, error);
      }
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  function sendFailure(name: string, requestPayload: object, error: unknown): void {
    const fn = stack.functions.get(name);
    if (fn === undefined) throw new Error(`Function not found: ${name}`);
    const { partition, region, accountId } = request;
    const functionArn = `arn:${partition}:lambda:${region}:${accountId}:function:${name}:$LATEST`;
    const { name: errorType, message: errorMessage } =
      error instanceof Error ? error : new Error(String(error));
    for (const resource of fn.failureDestinations) {
      const context = { 'events:source': 'lambda' };
      authorizeAction(account, sessionOf(fn, name), {
        ...{ action: 'events:PutEvents', resource, context },
      });
      const time = new Date(clock()).toISOString();
      account.events.push({
        ...{ version: '0', id: randomUUID(), source: 'lambda' },
        'detail-type': 'Lambda Function Invocation Result - Failure',
        ...{ account: accountId, time: time.replace(/\.\d+/u, ''), region },
        resources: [resource, functionArn],
        detail: {
          ...{ version: '1.0', timestamp: time },
          requestContext: {
            ...{ requestId: randomUUID(), functionArn },
            ...{ condition: 'RetriesExhausted', approximateInvokeCount: 3 },
          },
          requestPayload,
          responseContext: {
            ...{ statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          },
          responsePayload: { errorType, errorMessage },
        },
      });
    }
  }

  // https://docs.aws.amazon.com/systems-manager/latest/userguide/running-automations-event-bridge.html
  function startScheduled(): string[] {
    const rules = stack.resources.filter(
      ({ type, properties }) =>
        type === 'AWS::Events::Rule' && properties['ScheduleExpression'] !== undefined,
    );
    const targets = rules.flatMap(({ properties }) => v.parse(scheduleRule, properties).Targets);
    return targets.map(({ Arn, RoleArn, Input }) => {
      const DocumentName = /:automation-definition\/([\w.-]+):\$DEFAULT$/u.exec(Arn)?.[1];
      const caller = `arn:${account.partition}:sts::${account.accountId}:assumed-role/${roleOf(RoleArn)}/events`;
      const input = { DocumentName, Parameters: JSON.parse(Input) };
      const request = { service: 'ssm', operation: 'StartAutomationExecution', input, caller };
      return String(aws.perform(request)['AutomationExecutionId']);
    });
  }

  async function closeFunctions(): Promise<void> {
    for (const warm of running.values()) logs.push(...(await warm.close()));
    running.clear();
  }
  async function update(parameters: Readonly<Record<string, string>>): Promise<void> {
    await closeFunctions();
    stack = deployTemplate(account, template, { ...request, parameters });
  }
  return {
    ...{ aws, account, update, evaluate, evaluateAsynchronously, startScheduled },
    ...{ logs, closeFunctions },
    get stack() {
      return stack;
    },
    close: async () => {
      await closeFunctions();
      account.automation.python.close();
      await aws.close();
      rmSync(folder, { recursive: true });
    },
  };
}
