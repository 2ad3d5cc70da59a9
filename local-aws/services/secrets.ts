import { randomInt, randomUUID } from 'node:crypto';
import type { LocalSecret } from '../account.ts';
import {
  type Call,
  invalid,
  readInteger,
  readList,
  readNames,
  readTags,
  readText,
  requireText,
  takePage,
} from '../call.ts';
import { awsError, type Input } from '../protocol.ts';

type Version = LocalSecret['versions'][number];

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** Creates a secret, with a first version if there is a value. */
export function createSecret(call: Call): Input {
  const name = requireText(call, 'Name', 512);
  if (!/^[\w/+=.@!-]+$/.test(name)) throw invalid(call, 'Name', 'be a valid name');
  const { secrets, partition, accountId } = call.account;
  if (secrets.has(name)) {
    throw awsError('ResourceExistsException', `The secret ${name} already exists.`);
  }
  const secret: LocalSecret = {
    arn: `arn:${partition}:secretsmanager:us-east-1:${accountId}:secret:${name}-AbCdEf`,
    ...{ name, description: readText(call, 'Description', 2048), tags: readTags(call) },
    ...{ versions: [], createdAt: call.now, changedAt: call.now },
  };
  const VersionId =
    call.input['SecretString'] === undefined ? undefined : addVersion(call, secret, [CURRENT]).id;
  secrets.set(name, secret);
  return { ...identify(secret), VersionId };
}

export function putPolicy(call: Call): Input {
  const secret = findSecret(call);
  secret.policy = requireText(call, 'ResourcePolicy', 20_480);
  return identify(secret);
}

/** Adds a version, which takes its labels, by default AWSCURRENT, from other versions. */
export function putValue(call: Call): Input {
  const secret = findSecret(call);
  const asked = readNames(call, 'VersionStages', 20);
  const { id, stages } = addVersion(call, secret, asked.length > 0 ? asked : [CURRENT]);
  secret.changedAt = call.now;
  return { ...identify(secret), VersionId: id, VersionStages: stages };
}

/** Returns the current version. */
export function getValue(call: Call): Input {
  const secret = findSecret(call);
  const current = secret.versions.find(({ stages }) => stages.includes(CURRENT));
  if (current === undefined) {
    const message = "Secrets Manager can't find the specified secret value for AWSCURRENT.";
    throw awsError('ResourceNotFoundException', message);
  }
  const day = 86_400_000;
  secret.accessedAt = call.now - (call.now % day);
  const { id: VersionId, value: SecretString, stages: VersionStages } = current;
  const CreatedDate = (secret.changedAt ?? call.now) / 1000;
  return { ...identify(secret), VersionId, SecretString, VersionStages, CreatedDate };
}

/** Deletes a secret at once. AWS keeps it for the recovery window, in which its name stays taken. */
export function deleteSecret(call: Call): Input {
  const secret = findSecret(call);
  const days = readInteger(call, 'RecoveryWindowInDays', 7, 30) ?? 30;
  call.account.secrets.delete(secret.name);
  return { ...identify(secret), DeletionDate: call.now / 1000 + days * 86_400 };
}

export function describeSecret(call: Call): Input {
  const secret = findSecret(call);
  return { ...describe(secret), VersionIdsToStages: labeled(secret) };
}

// A version without labels is deprecated, and not described.
function labeled({ versions }: LocalSecret): Record<string, string[]> {
  const withLabels = versions.filter(({ stages }) => stages.length > 0);
  return Object.fromEntries(withLabels.map(({ id, stages }) => [id, stages]));
}

function describe(secret: LocalSecret): Input {
  const { description: Description, tags: Tags, createdAt, changedAt, accessedAt } = secret;
  const seconds = (at: number | undefined) => at && at / 1000;
  const [CreatedDate, LastChangedDate] = [seconds(createdAt), seconds(changedAt)];
  const dates = { CreatedDate, LastChangedDate, LastAccessedDate: seconds(accessedAt) };
  return { ...identify(secret), Description, Tags, ...dates };
}

/** Moves or removes a label. The request must name the version that has it. */
export function moveStage(call: Call): Input {
  const secret = findSecret(call);
  const label = requireText(call, 'VersionStage', 256);
  const [from, to] = [
    findVersion(call, secret, 'RemoveFromVersionId'),
    findVersion(call, secret, 'MoveToVersionId'),
  ];
  const holder = secret.versions.find(({ stages }) => stages.includes(label));
  const isRight = from ? from === holder : to && (holder === undefined || holder === to);
  if (!isRight || (to === undefined && label === CURRENT)) {
    const where = `The label ${label} is on version ${holder?.id}`;
    throw awsError('InvalidParameterException', `${where}, which RemoveFromVersionId must name.`);
  }
  moveLabel(secret, label, to);
  return identify(secret);
}

