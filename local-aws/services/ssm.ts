import * as v from 'valibot';
import type { LocalExecution, LocalParameter, LocalStep, Progress } from '../account.ts';
import { startExecution } from '../automation/engine.ts';
import {
  type Call,
  invalid,
  readInteger,
  readList,
  readTags,
  readText,
  requireText,
  takePage,
} from '../call.ts';
import { awsError, commonError, type Input, mapValues } from '../protocol.ts';

/** Returns a document in YAML, its only format here. Every document has one version. */
export function getDocument(call: Call): Input {
  const Name = requireText(call, 'Name', 256);
  const { DocumentFormat } = call.input;
  if (DocumentFormat !== 'YAML') throw invalid(call, 'DocumentFormat', 'be YAML here');
  const Content = call.account.automation.documents.get(Name);
  if (Content === undefined) {
    throw awsError('InvalidDocument', `Document with name ${Name} does not exist.`);
  }
  return {
    ...{ Name, Content, DocumentFormat, DocumentVersion: '1', DocumentType: 'Automation' },
    Status: call.account.automation.documentStatus?.get(Name) ?? 'Active',
  };
}

type Version = LocalParameter['versions'][number];

const LEGAL_NAME = /^(?!\/?(aws|ssm))([\w.-]+|(\/[\w.-]+){1,15})$/i;
const VERSIONS_KEPT = 100;
/** Longer values, up to twice as long, need the advanced tier. */
const STANDARD_LENGTH = 4096;

/** Creates a parameter or, with Overwrite, its next version. */
export function putParameter(call: Call): Input {
  const name = requireText(call, 'Name', 1011);
  const reserved = `No access to reserved parameter name: ${name}.`;
  if (/^\/aws/i.test(name)) throw commonError('ssm', 'AccessDenied', reserved);
  if (!LEGAL_NAME.test(name)) throw invalid(call, 'Name', 'be a fully qualified name');
  const mayBeAdvanced = readText(call, 'Tier') === 'Intelligent-Tiering';
  const value = requireText(call, 'Value', mayBeAdvanced ? 2 * STANDARD_LENGTH : STANDARD_LENGTH);
  if (value.includes('{{')) throw invalid(call, 'Value', 'not nest another parameter');
  const { Overwrite, Type } = call.input;
  const known = call.account.parameters.get(name);
  const exists = 'The parameter already exists.';
  if (known && Overwrite !== true) throw awsError('ParameterAlreadyExists', exists);
  if ((Type ?? (known && 'String')) !== 'String') throw invalid(call, 'Type', 'be String here');
  const added = readTags(call);
  if (Overwrite && added.length > 0) throw invalid(call, 'Tags', 'be absent with Overwrite');
  const version = (known?.versions.at(-1)?.version ?? 0) + 1;
  const latest = { value, version, date: call.now, user: call.caller };
  call.account.parameters.set(name, {
    versions: [...(known?.versions ?? []), latest].slice(-VERSIONS_KEPT),
    description: readText(call, 'Description', 1024) ?? known?.description,
    tags: known?.tags ?? new Map(added.map(({ Key, Value }) => [Key, Value])),
  });
  return { Version: version, Tier: tierOf(value) };
}

export function deleteParameter(call: Call): Input {
  const name = requireText(call, 'Name', 1011);
  find(call, name);
  call.account.parameters.delete(name);
  return {};
}

export function getParameter(call: Call): Input {
  return { Parameter: renderValue(call, requireText(call, 'Name', 2048)) };
}

export function getParametersByPath(call: Call): Input {
  const names = namesBelow(call, requireText(call, 'Path', 2048), call.input['Recursive'] === true);
  return listPage(call, names, String, 10, (name) => renderValue(call, name));
}

export function getParameterHistory(call: Call): Input {
  const name = requireText(call, 'Name', 2048);
  const keyOf = ({ version }: Version) => String(version).padStart(9, '0');
  const { versions, description } = find(call, name);
  return listPage(call, versions, keyOf, 50, (version) => ({
    ...renderWriting(name, version, description),
    ...{ Value: version.value, Labels: [] },
  }));
}

