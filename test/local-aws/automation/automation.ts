import { setTimeout as sleep } from 'node:timers/promises';
import type { Input } from '../call.ts';
import { awsError } from '../errors.ts';
import { type Python, sharedPython } from './python.ts';

/** Readings of what AWS's documentation leaves open. */
export interface Readings {
  /** Whether a function's Payload is the value it gave, or that as JSON text. */
  payload: 'map' | 'text';
  /** Whether a function error fails the step, or is an answer with FunctionError. */
  functionErrorFailsStep: boolean;
  /** How an API gets a text that looks like JSON. */
  jsonText: 'unchanged' | 'parsed';
}

/** How far an execution or a step is; all instants are epoch ms. */
export interface Progress {
  status: 'InProgress' | 'Success' | 'Failed' | 'Cancelled';
  start: number;
  end?: number | undefined;
  failureMessage?: string | undefined;
}

/** A step that ran, with inputs and outputs as the execution history keeps them. */
export interface LocalStep extends Progress {
  name: string;
  action: string;
  inputs: Record<string, string>;
  outputs: Record<string, string[]>;
}

/** An execution; its outputs are keyed `Step.Output`, its steps in the order they ran. */
export interface LocalExecution extends Progress {
  id: string;
  documentName: string;
  parameters: Record<string, string>;
  /** ARN of who started it. */
  executedBy?: string | undefined;
  currentStepName?: string | undefined;
  outputs: Record<string, string[]>;
  steps: LocalStep[];
}

/** The state of one account's automations. */
export interface Automation {
  /** YAML text by name. */
  documents: Map<string, string>;
  /** By name; a document is Active unless it says otherwise. */
  documentStatus?: Map<string, string> | undefined;
  /** By ID. */
  executions: Map<string, LocalExecution>;
  /** By execution ID; settles, and never rejects, when the execution has ended. */
  running: Map<string, Promise<void>>;
  readings: Readings;
  /** The execution is cancelled once the step of this name has ended, in whichever way. */
  stopAfter?: string | undefined;
  clock: { now(): number; sleep(ms: number): Promise<void> };
  /** Runs a function; rejects on a function error, and with an AwsError where none ran. */
  invoke: (functionName: string, payload: Input) => Promise<unknown>;
  /** Runs scripts; by default in the interpreter that this process shares. */
  python: Python;
}

/** Makes automations without documents or functions, on the system's clock. */
export function createAutomation(options: Partial<Automation> = {}): Automation {
  return {
    documents: new Map(),
    executions: new Map(),
    running: new Map(),
    readings: { payload: 'map', functionErrorFailsStep: true, jsonText: 'unchanged' },
    clock: { now: Date.now, sleep: (ms) => sleep(ms) },
    invoke: async (name) => {
      throw awsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    },
    python: sharedPython,
    ...options,
  };
}
