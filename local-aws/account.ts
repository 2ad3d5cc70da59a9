import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Python, sharedPython } from './automation/python.ts';
import type { Policy } from './policy/policy.ts';
import { awsError, type Input } from './protocol.ts';

/** A rule as DescribeConfigRules shows it. */
export interface LocalRuleDefinition {
  sourceIdentifier: string;
  inputParameters: Record<string, string>;
  state?: 'ACTIVE' | 'EVALUATING' | 'DELETING' | 'DELETING_RESULTS';
  /** Its triggers, as AWS Config has them. */
  sourceDetails?: Record<string, string>[] | undefined;
  /** What AWS Config tells of its evaluations, with its times in epoch ms; without it, nothing. */
  evaluationStatus?: Record<string, string | number> | undefined;
}

/** A rule's remediation: the document it starts, and its parameters (`RESOURCE_ID` is the dynamic one). */
export interface LocalRemediationSettings {
  documentName: string;
  parameters: Record<string, string>;
  automatic?: boolean | undefined;
}

/** The recorder of an account, with the members of its description as AWS Config has them. */
export interface LocalRecorder {
  name: string;
  recording: boolean;
  /** Without it nothing has been recorded yet. */
  lastStatus?: 'Pending' | 'Success' | 'Failure' | 'NotApplicable' | undefined;
  lastErrorMessage?: string | undefined;
  description?: Record<string, unknown> | undefined;
}

/** A function as Lambda describes it; it is Active and Successful unless it says otherwise. */
export interface LocalFunction {
  description?: string | undefined;
  state?: string | undefined;
  stateReason?: string | undefined;
  lastUpdateStatus?: string | undefined;
}

/** A subscription; its ARN is `PendingConfirmation` until it is confirmed. */
export interface LocalSubscription {
  arn: string;
  protocol: string;
  endpoint: string;
}

/** An access key. All instants in this file are epoch ms, UTC. */
export interface LocalAccessKey {
  accessKeyId: string;
  status: 'Active' | 'Inactive' | 'Expired';
  createDate: number;
  lastRotated: number;
  lastUsed?: { date: number; region: string; serviceName: string } | undefined;
}

/** An IAM user with all that IAM tells about the user's credentials. */
export interface LocalUser {
  userName: string;
  userId: string;
  path: string;
  createDate: number;
  tags: { Key: string; Value: string }[];
  /** Outlives the login profile, as in IAM. */
  passwordLastUsed?: number | undefined;
  loginProfile?:
    | {
        createDate: number;
        lastChanged: number;
        passwordResetRequired: boolean;
        /** As CreateLoginProfile got it: IAM never gives it back, tests compare with it. */
        password?: string | undefined;
      }
    | undefined;
  accessKeys: LocalAccessKey[];
  /** At most two. */
  certificates: { active: boolean; lastRotated: number }[];
  /** Names of the managed policies attached to the user. */
  attachedPolicies?: string[] | undefined;
  /** Text of `additional_credentials_info`, a column that the report has when any user does. */
  additionalCredentials?: string | undefined;
}

/** A rule's current result for one resource. */
export interface LocalEvaluation {
  ruleName: string;
  resourceType: string;
  resourceId: string;
  complianceType: 'COMPLIANT' | 'NON_COMPLIANT' | 'NOT_APPLICABLE';
  annotation: string | undefined;
  orderingTimestamp: number;
  recordedAt: number;
}

/** A configuration item as GetResourceConfigHistory gives it, but with its times in epoch ms. */
export type LocalConfigurationItem = Record<string, unknown> & {
  resourceType: string;
  configurationItemCaptureTime: number;
};

/** A parameter of Parameter Store, all its versions, the oldest first. */
export interface LocalParameter {
  versions: { value: string; version: number; date: number; user: string }[];
  description?: string | undefined;
  tags: Map<string, string>;
}

/** A secret and its versions, each with its staging labels. */
export interface LocalSecret {
  arn: string;
  name: string;
  description?: string | undefined;
  tags: { Key: string; Value: string }[];
  policy?: string | undefined;
  versions: { id: string; value: string; stages: string[] }[];
  createdAt?: number | undefined;
  changedAt?: number | undefined;
  /** A day, at 00:00 UTC. */
  accessedAt?: number | undefined;
}

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

