import { Duration } from 'luxon';
import * as v from 'valibot';
import type { Automation, LocalAccount, LocalExecution } from '../account.ts';
import { authorizeInvocation } from '../policy/authorize.ts';
import { type Input, isAwsError, isMap, mapValues, type Perform } from '../protocol.ts';
import { type Document, type PlainStep, select, toText } from './document.ts';

/** A run of a document: what its steps act on, and as which caller. */
export interface Run {
  account: LocalAccount;
  automation: Automation;
  execution: LocalExecution;
  document: Document;
  perform: Perform;
  caller: string;
}

/** The result of a step: its outputs, its whole answer, if any, and the step a branch chose. */
export interface Outcome {
  outputs: Input;
  answer?: unknown;
  goTo?: string | undefined;
}

const TYPES = {
  String: v.string(),
  StringList: v.array(v.string()),
  Boolean: v.boolean(),
  Integer: v.pipe(v.number(), v.integer()),
  StringMap: v.custom(isMap),
  MapList: v.array(v.custom(isMap)),
};

const MAX_SLEEP = 604_799_000;

// https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
const SCRIPT_ANSWER = 100_000;

/** Runs a step whose references are resolved. Throws the error that fails the step. */
export async function act(step: PlainStep, run: Run): Promise<Outcome> {
  const { clock, python } = run.automation;
  switch (step.action) {
    case 'aws:invokeLambdaFunction':
      return { outputs: await invoke(step.inputs, run) };
    case 'aws:executeScript': {
      const { Script, Handler, InputPayload } = step.inputs;
      const answer = { Payload: await python.run(Script, Handler, InputPayload) };
      return readOutputs(step, requireSmall(answer), run);
    }
    case 'aws:executeAwsApi':
      return readOutputs(step, callApi(step.inputs, run), run);
    case 'aws:assertAwsResourceProperty': {
      const { PropertySelector, DesiredValues, ...request } = step.inputs;
      const found = select(callApi(request, run), PropertySelector);
      if (typeof found === 'string' && DesiredValues.includes(found)) return { outputs: {} };
      throw new Error(
        `Expected ${PropertySelector} to be ${DesiredValues.join(' or ')}, found ${found}`,
      );
    }
    case 'aws:sleep': {
      const { Duration: duration } = step.inputs;
      const ms = Duration.fromISO(duration).toMillis();
      if (!(ms >= 0 && ms <= MAX_SLEEP)) {
        throw new Error(`Expected a duration of at most 7 days, found ${duration}`);
      }
      await clock.sleep(ms);
      return { outputs: {} };
    }
    case 'aws:branch': {
      const { Choices, Default } = step.inputs;
      const choice = Choices.find(({ Variable, StringEquals }) => Variable === StringEquals);
      return { outputs: {}, goTo: choice?.NextStep ?? Default };
    }
  }
}

/** AWS returns only a part of a larger answer. */
function requireSmall(answer: Input): Input {
  const size = Buffer.byteLength(JSON.stringify(answer));
  if (size <= SCRIPT_ANSWER) return answer;
  throw new Error(`A script returns at most 100 KB, found ${size} bytes`);
}

async function invoke(inputs: { FunctionName: string; InputPayload: Input }, run: Run) {
  const { account, automation, caller } = run;
  authorizeInvocation(account, caller, inputs.FunctionName);
  const { payload, functionErrorFailsStep } = automation.readings;
  const invocation = automation.invoke(inputs.FunctionName, toJson(inputs.InputPayload));
  const answer = await invocation.then(
    (result) => ({ Payload: toJson(result ?? null) }),
    (error: Error) => {
      if (functionErrorFailsStep || isAwsError(error)) throw error;
      const Payload = { errorType: error.name, errorMessage: error.message };
      return { Payload, FunctionError: 'Unhandled' };
    },
  );
  const Payload = payload === 'text' ? JSON.stringify(answer.Payload) : answer.Payload;
  return { StatusCode: 200, ...answer, Payload };
}

function callApi(inputs: Input & { Service: string; Api: string }, run: Run): Input {
  const { Service: service, Api: operation, ...members } = inputs;
  const isParsed = run.automation.readings.jsonText === 'parsed';
  try {
    const input = isParsed ? mapValues(members, parseText) : members;
    return toJson(run.perform({ service, operation, input, caller: run.caller }));
  } catch (error) {
    if (!isAwsError(error)) throw error;
    const failure = `An error occurred (${error.code}) when calling the ${operation} operation`;
    throw new Error(`${failure}: ${error.message}`);
  }
}

function parseText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parseText);
  if (isMap(value)) return mapValues(value, parseText);
  if (typeof value !== 'string' || !/^[{[]/.test(value)) return value;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), value);
  return parsed.success ? parsed.output : value;
}

function readOutputs(step: PlainStep, answer: unknown, { automation }: Run): Outcome {
  const entries = step.outputs.map(({ Name, Selector, Type }) => {
    const found = select(answer, Selector);
    if (v.is(TYPES.MapList, found) && Type === 'MapList') {
      return [Name, automation.readings.payload === 'text' ? found.map(toText) : found];
    }
    if (v.is(TYPES[Type], found)) return [Name, found];
    throw new Error(`Output ${Name} is not of type ${Type} at ${Selector}`);
  });
  return { outputs: Object.fromEntries(entries), answer };
}

// An answer over the network has neither dates nor undefined members.
function toJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
