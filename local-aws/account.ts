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
  /** The rule's triggers, in AWS Config's format. */
  sourceDetails?: Record<string, string>[] | undefined;
  /** The status of its evaluations as AWS Config describes it, but with times in epoch ms. */
  evaluationStatus?: Record<string, string | number> | undefined;
}

/** A rule's remediation. The value `RESOURCE_ID` marks the dynamic parameter. */
export interface LocalRemediationSettings {
  documentName: string;
  parameters: Record<string, string>;
  automatic?: boolean | undefined;
}

/** The configuration recorder; `description` has further members as AWS Config describes them. */
export interface LocalRecorder {
  name: string;
  recording: boolean;
  /** Missing until something was recorded. */
  lastStatus?: 'Pending' | 'Success' | 'Failure' | 'NotApplicable' | undefined;
  lastErrorMessage?: string | undefined;
  description?: Record<string, unknown> | undefined;
}

/** A function as Lambda describes it, by default Active and Successful. */
export interface LocalFunction {
  description?: string | undefined;
  state?: string | undefined;
  stateReason?: string | undefined;
  lastUpdateStatus?: string | undefined;
  /** The files of its deployment package; by default its name in `index.js`. */
  files?: Record<string, string> | undefined;
  environment?: Record<string, string> | undefined;
  /** The ARN of its role. */
  role?: string | undefined;
  /** ARNs. */
  layers?: string[] | undefined;
}

/** A subscription; its ARN is `PendingConfirmation` until it is confirmed. */
interface LocalSubscription {
  arn: string;
  protocol: string;
  endpoint: string;
}

/** An access key. All instants in this file are epoch ms. */
export interface LocalAccessKey {
  accessKeyId: string;
  status: 'Active' | 'Inactive' | 'Expired';
  createDate: number;
  lastRotated: number;
  lastUsed?: { date: number; region: string; serviceName: string } | undefined;
}

/** A service-specific credential, such as an API key of Amazon Bedrock, which may expire. */
interface LocalServiceCredential {
  id: string;
  serviceName: string;
  status: 'Active' | 'Inactive' | 'Expired';
  createDate: number;
  expires?: number | undefined;
}

/** An IAM user with everything that IAM reports about the user's credentials. */
export interface LocalUser {
  userName: string;
  userId: string;
  path: string;
  createDate: number;
  tags: { Key: string; Value: string }[];
  /** The tags that policy conditions see, while they differ from `tags`; see `tagLagMs`. */
  authorizationTags?: { Key: string; Value: string }[] | undefined;
  /** As in IAM, this date stays after the login profile is deleted. */
  passwordLastUsed?: number | undefined;
  loginProfile?:
    | {
        createDate: number;
        lastChanged: number;
        passwordResetRequired: boolean;
        /** The password that CreateLoginProfile received. No operation returns it. */
        password?: string | undefined;
      }
    | undefined;
  accessKeys: LocalAccessKey[];
  /** At most two. */
  certificates: { active: boolean; lastRotated: number }[];
  serviceCredentials?: LocalServiceCredential[] | undefined;
  sshKeys?: { id: string; status: 'Active' | 'Inactive'; uploadDate: number }[] | undefined;
  /** The managed policies attached to the user: the names of AWS's own, the ARNs of others. */
  attachedPolicies?: string[] | undefined;
  /** Names of groups of the account. */
  groups?: string[] | undefined;
  inlinePolicies?: { name: string; document: string }[] | undefined;
  mfaDevices?: { serialNumber: string; enableDate: number }[] | undefined;
  /** An ARN. */
  permissionsBoundary?: string | undefined;
  /** The text of `additional_credentials_info`, a column that the report has if any user has a text. */
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

/** A configuration item as GetResourceConfigHistory returns it, but with its times in epoch ms. */
export type LocalConfigurationItem = Record<string, unknown> & {
  resourceType: string;
  configurationItemCaptureTime: number;
};

/** A parameter of Parameter Store with all its versions, the oldest first. */
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

/** How the engine behaves where AWS's documentation leaves it open. */
export interface Readings {
  /** Whether the Payload of a function and each item of a MapList is a value, or that value as JSON text. */
  payload: 'map' | 'text';
  /** Whether a function error fails the step, or is a result with FunctionError. */
  functionErrorFailsStep: boolean;
  /** Whether a text that looks like JSON reaches an API as it is, or parsed. */
  jsonText: 'unchanged' | 'parsed';
  /** Whether a list of executions leaves out their outputs. */
  listsNoOutputs?: boolean;
  /**
   * What happens after a failed step of a loop that has its own onFailure. By default, onFailure works as outside a
   * loop. `ends` ends the loop, and `next` continues with the next step whatever onFailure names.
   */
  failureInLoop?: 'ends' | 'next';
  /** Whether an iteration of a loop sees the outputs of the previous one. */
  loopKeepsOutputs?: boolean;
}

/** The progress of an execution or a step. */
export interface Progress {
  status: 'InProgress' | 'Success' | 'Failed' | 'Cancelled';
  start: number;
  end?: number | undefined;
  failureMessage?: string | undefined;
}

/** A step that started, with inputs and outputs as the execution history keeps them. */
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
  /** The caller's ARN. */
  executedBy?: string | undefined;
  currentStepName?: string | undefined;
  outputs: Record<string, string[]>;
  steps: LocalStep[];
}

