import {
  countCharacters,
  GROUPS_PER_USER,
  groupId,
  INLINE_CHARACTERS_PER_USER,
  type LocalAccount,
  type LocalUser,
  policiesPerUser,
  policyId,
} from '../account.ts';
import { type Call, invalid, requireText } from '../call.ts';
import { awsError, type Input } from '../protocol.ts';
import { findUser, isoSeconds, listPage, noSuchEntity, renderPolicies } from './iam.ts';

const NAME = /^[\w+=,.@-]+$/;

export function listGroupsOfUser(call: Call): Input {
  const { groups = [] } = findUser(call);
  const { items, ...paging } = listPage(call, groups, String);
  return { Groups: items.map((name) => describeGroup(call, name)), ...paging };
}

/** Describes a group and its members. */
export function getGroup(call: Call): Input {
  const name = findGroup(call);
  const members = call.account.users.filter(({ groups = [] }) => groups.includes(name));
  const { items, ...paging } = listPage(call, members, ({ userName }) => userName);
  const Users = items.map(({ userName: UserName, userId: UserId, path: Path, createDate }) => {
    const arn = `arn:${call.account.partition}:iam::${call.account.accountId}:user`;
    const Arn = `${arn}${Path}${UserName}`;
    return { Path, UserName, UserId, Arn, CreateDate: isoSeconds(createDate) };
  });
  return { Group: describeGroup(call, name), Users, ...paging };
}

/** Adds a user to a group. It is not an error if they are a member already. */
export function addUserToGroup(call: Call): Input {
  const [name, user] = [findGroup(call), findUser(call)];
  const { groups = [] } = user;
  if (groups.includes(name)) return {};
  checkQuota(groups.length + 1, GROUPS_PER_USER, 'GroupsPerUser');
  call.commit(() => {
    user.groups = [...without(user.groups, name), name];
  });
  return {};
}

/** Removes a user from a group. It is not an error if they are not a member. */
export function removeUserFromGroup(call: Call): Input {
  const [name, user] = [findGroup(call), findUser(call)];
  call.commit(() => {
    user.groups = without(user.groups, name);
  });
  return {};
}

export function listAttachedPolicies(call: Call): Input {
  const policies = renderPolicies(call, findUser(call));
  const { items, ...paging } = listPage(call, policies, (policy) => policy.PolicyName);
  return { AttachedPolicies: items, ...paging };
}

/** Describes a managed policy, without its versions and attachments. */
export function getPolicy(call: Call): Input {
  const Arn = requireArn(call);
  if (!policyExists(call.account, Arn)) throw noSuchPolicy(Arn);
  const PolicyName = Arn.slice(Arn.lastIndexOf('/') + 1);
  const PolicyId = policyId(call.account, Arn);
  return { Policy: { PolicyName, PolicyId, Arn, IsAttachable: true } };
}

/** Attaches a managed policy. It is not an error if it is attached already. */
export function attachUserPolicy(call: Call): Input {
  const [user, arn] = [findUser(call), requireArn(call)];
  if (!policyExists(call.account, arn)) throw noSuchPolicy(arn);
  const policy = policyOf(call.account, arn);
  const { attachedPolicies = [] } = user;
  if (attachedPolicies.includes(policy)) return {};
  checkQuota(attachedPolicies.length + 1, policiesPerUser(call.account), 'PoliciesPerUser');
  call.commit(() => {
    user.attachedPolicies = [...without(user.attachedPolicies, policy), policy];
  });
  return {};
}

/** Returns only one of the account's quotas: the managed policies of a user. */
export function getAccountSummary({ account }: Call): Input {
  const value = policiesPerUser(account);
  return { SummaryMap: { entry: { key: 'AttachedPoliciesPerUserQuota', value } } };
}

export function detachUserPolicy(call: Call): Input {
  const [user, arn] = [findUser(call), requireArn(call)];
  const policy = policyOf(call.account, arn);
  if (!user.attachedPolicies?.includes(policy)) throw noSuchPolicy(arn);
  call.commit(() => {
    user.attachedPolicies = without(user.attachedPolicies, policy);
  });
  return {};
}

export function listUserPolicies(call: Call): Input {
  const { inlinePolicies = [] } = findUser(call);
  const { items, ...paging } = listPage(call, inlinePolicies, ({ name }) => name);
  return { PolicyNames: items.map(({ name }) => name), ...paging };
}

/** Returns an inline policy; its document is URL-encoded, as in IAM. */
export function getUserPolicy(call: Call): Input {
  const user = findUser(call);
  const { name: PolicyName, document } = findInlinePolicy(call, user);
  const PolicyDocument = encodeURIComponent(document);
  return { UserName: user.userName, PolicyName, PolicyDocument };
}

