import { type LocalAccessKey, type LocalAccount, type LocalUser, userArn } from '../account.ts';
import { type Call, invalid, readInteger, readText, requireText, takePage } from '../call.ts';
import { awsError, type Input } from '../protocol.ts';

const COLUMNS = `user arn user_creation_time
  password_enabled password_last_used password_last_changed password_next_rotation mfa_active
  access_key_1_active access_key_1_last_rotated
  access_key_1_last_used_date access_key_1_last_used_region access_key_1_last_used_service
  access_key_2_active access_key_2_last_rotated
  access_key_2_last_used_date access_key_2_last_used_region access_key_2_last_used_service
  cert_1_active cert_1_last_rotated cert_2_active cert_2_last_rotated
  additional_credentials_info`.split(/\s+/);
const ROOT = `2014-11-03T09:00:00Z true 2025-02-03T09:00:00Z 2014-11-03T09:00:00Z not_supported true
  false N/A N/A N/A N/A false N/A N/A N/A N/A false N/A false N/A N/A`.split(/\s+/);

// The Date of fake timers is ten times slower.
const SystemDate = Date;

/** An instant (epoch ms) as IAM writes it: whole seconds, rounded down. */
export function isoSeconds(instant: number): string {
  return `${new SystemDate(instant).toISOString().slice(0, 19)}Z`;
}

function dateOr<T>(missing: T, instant: number | undefined): string | T {
  return instant === undefined ? missing : isoSeconds(instant);
}