/** The state of one account's automations. */
export interface Automation {
  /** YAML text by name. */
  documents: Map<string, string>;
  /** By name; by default, a document is Active. */
  documentStatus?: Map<string, string> | undefined;
  /** By ID. */
  executions: Map<string, LocalExecution>;
  /** By execution ID; resolves when the execution has ended, and never rejects. */
  running: Map<string, Promise<void>>;
  readings: Readings;
  /** Cancels an execution after the step of this name, whether it succeeds or fails. */
  stopAfter?: string | undefined;
  /** How long (ms) the list of executions does not show a new one. */
  listLagMs?: number | undefined;
  clock: { now(): number; sleep(ms: number): Promise<void> };
  /** Runs a function; rejects with its error, or with an AwsError if no function ran. */
  invoke: (functionName: string, payload: Input) => Promise<unknown>;
  /** Runs scripts, by default in the one interpreter of this process. */
  python: Python;
}

/** An event on the event bus. */
export interface LocalEvent {
  version: '0';
  id: string;
  source: string;
  'detail-type': string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** The state of one AWS account: plain data, which tests change freely. */
export interface LocalAccount {
  accountId: string;
  partition: string;
  /** Other accounts of its organization, in which roles can be assumed. */
  members?: readonly LocalAccount[] | undefined;
  /** The sessions of assumed roles, by the ID of their access key. */
  sessions: Map<string, { account: LocalAccount; arn: string }>;
  /** The policies of each role, by its name. Without roles, every caller may do everything. */
  roles?: Map<string, readonly Policy[]> | undefined;
  /** The permissions in those policies that allowed or denied a call; see listPermissions. */
  permissionsUsed: Set<string>;
  users: LocalUser[];
  /** By name. */
  groups?: Map<string, { path: string; createDate: number }> | undefined;
  /** The customer managed policies, by ARN; all of AWS's own policies exist. */
  customerPolicies?: Map<string, { createDate: number }> | undefined;
  /** The quota of managed policies of a user: 10, which AWS can raise to 20. */
  attachedPoliciesPerUser?: number | undefined;
  credentialReport: { requestedAt: number; readyAt: number; content: string } | undefined;
  /** How long (ms) IAM takes to make a report. */
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
  /** How long (ms) IAM's reads still show the state before a write. */
  iamReadLagMs: number;
  /** How long (ms) reads and conditions of policies still see a user's tags before a change; by default, `iamReadLagMs`. */
  tagLagMs?: { reads: number; authorization: number } | undefined;
  /** Whether a change of a key's status moves its last rotation; AWS does not document it. */
  reactivationMovesLastRotated?: boolean | undefined;
  /** By name. */
  parameters: Map<string, LocalParameter>;
  /** By name. */
  secrets: Map<string, LocalSecret>;
  automation: Automation;
  /** The ARN of the customer managed key of each encrypted topic, by the topic's ARN. */
  topicKeys?: Map<string, string> | undefined;
  /** By name, as Lambda describes them; `automation.invoke` runs them. */
  functions?: Map<string, LocalFunction> | undefined;
  /** By the topic's ARN. */
  subscriptions?: Map<string, LocalSubscription[]> | undefined;
  published: {
    topicArn: string;
    subject: string | undefined;
    message: string;
    /** Message attributes, all of type String. */
    attributes: Record<string, string>;
  }[];
  /** The events on the default event bus, with their envelopes, as rules see them. */
  events: LocalEvent[];
  /** The most items of any page, since AWS may return shorter pages than requested. */
  pageSize?: number | undefined;
  config: {
    rules: Set<string>;
    /** By name; DescribeConfigRules returns only rules with a definition. */
    ruleDefinitions: Map<string, LocalRuleDefinition>;
    /** By rule name. */
    remediations: Map<string, LocalRemediationSettings>;
    recorder?: LocalRecorder | undefined;
    /** The accounts of each aggregator, by its name; the accounts are in the order of their IDs. */
    aggregators?: Map<string, readonly LocalAccount[]> | undefined;
    /** Issued tokens, each `<ruleName>:<anything>`. */
    resultTokens: Set<string>;
    evaluations: LocalEvaluation[];
    /**
     * Whether AWS Config keeps the result that was put last, instead of the one with the latest OrderingTimestamp.
     */
    keepsLastPut?: boolean | undefined;
    /** By resource ID. */
    configurationItems: Map<string, LocalConfigurationItem[]>;
  };
}

/** The system's clock, but every sleep takes 20 milliseconds. */
export const impatientClock: Automation['clock'] = { now: Date.now, sleep: () => sleep(20) };

/** Automations without documents or functions, by default on the system's clock. */
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

/** An empty account, by default `123456789012` in `aws`, whose reports are ready at once. */
export function createAccount(options: Partial<LocalAccount> = {}): LocalAccount {
  const [rules, resultTokens] = [new Set<string>(), new Set<string>()];
  return {
    accountId: '123456789012',
    partition: 'aws',
    permissionsUsed: new Set(),
    sessions: new Map(),
    users: [],
    credentialReport: undefined,
    reportDurationMs: 0,
    iamReadLagMs: 0,
    parameters: new Map(),
    secrets: new Map(),
    automation: createAutomation(),
    published: [],
    events: [],
    config: {
      ...{ rules, resultTokens, evaluations: [], configurationItems: new Map() },
      ...{ ruleDefinitions: new Map(), remediations: new Map() },
    },
    ...options,
  };
}

/**
 * Adds a user. The ID follows from account, name and creation date, so a recreated user has another. Throws for more
 * policies than IAM allows.
 */
export function addUser(
  account: LocalAccount,
  partial: Partial<LocalUser> & { userName: string; createDate: number },
): LocalUser {
  const userId = uniqueId('AIDA', account, partial.userName, partial.createDate);
  const empty = { path: '/', tags: [], accessKeys: [], certificates: [] };
  const user: LocalUser = { userId, ...empty, ...partial };
  requireQuotas(account, user);
  account.users.push(user);
  return user;
}

/** Throws if the user's policies exceed IAM's quotas. White space of inline policies does not count. */
function requireQuotas(account: LocalAccount, user: LocalUser): void {
  const { userName, groups = [], attachedPolicies = [], inlinePolicies = [] } = user;
  const characters = inlinePolicies.map(({ document }) => document).join('');
  const counts: [string, number, number][] = [
    ['groups', groups.length, GROUPS_PER_USER],
    ['attached policies', attachedPolicies.length, policiesPerUser(account)],
    ['characters of inline policies', countCharacters(characters), INLINE_CHARACTERS_PER_USER],
  ];
  for (const [what, count, quota] of counts) {
    if (count > quota)
      throw new Error(`User ${userName} has ${count} ${what}; IAM allows ${quota}`);
  }
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
export const GROUPS_PER_USER = 10;
const ATTACHED_POLICIES_PER_USER = 10;
/** IAM's limit for all inline policies of a user together. */
export const INLINE_CHARACTERS_PER_USER = 2048;

/** How many managed policies a user can have. */
export function policiesPerUser({ attachedPoliciesPerUser }: LocalAccount): number {
  return attachedPoliciesPerUser ?? ATTACHED_POLICIES_PER_USER;
}

/** The characters of policies that count: all but white space. */
export function countCharacters(documents: string): number {
  return documents.replaceAll(/\s/g, '').length;
}

function uniqueId(prefix: string, account: LocalAccount, name: string, createDate: number): string {
  const seed = `${account.accountId}/${name}/${createDate}`;
  const bytes = [...createHash('sha256').update(seed).digest().subarray(0, 17)];
  const letters = bytes.map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte % 32));
  return `${prefix}${letters.join('')}`;
}

/** The ID of a group, which follows from its creation date like that of a user. */
export function groupId(account: LocalAccount, name: string): string {
  return uniqueId('AGPA', account, name, account.groups?.get(name)?.createDate ?? 0);
}

/** The ID of a managed policy, which follows from its creation date. */
export function policyId(account: LocalAccount, arn: string): string {
  return uniqueId('ANPA', account, arn, account.customerPolicies?.get(arn)?.createDate ?? 0);
}

export function userArn(account: LocalAccount, user: LocalUser): string {
  return `arn:${account.partition}:iam::${account.accountId}:user${user.path}${user.userName}`;
}

/** Adds the rule, if it is new, and returns a result token that PutEvaluations accepts. */
export function issueResultToken({ config }: LocalAccount, ruleName: string): string {
  const token = `${ruleName}:${config.resultTokens.size + 1}`;
  config.rules.add(ruleName);
  config.resultTokens.add(token);
  return token;
}