/** Adds an inline policy, or replaces the one of this name. */
export function putUserPolicy(call: Call): Input {
  const user = findUser(call);
  const name = requireName(call, 'PolicyName');
  const document = requireText(call, 'PolicyDocument', 131_072);
  if (!isPolicyDocument(document)) {
    throw awsError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
  const others = () => (user.inlinePolicies ?? []).filter((policy) => policy.name !== name);
  const texts = [...others().map((policy) => policy.document), document];
  const characters = countCharacters(texts.join(''));
  checkQuota(characters, INLINE_CHARACTERS_PER_USER, `bytes for user ${user.userName}`);
  call.commit(() => {
    user.inlinePolicies = [...others(), { name, document }];
  });
  return {};
}

export function deleteUserPolicy(call: Call): Input {
  const user = findUser(call);
  const { name } = findInlinePolicy(call, user);
  call.commit(() => {
    user.inlinePolicies = user.inlinePolicies?.filter((policy) => policy.name !== name);
  });
  return {};
}

export function listMfaDevices(call: Call): Input {
  const { userName: UserName, mfaDevices = [] } = findUser(call);
  const { items, ...paging } = listPage(call, mfaDevices, ({ serialNumber }) => serialNumber);
  const MFADevices = items.map(({ serialNumber: SerialNumber, enableDate }) => {
    return { UserName, SerialNumber, EnableDate: isoSeconds(enableDate) };
  });
  return { MFADevices, ...paging };
}

/** Deactivates an MFA device of a user. No operation here assigns one. */
export function deactivateMfaDevice(call: Call): Input {
  const user = findUser(call);
  const serial = requireText(call, 'SerialNumber', 256);
  const rest = () => user.mfaDevices?.filter(({ serialNumber }) => serialNumber !== serial);
  if (rest()?.length === user.mfaDevices?.length) {
    throw noSuchEntity(`MFA device with serial number ${serial}`);
  }
  call.commit(() => {
    user.mfaDevices = rest();
  });
  return {};
}

function describeGroup({ account }: Call, GroupName: string) {
  const { path: Path = '/', createDate = 0 } = account.groups?.get(GroupName) ?? {};
  const Arn = groupArn(account, GroupName);
  const GroupId = groupId(account, GroupName);
  return { Path, GroupName, GroupId, Arn, CreateDate: isoSeconds(createDate) };
}

/** The ARN of a group, with the path if the group exists. */
export function groupArn({ groups, partition, accountId }: LocalAccount, name: string): string {
  return `arn:${partition}:iam::${accountId}:group${groups?.get(name)?.path ?? '/'}${name}`;
}

function findGroup(call: Call): string {
  const name = requireName(call, 'GroupName');
  if (call.account.groups?.has(name)) return name;
  throw noSuchEntity(`The group with name ${name}`);
}

function findInlinePolicy(call: Call, { inlinePolicies = [] }: LocalUser) {
  const name = requireName(call, 'PolicyName');
  const found = inlinePolicies.find((policy) => policy.name === name);
  if (found === undefined) throw noSuchEntity(`The user policy with name ${name}`);
  return found;
}

function requireName(call: Call, member: string): string {
  const name = requireText(call, member, 128);
  if (!NAME.test(name)) throw invalid(call, member, `match ${NAME.source}`);
  return name;
}

function requireArn(call: Call): string {
  const arn = requireText(call, 'PolicyArn', 2048);
  const pattern = /^arn:[a-z-]+:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]+$/;
  if (pattern.test(arn)) return arn;
  throw awsError('InvalidInput', `ARN ${arn} is not valid.`);
}

// The form in which `attachedPolicies` holds a policy: the name if it is AWS's own and has no path, else the ARN.
function policyOf({ partition }: LocalAccount, arn: string): string {
  const prefix = `arn:${partition}:iam::aws:policy/`;
  const name = arn.slice(prefix.length);
  return arn.startsWith(prefix) && !name.includes('/') ? name : arn;
}

function policyExists({ partition, customerPolicies }: LocalAccount, arn: string): boolean {
  return arn.startsWith(`arn:${partition}:iam::aws:policy/`) || customerPolicies?.has(arn) === true;
}

function noSuchPolicy(arn: string) {
  return awsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
}

function isPolicyDocument(text: string): boolean {
  try {
    const { Version, Statement } = Object(JSON.parse(text));
    return Version !== undefined && typeof Statement === 'object';
  } catch {
    return false;
  }
}

function checkQuota(count: number, quota: number, name: string): void {
  if (count <= quota) return;
  throw awsError('LimitExceeded', `Cannot exceed quota for ${name}: ${quota}`, 409);
}

function without(names: readonly string[] = [], name: string): string[] {
  return names.filter((other) => other !== name);
}
