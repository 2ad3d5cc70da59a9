import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import { awsError } from '../errors.ts';
import type { LocalExecution } from './automation.ts';
import { type Document, readDocument } from './document.ts';
import { execute } from './execute.ts';

const ROLE = /^arn:[^:]+:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/;

/** Checks and starts an execution, which runs later; gives its ID. */
export function start(
  { account, now, perform, caller: executedBy }: Call,
  documentName: string,
  given: Record<string, string>,
): string {
  const { automation } = account;
  const yaml = automation.documents.get(documentName);
  if (yaml === undefined) {
    const message = `Document with name ${documentName} does not exist.`;
    throw awsError('AutomationDefinitionNotFoundException', message);
  }
  const document = readDocument(yaml);
  const parameters = readParameters(document, given);
  const [, role] = ROLE.exec(parameters['AutomationAssumeRole'] ?? '') ?? [];
  if (role === undefined) throw invalid('The defined assume role is unable to be assumed.');
  const id = randomUUID();
  const begin = { status: 'InProgress' as const, start: now, outputs: {}, steps: [] };
  const execution: LocalExecution = { id, documentName, parameters, executedBy, ...begin };
  const caller = `arn:${account.partition}:sts::${account.accountId}:assumed-role/${role}/Automation-${id}`;
  const run = { account, automation, execution, document, perform, caller };
  automation.executions.set(id, execution);
  const ended = Promise.resolve().then(() => execute(run));
  automation.running.set(id, ended);
  return id;
}

function readParameters({ parameters }: Document, given: Record<string, string>) {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined) throw invalid(`Parameter ${unknown} is not in the document.`);
  const entries = Object.entries(parameters).map(([name, parameter]): [string, string] => {
    const { allowedPattern = '', allowedValues } = parameter;
    const value = given[name] ?? parameter.default;
    if (value === undefined) throw invalid(`Parameter ${name} is missing.`);
    const isAllowed = allowedValues?.includes(value) ?? true;
    if (isAllowed && new RegExp(allowedPattern).test(value)) return [name, value];
    throw invalid(`Parameter ${name} has a value that is not allowed: ${value}`);
  });
  return Object.fromEntries(entries);
}

function invalid(message: string) {
  return awsError('InvalidAutomationExecutionParametersException', message);
}
