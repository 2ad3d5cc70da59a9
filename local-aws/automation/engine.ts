import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { LocalExecution, LocalStep, Progress } from '../account.ts';
import type { Call } from '../call.ts';
import { awsError, mapValues } from '../protocol.ts';
import { act, type Outcome, type Run } from './actions.ts';
import {
  type Document,
  findReferences,
  plainStep,
  readDocument,
  resolve,
  type Step,
  toText,
  toTexts,
  type Values,
} from './document.ts';

const ROLE = /^arn:[^:]+:iam::\d{12}:role\/(?:.*\/)?([^/]+)$/;

/** Checks the parameters, starts an execution and returns its ID. The execution runs afterwards. */
export function startExecution(
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

const NO_OUTPUT = 'No output available yet because the step is not successfully executed';

const iterators = v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(100));

const cancelled = Symbol('cancelled');

// Never rejects: the execution's status says how it ended.
async function execute(run: Run): Promise<void> {
  const { document, execution } = run;
  const values = new Map<string, unknown>(Object.entries(execution.parameters));
  values.set('automation:EXECUTION_ID', execution.id);
  const steps = () => runSteps(run, document.mainSteps, values);
  const ended = track(run, execution, () =>
    steps().finally(() => {
      for (const name of document.outputs) {
        execution.outputs[name] = values.has(name) ? toTexts(values.get(name)) : [NO_OUTPUT];
      }
    }),
  );
  await ended.catch(() => undefined);
}

/** Returns whether a step failed that is not critical. */
async function runSteps(
  run: Run,
  steps: readonly Step[],
  values: Map<string, unknown>,
  jumps = true,
): Promise<boolean> {
  let failure: unknown;
  let hasFailed = false;
  let next = steps[0];
  while (next !== undefined) {
    const step: Step = next;
    const { goTo, error } = await runStep(run, step, values);
    if (run.automation.stopAfter === step.name) throw cancelled;
    if (error !== undefined && step.onFailure === 'Abort') throw error;
    if (step.isCritical) failure ??= error;
    hasFailed ||= error !== undefined;
    const afterFailure = jumps ? step.onFailure.split(':')[1] : undefined;
    const target = (error === undefined ? goTo : afterFailure) ?? step.nextStep;
    const following = step.isEnd ? undefined : steps[steps.indexOf(step) + 1];
    next = target === undefined ? following : steps.find(({ name }) => name === target);
  }
  if (failure !== undefined) throw failure;
  return hasFailed;
}

async function runStep(run: Run, step: Step, values: Map<string, unknown>) {
  const { name, action } = step;
  const start = run.automation.clock.now();
  const record: LocalStep = { name, action, status: 'InProgress', start, inputs: {}, outputs: {} };
  run.execution.steps.push(record);
  run.execution.currentStepName = name;
  try {
    const goTo = await track(run, record, async () => {
      const { outputs, answer, ...outcome } = await attempt(run, step, values, record);
      for (const [output, value] of Object.entries(outputs)) values.set(`${name}.${output}`, value);
      const kept = answer === undefined ? outputs : { ...outputs, OutputPayload: answer };
      record.outputs = mapValues(kept, toTexts);
      return outcome.goTo;
    });
    return { goTo, error: undefined };
  } catch (error) {
    if (error === cancelled) throw error;
    return { goTo: undefined, error: new Error(`Step ${name} failed: ${reasonOf(error)}`) };
  }
}

async function attempt(run: Run, step: Step, values: Values, record: LocalStep): Promise<Outcome> {
  const { Steps, ...inputs }: Record<string, unknown> = step.inputs;
  const resolved = mapValues(inputs, (input) => resolve(input, values));
  record.inputs = mapValues(resolved, toText);
  const missing = findReferences(inputs).find((name) => !values.has(name));
  if (missing !== undefined) throw new Error(`There is no value for {{ ${missing} }}`);
  return retry(step.maxAttempts, async () => {
    if (step.action !== 'aws:loop') {
      return act(v.parse(plainStep, { ...step, inputs: resolved }), run);
    }
    const { failureInLoop, loopKeepsOutputs } = run.automation.readings;
    let current = new Map(values);
    for (const item of v.parse(iterators, resolved['Iterators'])) {
      if (loopKeepsOutputs !== true) current = new Map(values);
      current.set(`${step.name}.CurrentIteratorValue`, item);
      const failed = await runSteps(run, step.inputs.Steps, current, failureInLoop !== 'next');
      if (failed && failureInLoop === 'ends') break;
    }
    return { outputs: {} };
  });
}

async function retry<T>(attempts: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (attempts === 1 || error === cancelled) throw error;
    return retry(attempts - 1, work);
  }
}

async function track<T>(run: Run, progress: Progress, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    progress.status = 'Success';
    return result;
  } catch (error) {
    progress.status = error === cancelled ? 'Cancelled' : 'Failed';
    if (error !== cancelled) progress.failureMessage = reasonOf(error);
    throw error;
  } finally {
    progress.end = run.automation.clock.now();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