/** The state of one AWS account: plain data, which tests change freely. */
export interface LocalAccount {
  accountId: string;
  partition: string;
  /** The policies of each role, by its name. Without it every caller may do everything. */
  roles?: Map<string, readonly Policy[]> | undefined;
  /** What of those policies has allowed or denied a call: some of what listPermissions gives. */
  permissionsUsed: Set<string>;
  users: LocalUser[];
  credentialReport: { requestedAt: number; readyAt: number; content: string } | undefined;
  /** How long IAM takes to make a report. */
  reportDurationMs: number;
  passwordPolicy?:
    | {
        MinimumPasswordLength: number;
        RequireSymbols: boolean;
        RequireNumbers: boolean;
        RequireUppercaseCharacters: boolean;
        RequireLowercaseCharacters: boolean;
        AllowUsersToChangePassword: boolean;
      }
    | undefined;
  /** How long IAM's reads still show the state before a write (milliseconds). */
  iamReadLagMs: number;
  /** Whether a change of a key's status counts as a rotation, which AWS does not document. */
  reactivationMovesLastRotated?: boolean | undefined;
  /** By name. */
  parameters: Map<string, LocalParameter>;
  /** By name. */
  secrets: Map<string, LocalSecret>;
  automation: Automation;
  /** The customer-managed key, by its ARN, of each topic, by its ARN, that is encrypted. */
  topicKeys?: Map<string, string> | undefined;
  /** By name; what a document invokes need not be among them. */
  functions?: Map<string, LocalFunction> | undefined;
  /** By the topic's ARN; a topic that is not among them has none. */
  subscriptions?: Map<string, LocalSubscription[]> | undefined;
  published: { topicArn: string; subject: string | undefined; message: string }[];
  /** Caps every page, since AWS may answer shorter pages than it was asked for. */
  pageSize?: number | undefined;
  config: {
    rules: Set<string>;
    /** By name; a rule without a definition is not described. */
    ruleDefinitions: Map<string, LocalRuleDefinition>;
    /** By rule name. */
    remediations: Map<string, LocalRemediationSettings>;
    recorder?: LocalRecorder | undefined;
    /** Tokens handed out, each `<ruleName>:<anything>`. */
    resultTokens: Set<string>;
    evaluations: LocalEvaluation[];
    /** By resource ID. */
    configurationItems: Map<string, LocalConfigurationItem[]>;
  };
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

/** Makes an empty account, by default `123456789012` in `aws`, whose reports are ready at once. */
export function createAccount(options: Partial<LocalAccount> = {}): LocalAccount {
  const [rules, resultTokens] = [new Set<string>(), new Set<string>()];
  return {
    accountId: '123456789012',
    partition: 'aws',
    permissionsUsed: new Set(),
    users: [],
    credentialReport: undefined,
    reportDurationMs: 0,
    iamReadLagMs: 0,
    parameters: new Map(),
    secrets: new Map(),
    automation: createAutomation(),
    published: [],
    config: {
      ...{ rules, resultTokens, evaluations: [], configurationItems: new Map() },
      ...{ ruleDefinitions: new Map(), remediations: new Map() },
    },
    ...options,
  };
}

/** Adds a user, whose ID follows from account, name and creation: made again, it is another one. */
export function addUser(
  account: LocalAccount,
  partial: Partial<LocalUser> & { userName: string; createDate: number },
): LocalUser {
  const seed = `${account.accountId}/${partial.userName}/${partial.createDate}`;
  const bytes = [...createHash('sha256').update(seed).digest().subarray(0, 17)];
  const letters = bytes.map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte % 32));
  const empty = { path: '/', tags: [], accessKeys: [], certificates: [] };
  const user: LocalUser = { userId: `AIDA${letters.join('')}`, ...empty, ...partial };
  account.users.push(user);
  return user;
}

/** Gives a user's ARN, which carries the path. */
export function userArn(account: LocalAccount, user: LocalUser): string {
  return `arn:${account.partition}:iam::${account.accountId}:user${user.path}${user.userName}`;
}

/** Adds a Config rule, if it is new, and gives a result token that PutEvaluations accepts. */
export function issueResultToken({ config }: LocalAccount, ruleName: string): string {
  const token = `${ruleName}:${config.resultTokens.size + 1}`;
  config.rules.add(ruleName);
  config.resultTokens.add(token);
  return token;
}