/** The account's credential report: the root row, then users by name, ignoring case. */
export function renderCredentialReport(account: LocalAccount): string {
  const users = account.users
    .map((user) => ({ key: user.userName.toLowerCase(), row: userRow(account, user) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
  const rootArn = `arn:${account.partition}:iam::${account.accountId}:root`;
  const rows = [COLUMNS, ['<root_account>', rootArn, ...ROOT], ...users];
  const additional = account.users.some((user) => user.additionalCredentials !== undefined);
  const width = additional ? COLUMNS.length : COLUMNS.length - 1;
  return rows.map((row) => row.slice(0, width).map(quote).join(',')).join('\n');
}

function userRow(account: LocalAccount, user: LocalUser): string[] {
  const keys = user.accessKeys.toSorted((a, b) => a.createDate - b.createDate);
  const { loginProfile, passwordLastUsed } = user;
  const passwordUse = dateOr('no_information', passwordLastUsed);
  return [
    ...[user.userName, userArn(account, user), isoSeconds(user.createDate)],
    ...[String(loginProfile !== undefined), loginProfile ? passwordUse : 'N/A'],
    ...[dateOr('N/A', loginProfile?.lastChanged), 'N/A'],
    String((user.mfaDevices ?? []).length > 0),
    // Inactive keys and certificates keep their dates.
    ...[keys[0], keys[1]].flatMap((key) => [
      ...[String(key?.status === 'Active'), dateOr('N/A', key?.lastRotated)],
      dateOr('N/A', key?.lastUsed?.date),
      ...[key?.lastUsed?.region ?? 'N/A', key?.lastUsed?.serviceName ?? 'N/A'],
    ]),
    ...[user.certificates[0], user.certificates[1]].flatMap((certificate) => [
      ...[String(certificate?.active ?? false), dateOr('N/A', certificate?.lastRotated)],
    ]),
    user.additionalCredentials ?? 'N/A',
  ];
}

// A user name may hold a comma.
function quote(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

const REPORT_LIFETIME_MS = 4 * 60 * 60 * 1000;
const NEVER_USED = { serviceName: 'N/A', region: 'N/A' };

/** Starts a credential report, or returns the state of the stored one. */
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

export function getReport({ account, now }: Call): Input {
  const stored = account.credentialReport;
  if (stored === undefined) throw awsError('ReportNotPresent', 'Unknown', 410);
  if (now < stored.readyAt) throw awsError('ReportInProgress', 'Unknown', 404);
  const expired = now - stored.requestedAt > REPORT_LIFETIME_MS;
  if (expired) throw awsError('ReportExpired', 'Unknown', 410);
  const Content = Buffer.from(stored.content).toString('base64');
  return { Content, ReportFormat: 'text/csv', GeneratedTime: isoSeconds(stored.requestedAt) };
}

/** Lists users with their tags. The only filter here is User. */
export function listUserDetails(call: Call): Input {
  const filters = Object.entries(call.input).filter(([name]) => name.startsWith('Filter.'));
  if (filters.join() !== 'Filter.member.1,User') throw invalid(call, 'Filter', 'be User here');
  const { items, ...paging } = listPage(call, call.account.users, lowerName);
  const UserDetailList = items.map((user) => ({
    ...describe(call, user),
    ...{ PasswordLastUsed: undefined, Tags: user.tags },
    ...{ UserPolicyList: renderInlinePolicies(user), GroupList: user.groups ?? [] },
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

export function getUser(call: Call): Input {
  const user = findUser(call);
  const Tags = user.tags.length > 0 ? user.tags : undefined;
  const { permissionsBoundary: PermissionsBoundaryArn } = user;
  const boundary = { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn };
  const PermissionsBoundary = PermissionsBoundaryArn === undefined ? undefined : boundary;
  return { User: { ...describe(call, user), PermissionsBoundary, Tags } };
}

/** Lists the roles by name. */
export function listRoles(call: Call): Input {
  const { account } = call;
  const arn = `arn:${account.partition}:iam::${account.accountId}:role`;
  const names = [...(account.roles?.keys() ?? [])];
  const { items, ...paging } = listPage(call, names, String);
  const Roles = items.map((RoleName) => ({ RoleName, Path: '/', Arn: `${arn}/${RoleName}` }));
  return { Roles, ...paging };
}

export function listAccessKeys(call: Call): Input {
  const { userName: UserName, accessKeys } = findUser(call);
  const { items, ...paging } = listPage(call, accessKeys, (key) => key.accessKeyId);
  const AccessKeyMetadata = items.map((key) => {
    const { accessKeyId: AccessKeyId, status: Status, createDate } = key;
    return { UserName, AccessKeyId, Status, CreateDate: isoSeconds(createDate) };
  });
  return { AccessKeyMetadata, ...paging };
}

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

/** Lists the service-specific credentials of all users, without their secrets. */
export function listServiceCredentials(call: Call): Input {
  if (call.input['AllUsers'] !== 'true') throw invalid(call, 'AllUsers', 'be true here');
  const all = call.account.users.flatMap(({ userName, serviceCredentials = [] }) =>
    serviceCredentials.map((credential) => ({ ...credential, userName })),
  );
  const { items, ...paging } = listPage(call, all, ({ userName, id }) => `${userName} ${id}`);
  const ServiceSpecificCredentials = items.map((item) => ({
    ...{ UserName: item.userName, ServiceSpecificCredentialId: item.id },
    ...{ ServiceName: item.serviceName, Status: item.status },
    ...{ CreateDate: isoSeconds(item.createDate), ExpirationDate: dateOr(undefined, item.expires) },
  }));
  return { ServiceSpecificCredentials, ...paging };
}

export function listSshKeys(call: Call): Input {
  const { userName: UserName, sshKeys = [] } = findUser(call);
  const { items, ...paging } = listPage(call, sshKeys, ({ id }) => id);
  const SSHPublicKeys = items.map(({ id: SSHPublicKeyId, status: Status, uploadDate }) => {
    return { UserName, SSHPublicKeyId, Status, UploadDate: isoSeconds(uploadDate) };
  });
  return { SSHPublicKeys, ...paging };
}

function describe({ account }: Call, user: LocalUser) {
  const { path: Path, userName: UserName, userId: UserId } = user;
  const CreateDate = isoSeconds(user.createDate);
  const PasswordLastUsed = dateOr(undefined, user.passwordLastUsed);
  return { Path, UserName, UserId, Arn: userArn(account, user), CreateDate, PasswordLastUsed };
}

/** The managed policies attached to a user, with their ARNs. */
export function renderPolicies({ account }: Call, { attachedPolicies = [] }: LocalUser) {
  return attachedPolicies.map((policy) => {
    const isArn = policy.startsWith('arn:');
    const PolicyArn = isArn ? policy : `arn:${account.partition}:iam::aws:policy/${policy}`;
    return { PolicyName: policy.slice(policy.lastIndexOf('/') + 1), PolicyArn };
  });
}

function renderInlinePolicies({ inlinePolicies = [] }: LocalUser) {
  return inlinePolicies.map(({ name: PolicyName, document }) => ({
    ...{ PolicyName, PolicyDocument: encodeURIComponent(document) },
  }));
}

/** The user that the request names. */
export function findUser(call: Call): LocalUser {
  const name = requireText(call, 'UserName', 128);
  if (!/^[\w+=,.@-]+$/.test(name)) throw invalid(call, 'UserName', 'match [\\w+=,.@-]+');
  const user = call.account.users.find(({ userName }) => userName === name);
  if (user === undefined) throw noSuchEntity(`The user with name ${name}`);
  return user;
}

export function noSuchEntity(what: string) {
  return awsError('NoSuchEntity', `${what} cannot be found.`, 404);
}

function lowerName(user: LocalUser): string {
  return user.userName.toLowerCase();
}

/** The page of `all` that a request of IAM asks for. */
export function listPage<T>(call: Call, all: readonly T[], keyOf: (item: T) => string) {
  const limit = readInteger(call, 'MaxItems', 1, 1000) ?? 100;
  const { items, next } = takePage(call, all, keyOf, { tokenName: 'Marker', limit });
  return { items, IsTruncated: next !== undefined, Marker: next };
}

const TAG_LIMIT = 50;

export function updateAccessKey(call: Call): Input {
  const key = findKey(call);
  const status = (['Active', 'Inactive'] as const).find((it) => it === call.input['Status']);
  if (status === undefined) throw invalid(call, 'Status', 'be Active or Inactive');
  call.commit(() => {
    const moves = call.account.reactivationMovesLastRotated === true && key.status !== status;
    Object.assign(key, { status, ...(moves && { lastRotated: call.now }) });
  });
  return {};
}

export function deleteAccessKey(call: Call): Input {
  const [user, key] = [findUser(call), findKey(call)];
  call.commit(() => {
    user.accessKeys = user.accessKeys.filter((other) => other !== key);
  });
  return {};
}

/** Adds tags to a user; a tag replaces one whose key differs only in case. */
export function tagUser(call: Call): Input {
  const user = findUser(call);
  const added = readMembers(call, 'Tags', 'Key').map((name) => ({
    Key: readTagText(call, name, 1, 128),
    Value: readTagText(call, name.replace(/Key$/, 'Value'), 0, 256),
  }));
  const keys = new Set(added.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < added.length) throw awsError('InvalidInput', 'Duplicate tag keys found.');
  if (without(user.tags, keys).length + added.length > TAG_LIMIT) {
    throw awsError('LimitExceeded', `The number of tags is limited to ${TAG_LIMIT}.`, 409);
  }
  changeTags(call, user, (tags) => [...without(tags, keys), ...added]);
  return {};
}

/** Removes tags from a user; a missing key is not an error. */
export function untagUser(call: Call): Input {
  const user = findUser(call);
  const texts = readMembers(call, 'TagKeys').map((name) => readTagText(call, name, 1, 128));
  const keys = new Set(texts.map((key) => key.toLowerCase()));
  changeTags(call, user, (tags) => without(tags, keys));
  return {};
}

type Tags = LocalUser['tags'];

function without(tags: Tags, lowerCaseKeys: ReadonlySet<string>): Tags {
  return tags.filter(({ Key }) => !lowerCaseKeys.has(Key.toLowerCase()));
}

function changeTags(call: Call, user: LocalUser, change: (tags: Tags) => Tags): void {
  const { tagLagMs } = call.account;
  if (tagLagMs !== undefined) {
    user.authorizationTags ??= user.tags;
    call.commit(() => {
      user.authorizationTags = change(user.authorizationTags ?? []);
    }, tagLagMs.authorization);
  }
  call.commit(() => {
    user.tags = change(user.tags);
  }, tagLagMs?.reads);
}

function findKey(call: Call): LocalAccessKey {
  const id = requireText(call, 'AccessKeyId', 128);
  const key = findUser(call).accessKeys.find(({ accessKeyId }) => accessKeyId === id);
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${id}`);
  return key;
}

function readMembers(call: Call, list: string, member?: string): string[] {
  const pattern = new RegExp(`^${list}\\.member\\.\\d+${member ? `\\.${member}` : ''}$`);
  const names = Object.keys(call.input).filter((name) => pattern.test(name));
  if (names.length > TAG_LIMIT) throw invalid(call, list, `have length of at most ${TAG_LIMIT}`);
  return names;
}

function readTagText(call: Call, name: string, min: number, max: number): string {
  const text = call.input[name];
  const legal = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  if (typeof text === 'string' && text.length >= min && text.length <= max && legal.test(text)) {
    return text;
  }
  throw invalid(call, name, `have length between ${min} and ${max} and match ${legal.source}`);
}

type Profile = NonNullable<LocalUser['loginProfile']>;

const CHARACTER_KINDS = [/[A-Z]/, /[a-z]/, /\d/, /[!@#$%^&*()_+\-=[\]{}|']/];

export function getLoginProfile(call: Call): Input {
  const user = findUser(call);
  return { LoginProfile: renderProfile(user, findProfile(user)) };
}

export function createLoginProfile(call: Call): Input {
  const user = findUser(call);
  const password = requireText(call, 'Password', 128);
  if (user.loginProfile !== undefined) {
    const message = `Login Profile for User ${user.userName} already exists.`;
    throw awsError('EntityAlreadyExists', message, 409);
  }
  if (!meetsPolicy(password, call.account.passwordPolicy)) {
    throw awsError('PasswordPolicyViolation', 'Password does not conform to the account policy');
  }
  const passwordResetRequired = call.input['PasswordResetRequired'] === 'true';
  const profile = { createDate: call.now, lastChanged: call.now, passwordResetRequired, password };
  call.commit(() => {
    user.loginProfile = profile;
  });
  return { LoginProfile: renderProfile(user, profile) };
}

export function deleteLoginProfile(call: Call): Input {
  const user = findUser(call);
  findProfile(user);
  call.commit(() => {
    user.loginProfile = undefined;
  });
  return {};
}

export function getPasswordPolicy({ account: { accountId, passwordPolicy } }: Call): Input {
  const missing = noSuchEntity(`The Password Policy with domain name ${accountId}`);
  if (passwordPolicy === undefined) throw missing;
  return { PasswordPolicy: { ...passwordPolicy, ExpirePasswords: false } };
}

function findProfile({ userName, loginProfile }: LocalUser): Profile {
  if (loginProfile !== undefined) return loginProfile;
  throw noSuchEntity(`Login Profile for User ${userName}`);
}

function renderProfile({ userName: UserName }: LocalUser, profile: Profile): Input {
  const { createDate, passwordResetRequired: PasswordResetRequired } = profile;
  return { UserName, CreateDate: isoSeconds(createDate), PasswordResetRequired };
}

// The default policy of IAM: 8 characters of three of the four kinds.
function meetsPolicy(password: string, policy: LocalAccount['passwordPolicy']): boolean {
  const has = CHARACTER_KINDS.map((kind) => kind.test(password));
  if (policy === undefined) return password.length >= 8 && has.filter(Boolean).length >= 3;
  const required = [
    ...[policy.RequireUppercaseCharacters, policy.RequireLowercaseCharacters],
    ...[policy.RequireNumbers, policy.RequireSymbols],
  ];
  const enough = password.length >= policy.MinimumPasswordLength;
  return enough && required.every((isRequired, index) => !isRequired || has[index]);
}
