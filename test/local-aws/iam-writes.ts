import type { LocalAccessKey } from './account.ts';
import { type Call, type Input, invalid, requireText } from './call.ts';
import { awsError } from './errors.ts';
import { findUser, noSuchEntity } from './iam.ts';

const TAG_LIMIT = 50;

/** Activates or deactivates an access key. */
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

/** Deletes an access key. */
export function deleteAccessKey(call: Call): Input {
  const [user, key] = [findUser(call), findKey(call)];
  call.commit(() => {
    user.accessKeys = user.accessKeys.filter((other) => other !== key);
  });
  return {};
}

/** Adds tags to a user; one replaces another whose key differs in case only. */
export function tagUser(call: Call): Input {
  const user = findUser(call);
  const added = readMembers(call, 'Tags', 'Key').map((name) => ({
    Key: readTagText(call, name, 1, 128),
    Value: readTagText(call, name.replace(/Key$/, 'Value'), 0, 256),
  }));
  const keys = new Set(added.map(({ Key }) => Key.toLowerCase()));
  if (keys.size < added.length) throw awsError('InvalidInput', 'Duplicate tag keys found.');
  const merge = () => [...user.tags.filter(({ Key }) => !keys.has(Key.toLowerCase())), ...added];
  if (merge().length > TAG_LIMIT) {
    throw awsError('LimitExceeded', `The number of tags is limited to ${TAG_LIMIT}.`, 409);
  }
  call.commit(() => {
    user.tags = merge();
  });
  return {};
}

/** Removes tags from a user; a key that is not there is no error. */
export function untagUser(call: Call): Input {
  const user = findUser(call);
  const texts = readMembers(call, 'TagKeys').map((name) => readTagText(call, name, 1, 128));
  const keys = new Set(texts.map((key) => key.toLowerCase()));
  call.commit(() => {
    user.tags = user.tags.filter(({ Key }) => !keys.has(Key.toLowerCase()));
  });
  return {};
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