function identify({ arn: ARN, name: Name }: LocalSecret) {
  return { ARN, Name };
}

function findSecret(call: Call): LocalSecret {
  const id = requireText(call, 'SecretId', 2048);
  // The six characters at the end of the ARN may be missing.
  const secret = [...call.account.secrets.values()].find(({ arn, name }) =>
    [arn, arn.slice(0, -7), name].includes(id),
  );
  if (secret) return secret;
  const message = "Secrets Manager can't find the specified secret.";
  throw awsError('ResourceNotFoundException', message);
}

function findVersion(call: Call, secret: LocalSecret, name: string): Version | undefined {
  const id = readText(call, name, 64);
  const version = secret.versions.find((candidate) => candidate.id === id);
  if (id === undefined || version) return version;
  throw awsError('InvalidParameterException', `Not a valid version: ${id}`);
}

function addVersion(call: Call, secret: LocalSecret, labels: readonly string[]): Version {
  const needsValue = 'You must provide either SecretString or SecretBinary.';
  const value = readText(call, 'SecretString', 65_536);
  if (value === undefined) throw awsError('InvalidRequestException', needsValue);
  const id = readText(call, 'ClientRequestToken', 64) ?? randomUUID();
  if (id.length < 32) throw invalid(call, 'ClientRequestToken', 'have length between 32 and 64');
  const earlier = secret.versions.find((version) => version.id === id);
  const taken = 'The ClientRequestToken belongs to a version of another value.';
  if (earlier && earlier.value !== value) throw awsError('ResourceExistsException', taken);
  if (earlier) return earlier;
  const added: Version = { id, value, stages: [] };
  const isFirst = secret.versions.push(added) === 1;
  for (const label of new Set(isFirst ? [...labels, CURRENT] : labels)) {
    moveLabel(secret, label, added);
  }
  return added;
}

function moveLabel(secret: LocalSecret, label: string, to: Version | undefined): void {
  const holder = secret.versions.find(({ stages }) => stages.includes(label));
  if (holder === to) return;
  if (holder) holder.stages = holder.stages.filter((stage) => stage !== label);
  to?.stages.push(label);
  if (label === CURRENT && holder) moveLabel(secret, PREVIOUS, holder);
}

/** Lists the secrets whose names begin with one of the given texts, or all. */
export function listSecrets(call: Call): Input {
  const [filter, ...more] = readList(call, 'Filters', 10);
  const spoken = 'The only filter here is one of name.';
  if (more.length > 0 || (filter?.['Key'] ?? 'name') !== 'name') {
    throw awsError('InvalidParameterException', spoken);
  }
  const values = filter === undefined ? [''] : readNames({ ...call, input: filter }, 'Values', 10);
  const secrets = [...call.account.secrets.values()].filter(({ name }) =>
    values.some((value) => name.startsWith(value)),
  );
  const limit = readInteger(call, 'MaxResults', 1, 100) ?? 100;
  const paging = { tokenName: 'NextToken', limit };
  const { items, next } = takePage(call, secrets, ({ name }) => name, paging);
  const SecretList = items.map((secret) => ({
    ...describe(secret),
    SecretVersionsToStages: labeled(secret),
  }));
  return { SecretList, NextToken: next };
}

const characterTypes = [
  'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '0123456789',
  '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
];

/** Makes a random password. Only the options that are read here are supported. */
export function makePassword(call: Call): Input {
  const length = readInteger(call, 'PasswordLength', 1, 4096) ?? 32;
  const excluded = readText(call, 'ExcludeCharacters', 4096) ?? '';
  const types = characterTypes
    .map((type) => [...type].filter((character) => !excluded.includes(character)))
    .filter((type) => type.length > 0);
  const pick = (characters: readonly string[]) => characters[randomInt(characters.length)] ?? '';
  const required = call.input['RequireEachIncludedType'] === false ? [] : types.map(pick);
  if (types.length === 0 || length < required.length) {
    const message = 'The password length and the excluded characters leave no valid password.';
    throw awsError('InvalidParameterException', message);
  }
  const password = [
    ...required,
    ...Array.from({ length: length - required.length }, () => pick(types.flat())),
  ];
  for (let last = password.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [password[last], password[other]] = [password[other] ?? '', password[last] ?? ''];
  }
  return { RandomPassword: password.join('') };
}
