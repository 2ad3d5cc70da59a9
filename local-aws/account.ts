import { createHash } from 'node:crypto';
import { type Automation, createAutomation } from './automation/engine.ts';
import type { Policy } from './policy/policy.ts';
import type { ServiceName } from './protocol.ts';

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

/** A request as it was answered; `error` is the error's code, if it was one. */
export interface LoggedRequest {
  service: ServiceName;
  operation: string;
  error?: string;
}

/** What was asked of the account: in order, and counted by operation, failures included. */
export interface RequestLog {
  readonly entries: LoggedRequest[];
  readonly counts: Record<string, number>;
  reset(): void;
}

/** Makes an empty log. */
export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  return {
    entries,
    get counts() {
      const counts: Record<string, number> = {};
      for (const { operation } of entries) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    reset: () => void entries.splice(0),
  };
}
