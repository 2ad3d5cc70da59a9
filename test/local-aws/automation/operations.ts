import * as v from 'valibot';
import {
  type Call,
  type Input,
  invalid,
  readInteger,
  readList,
  readText,
  requireText,
} from '../call.ts';
import { awsError } from '../errors.ts';
import type { LocalExecution, LocalStep, Progress } from './automation.ts';
import { mapValues } from './references.ts';
import { start } from './start.ts';

const singles = v.record(v.string(), v.strictTuple([v.string()]));

/** Starts an execution, which runs after the answer. */
export function startAutomation(call: Call): Input {
  const given = v.safeParse(singles, call.input['Parameters'] ?? {});
  if (!given.success) throw invalid(call, 'Parameters', 'consist of lists of one text');
  const parameters = mapValues(given.output, ([value]) => value);
  const id = start(call, requireText(call, 'DocumentName'), parameters);
  return { AutomationExecutionId: id };
}

/** Starts one execution of the rule's remediation for each resource key. */
export function startRemediation(call: Call): Input {
  const ruleName = requireText(call, 'ConfigRuleName', 64);
  const remediation = call.account.config.remediations.get(ruleName);
  if (remediation === undefined) {
    const message = `No RemediationConfiguration for rule ${ruleName} exists.`;
    throw awsError('NoSuchRemediationConfigurationException', message);
  }
  for (const { resourceId } of readList<{ resourceId: string }>(call, 'ResourceKeys', 100)) {
    const fill = (value: string) => (value === 'RESOURCE_ID' ? resourceId : value);
    const parameters = mapValues(remediation.parameters, fill);
    start(call, remediation.documentName, parameters);
  }
  return { FailedItems: [] };
}

/** Gives an execution with all its steps. */
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
      StepExecutions: execution.steps.map(renderStep),
      StepExecutionsTruncated: false,
      ...renderProgress(execution),
    },
  };
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

function findExecution(call: Call): LocalExecution {
  const id = requireText(call, 'AutomationExecutionId');
  const execution = call.account.automation.executions.get(id);
  if (execution) return execution;
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
