import { type LocalUser, userArn } from './account.ts';
import { type Call, type Input, invalid, readInteger, readText, requireText } from './call.ts';
import { dateOr, isoSeconds, renderCredentialReport } from './credential-report.ts';
import { awsError } from './errors.ts';
import { takePage } from './page.ts';

const REPORT_LIFETIME_MS = 4 * 60 * 60 * 1000;
const NEVER_USED = { serviceName: 'N/A', region: 'N/A' };

/** Starts a credential report, or tells how far the stored one is. */
export function generateReport({ account, now }: Call): Input {
  const stored = account.credentialReport;
  if (stored && now - stored.requestedAt <= REPORT_LIFETIME_MS) {
    return { State: now < stored.readyAt ? 'INPROGRESS' : 'COMPLETE' };
  }
  account.credentialReport = {
    requestedAt: Math.floor(now / 1000) * 1000,
    readyAt: now + account.reportDurationMs,
    content: renderCredentialReport(account),
  };
  const Description = 'No report exists. Starting a new report generation task';
  return { State: 'STARTED', Description };
}

/** Gives the stored report, or ReportNotPresent, ReportInProgress or ReportExpired. */
export function getReport({ account, now }: Call): Input {
  const stored = account.credentialReport;
  if (stored === undefined) throw awsError('ReportNotPresent', 'Unknown', 410);
  if (now < stored.readyAt) throw awsError('ReportInProgress', 'Unknown', 404);
  const expired = now - stored.requestedAt > REPORT_LIFETIME_MS;
  if (expired) throw awsError('ReportExpired', 'Unknown', 410);
  const Content = Buffer.from(stored.content).toString('base64');
  return { Content, ReportFormat: 'text/csv', GeneratedTime: isoSeconds(stored.requestedAt) };
}

/** Lists users with their tags. No other filter than User is spoken here. */
export function listUserDetails(call: Call): Input {
  const filters = Object.entries(call.input).filter(([name]) => name.startsWith('Filter.'));
  if (filters.join() !== 'Filter.member.1,User') throw invalid(call, 'Filter', 'be User here');
  const { items, ...paging } = listPage(call, call.account.users, lowerName);
  const UserDetailList = items.map((user) => ({
    ...describe(call, user),
    ...{ PasswordLastUsed: undefined, Tags: user.tags },
    ...{ UserPolicyList: [], GroupList: [] },
    AttachedManagedPolicies: renderPolicies(call, user),
  }));
  return { UserDetailList, GroupDetailList: [], RoleDetailList: [], Policies: [], ...paging };
}

/** Lists users with PasswordLastUsed and, as IAM does, without tags. */
export function listUsers(call: Call): Input {
  const prefix = readText(call, 'PathPrefix', 512) ?? '/';
  const users = call.account.users.filter((user) => user.path.startsWith(prefix));
  const { items, ...paging } = listPage(call, users, lowerName);
  return { Users: items.map((user) => describe(call, user)), ...paging };
}

/** Gives one user with tags and PasswordLastUsed. */
export function getUser(call: Call): Input {
  const user = findUser(call);
  const Tags = user.tags.length > 0 ? user.tags : undefined;
  return { User: { ...describe(call, user), Tags } };
}

/** Lists the managed policies that are attached to a user. */
export function listAttachedPolicies(call: Call): Input {
  const policies = renderPolicies(call, findUser(call));
  const { items, ...paging } = listPage(call, policies, (policy) => policy.PolicyName);
  return { AttachedPolicies: items, ...paging };
}

/** Lists a user's access keys. */
export function listAccessKeys(call: Call): Input {
  const { userName: UserName, accessKeys } = findUser(call);
  const { items, ...paging } = listPage(call, accessKeys, (key) => key.accessKeyId);
  const AccessKeyMetadata = items.map((key) => {
    const { accessKeyId: AccessKeyId, status: Status, createDate } = key;
    return { UserName, AccessKeyId, Status, CreateDate: isoSeconds(createDate) };
  });
  return { AccessKeyMetadata, ...paging };
}

/** Tells whose an access key is and when it was last used. */
export function getAccessKeyLastUsed(call: Call): Input {
  const id = requireText(call, 'AccessKeyId', 128);
  for (const { userName: UserName, accessKeys } of call.account.users) {
    const key = accessKeys.find(({ accessKeyId }) => accessKeyId === id);
    if (key === undefined) continue;
    const LastUsedDate = dateOr(undefined, key.lastUsed?.date);
    const { serviceName: ServiceName, region: Region } = key.lastUsed ?? NEVER_USED;
    return { UserName, AccessKeyLastUsed: { LastUsedDate, ServiceName, Region } };
  }
  throw noSuchEntity(`The Access Key with id ${id}`);
}

function describe({ account }: Call, user: LocalUser) {
  const { path: Path, userName: UserName, userId: UserId } = user;
  const CreateDate = isoSeconds(user.createDate);
  const PasswordLastUsed = dateOr(undefined, user.passwordLastUsed);
  return { Path, UserName, UserId, Arn: userArn(account, user), CreateDate, PasswordLastUsed };
}

function renderPolicies({ account }: Call, { attachedPolicies = [] }: LocalUser) {
  return attachedPolicies.map((PolicyName) => {
    return { PolicyName, PolicyArn: `arn:${account.partition}:iam::aws:policy/${PolicyName}` };
  });
}

/** Finds the user whom a request names, or throws NoSuchEntity. */
export function findUser(call: Call): LocalUser {
  const name = requireText(call, 'UserName', 128);
  if (!/^[\w+=,.@-]+$/.test(name)) throw invalid(call, 'UserName', 'match [\\w+=,.@-]+');
  const user = call.account.users.find(({ userName }) => userName === name);
  if (user === undefined) throw noSuchEntity(`The user with name ${name}`);
  return user;
}

/** Makes IAM's error for what is not there. */
export function noSuchEntity(what: string) {
  return awsError('NoSuchEntity', `${what} cannot be found.`, 404);
}

function lowerName(user: LocalUser): string {
  return user.userName.toLowerCase();
}

function listPage<T>(call: Call, all: readonly T[], keyOf: (item: T) => string) {
  const limit = readInteger(call, 'MaxItems', 1, 1000) ?? 100;
  const { items, next } = takePage(call, all, keyOf, { tokenName: 'Marker', limit });
  return { items, IsTruncated: next !== undefined, Marker: next };
}
