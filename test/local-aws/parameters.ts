import type { LocalParameter } from './account.ts';
import {
  type Call,
  type Input,
  invalid,
  readInteger,
  readList,
  readTags,
  readText,
  requireText,
} from './call.ts';
import { awsError, commonError } from './errors.ts';
import { takePage } from './page.ts';

type Version = LocalParameter['versions'][number];

const LEGAL_NAME = /^(?!\/?(aws|ssm))([\w.-]+|(\/[\w.-]+){1,15})$/i;
const VERSIONS_KEPT = 100;

/** Makes a parameter, or its next version where Overwrite says so. */
export function putParameter(call: Call): Input {
  const name = requireText(call, 'Name', 1011);
  const reserved = `No access to reserved parameter name: ${name}.`;
  if (/^\/aws/i.test(name)) throw commonError('ssm', 'AccessDenied', reserved);
  if (!LEGAL_NAME.test(name)) throw invalid(call, 'Name', 'be a fully qualified name');
  const value = requireText(call, 'Value', 4096);
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
  return { Version: version, Tier: 'Standard' };
}

/** Gives a parameter's latest version. */
export function getParameter(call: Call): Input {
  return { Parameter: renderValue(call, requireText(call, 'Name', 2048)) };
}

/** Lists the parameters below a path, by name, with their values. */
export function getParametersByPath(call: Call): Input {
  const names = namesBelow(call, requireText(call, 'Path', 2048), call.input['Recursive'] === true);
  return listPage(call, names, String, 10, (name) => renderValue(call, name));
}

/** Lists a parameter's versions, the oldest first. */
export function getParameterHistory(call: Call): Input {
  const name = requireText(call, 'Name', 2048);
  const keyOf = ({ version }: Version) => String(version).padStart(9, '0');
  const { versions, description } = find(call, name);
  return listPage(call, versions, keyOf, 50, (version) => ({
    ...renderWriting(name, version, description),
    ...{ Value: version.value, Labels: [] },
  }));
}

/** Describes the parameters, all or those below a path: who wrote them last, and no values. */
export function describeParameters(call: Call): Input {
  const [filter, ...more] = readList(call, 'ParameterFilters', 50);
  const { Key, Option } = filter ?? { Key: 'Path', Option: 'Recursive' };
  const spoken = 'Only one filter of Path with the option Recursive is spoken here';
  if (Key !== 'Path' || more.length > 0) throw awsError('InvalidFilterKey', spoken);
  if (Option !== 'Recursive') throw awsError('InvalidFilterOption', spoken);
  const [path] = readList<string>({ ...call, input: filter ?? {} }, 'Values', 50);
  const names = filter ? namesBelow(call, path, true) : [...call.account.parameters.keys()];
  return listPage(call, names, String, 50, (name) => {
    const { latest, description } = find(call, name);
    return { ...renderWriting(name, latest, description), ARN: arnOf(call, name) };
  });
}

/** Adds tags to a parameter. */
export function addTags(call: Call): Input {
  const { tags } = findResource(call);
  for (const { Key, Value } of readTags(call)) tags.set(Key, Value);
  return {};
}

/** Lists a parameter's tags. */
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

function renderWriting(name: string, version: Version, Description: string | undefined): Input {
  const LastModifiedUser = version.user;
  return {
    ...render(name, version),
    LastModifiedUser,
    Description,
    Tier: 'Standard',
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