export function addTags(call: Call): Input {
  const { tags } = findResource(call);
  for (const { Key, Value } of readTags(call)) tags.set(Key, Value);
  return {};
}

export function listTags(call: Call): Input {
  return { TagList: [...findResource(call).tags].map(([Key, Value]) => ({ Key, Value })) };
}

function find({ account }: Call, name: string): LocalParameter & { latest: Version } {
  const parameter = account.parameters.get(name);
  const latest = parameter?.versions.at(-1);
  if (parameter && latest) return { ...parameter, latest };
  throw awsError('ParameterNotFound', `Parameter ${name} not found.`);
}

function findResource(call: Call): LocalParameter {
  const { ResourceType, ResourceId } = call.input;
  if (ResourceType !== 'Parameter') throw awsError('InvalidResourceType', 'No Parameter');
  const parameter = call.account.parameters.get(String(ResourceId));
  if (parameter) return parameter;
  throw awsError('InvalidResourceId', `The resource ID ${ResourceId} is not valid`);
}

function namesBelow(call: Call, path: string | undefined, recursive: boolean): string[] {
  if (!path?.startsWith('/')) throw commonError('ssm', 'Validation', 'A path begins with a slash');
  const prefix = path.endsWith('/') ? path : `${path}/`;
  const below = [...call.account.parameters.keys()].filter((name) => name.startsWith(prefix));
  return below.filter((name) => recursive || !name.slice(prefix.length).includes('/'));
}

function arnOf({ account: { partition, accountId } }: Call, name: string): string {
  return `arn:${partition}:ssm:us-east-1:${accountId}:parameter/${name.replace(/^\//, '')}`;
}

function render(Name: string, { version: Version, date }: Version): Input {
  return { Name, Type: 'String', Version, LastModifiedDate: date / 1000, DataType: 'text' };
}

function renderValue(call: Call, name: string): Input {
  const { latest } = find(call, name);
  return { ...render(name, latest), Value: latest.value, ARN: arnOf(call, name) };
}

function tierOf(value: string): string {
  return value.length > STANDARD_LENGTH ? 'Advanced' : 'Standard';
}

function renderWriting(name: string, version: Version, Description: string | undefined): Input {
  const LastModifiedUser = version.user;
  return {
    ...render(name, version),
    LastModifiedUser,
    Description,
    Tier: tierOf(version.value),
    Policies: [],
  };
}

function listPage<T>(
  call: Call,
  all: readonly T[],
  keyOf: (item: T) => string,
  max: number,
  renderItem: (item: T) => Input,
): Input {
  const limit = readInteger(call, 'MaxResults', 1, max) ?? max;
  const { items, next } = takePage(call, all, keyOf, { tokenName: 'NextToken', limit });
  return { Parameters: items.map(renderItem), NextToken: next };
}

const singles = v.record(v.string(), v.strictTuple([v.string()]));

export function startAutomation(call: Call): Input {
  const given = v.safeParse(singles, call.input['Parameters'] ?? {});
  if (!given.success) throw invalid(call, 'Parameters', 'consist of lists of one text');
  const parameters = mapValues(given.output, ([value]) => value);
  const id = startExecution(call, requireText(call, 'DocumentName'), parameters);
  return { AutomationExecutionId: id };
}

/** Starts one execution of the rule's remediation for each resource. */
export function startRemediation(call: Call): Input {
  const ruleName = requireText(call, 'ConfigRuleName', 64);
  const remediation = call.account.config.remediations.get(ruleName);
  if (remediation === undefined) {
    const message = `No RemediationConfiguration for rule ${ruleName} exists.`;
    throw awsError('NoSuchRemediationConfigurationException', message);
  }
  const { account } = call;
  const role = 'assumed-role/AWSServiceRoleForConfigRemediation/AwsConfigRemediation';
  const caller = `arn:${account.partition}:sts::${account.accountId}:${role}`;
  for (const { resourceId } of readList<{ resourceId: string }>(call, 'ResourceKeys', 100)) {
    const fill = (value: string) => (value === 'RESOURCE_ID' ? resourceId : value);
    const parameters = mapValues(remediation.parameters, fill);
    startExecution({ ...call, caller }, remediation.documentName, parameters);
  }
  return { FailedItems: [] };
}

/** AWS does not document how many steps GetAutomationExecution lists at most. */
const mostStepsShown = 50;

export function getExecution(call: Call): Input {
  const execution = findExecution(call);
  return {
    AutomationExecution: {
      AutomationExecutionId: execution.id,
      DocumentName: execution.documentName,
      DocumentVersion: '1',
      AutomationExecutionStatus: execution.status,
      Parameters: mapValues(execution.parameters, (value) => [value]),
      Outputs: execution.outputs,
      CurrentStepName: execution.currentStepName,
      ExecutedBy: execution.executedBy,
      StepExecutions: execution.steps.slice(0, mostStepsShown).map(renderStep),
      StepExecutionsTruncated: execution.steps.length > mostStepsShown,
      ...renderProgress(execution),
    },
  };
}

/** Lists executions, the newest first, by one filter of a prefix of the document's name. */
export function listExecutions(call: Call): Input {
  const [filter, ...more] = readList<Filter>(call, 'Filters', 10);
  const spoken = 'The only filter here is one value of DocumentNamePrefix';
  if (filter?.Key !== 'DocumentNamePrefix' || filter.Values.length !== 1 || more.length > 0) {
    throw awsError('InvalidFilterKey', spoken);
  }
  const [prefix = ''] = filter.Values;
  const { executions, readings, listLagMs = 0 } = call.account.automation;
  const found = [...executions.values()].filter(
    (each) =>
      each.documentName.startsWith(prefix) &&
      each.start <= call.now - listLagMs &&
      isKept(each, call),
  );
  const from = Number(readText(call, 'NextToken') ?? 0);
  if (!Number.isInteger(from)) throw awsError('InvalidNextToken', 'NextToken is not valid');
  const to = from + (readInteger(call, 'MaxResults', 1, 50) ?? 50);
  return {
    AutomationExecutionMetadataList: found
      .toReversed()
      .slice(from, to)
      .map((execution) => ({
        AutomationExecutionId: execution.id,
        DocumentName: execution.documentName,
        DocumentVersion: '1',
        AutomationExecutionStatus: execution.status,
        ExecutedBy: execution.executedBy,
        Outputs: readings.listsNoOutputs ? {} : execution.outputs,
        ...renderProgress(execution),
      })),
    ...(to < found.length ? { NextToken: String(to) } : {}),
  };
}

interface Filter {
  readonly Key: string;
  readonly Values: readonly string[];
}

/** Lists an execution's steps in the order they ran. */
export function listSteps(call: Call): Input {
  const { steps } = findExecution(call);
  const from = Number(readText(call, 'NextToken') ?? 0);
  if (!Number.isInteger(from)) throw awsError('InvalidNextToken', 'NextToken is not valid');
  const to = from + (readInteger(call, 'MaxResults', 1, 50) ?? 50);
  const rest = to < steps.length ? { NextToken: String(to) } : {};
  return { StepExecutions: steps.slice(from, to).map(renderStep), ...rest };
}

const keptMs = 30 * 86_400_000;

/** Automation keeps an execution that ended for 30 days. */
function isKept({ end }: LocalExecution, { now }: Call): boolean {
  return end === undefined || now - end < keptMs;
}

function findExecution(call: Call): LocalExecution {
  const id = requireText(call, 'AutomationExecutionId');
  const execution = call.account.automation.executions.get(id);
  if (execution && isKept(execution, call)) return execution;
  const message = `Automation execution with id ${id} does not exist.`;
  throw awsError('AutomationExecutionNotFoundException', message);
}

function renderStep({ name, action, status, inputs, outputs, ...progress }: LocalStep): Input {
  const step = { StepName: name, Action: action, Inputs: inputs, Outputs: outputs };
  return { ...step, StepStatus: status, ...renderProgress(progress) };
}

function renderProgress({ start: begin, end, failureMessage }: Omit<Progress, 'status'>): Input {
  const [from, to] = [begin / 1000, end && end / 1000];
  return { FailureMessage: failureMessage, ExecutionStartTime: from, ExecutionEndTime: to };
}
