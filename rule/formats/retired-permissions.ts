import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { RemovedPermissions } from '../core/permission-plan.ts';
import type { DamagedPart } from '../core/restoration-plan.ts';
import {
  namedPermissions,
  noPermissions,
  permissionName,
  type RetiredPermissions,
} from '../core/retired-permissions.ts';
import type { Retirement, RetirementPart } from '../core/revocation-record.ts';
import { text } from './fields.ts';
import { isRetirementRole, type RecordOwner, type StoredRecord } from './record-codec.ts';

const id = v.nullable(text);
// Earlier versions recorded only the names of groups and the ARNs of policies.
const group = v.union([
  v.strictObject({ name: text, id }),
  v.pipe(
    text,
    v.transform((name) => ({ name, id: null })),
  ),
]);
const policy = v.union([
  v.strictObject({ arn: text, id }),
  v.pipe(
    text,
    v.transform((arn) => ({ arn, id: null })),
  ),
]);
const schema = v.strictObject({
  groups: v.array(group),
  attachedPolicies: v.array(policy),
  inlinePolicies: v.array(v.strictObject({ name: text, document: text })),
  mfaDevices: v.array(text),
});
/** The text of a part. */
const encoded = v.pipe(
  v.string(),
  v.transform((whole) => Buffer.from(whole, 'base64url').toString()),
  v.parseJson(undefined, 'it does not contain JSON'),
  schema,
);

/** A standard parameter of Parameter Store holds 4,096 characters. */
const longestText = 4_000;

/** The record, with names of what its parts hold, must fit into a parameter, too. */
const longestNames = 1_200;

/** The texts of the parameters, in their order, and how the record refers to them. */
export interface EncodedPermissions {
  readonly parts: readonly RetirementPart[];
  readonly texts: readonly string[];
}

/**
 * JSON in base64url, like a record. Each parameter is a part of its own, except for a single permission whose text is
 * longer. Nothing to remove needs no part.
 */
export function encodePermissions(permissions: RetiredPermissions): EncodedPermissions {
  const parts: RetirementPart[] = [];
  const texts: string[] = [];
  let room = longestNames;
  for (const each of divide(permissions)) {
    const whole = encode(each);
    const cut: string[] = [];
    for (let from = 0; from < whole.length; from += longestText) {
      cut.push(whole.slice(from, from + longestText));
    }
    const all = namedPermissions(each);
    const holds = all.filter((permission) => {
      room -= JSON.stringify(permissionName(permission)).length;
      return room >= 0;
    });
    const more = all.length - holds.length;
    parts.push({ parameters: cut.length, sha256: sha256(whole), holds, more });
    texts.push(...cut);
  }
  return { parts, texts };
}

/** Divides the permissions into parts. Each part has as many permissions as fit into one parameter. */
function divide({
  groups,
  attachedPolicies,
  inlinePolicies,
  mfaDevices,
}: RetiredPermissions): RetiredPermissions[] {
  const single = [
    ...groups.map((each) => ({ ...noPermissions, groups: [each] })),
    ...attachedPolicies.map((each) => ({ ...noPermissions, attachedPolicies: [each] })),
    ...inlinePolicies.map((each) => ({ ...noPermissions, inlinePolicies: [each] })),
    ...mfaDevices.map((each) => ({ ...noPermissions, mfaDevices: [each] })),
  ];
  const divided: RetiredPermissions[] = [];
  for (const each of single) {
    const last = divided.at(-1);
    const together = last === undefined ? null : merge([last, each]);
    if (together === null || encode(together).length > longestText) divided.push(each);
    else divided.splice(-1, 1, together);
  }
  return divided;
}

function merge(all: readonly RetiredPermissions[]): RetiredPermissions {
  return {
    groups: all.flatMap(({ groups }) => groups),
    attachedPolicies: all.flatMap(({ attachedPolicies }) => attachedPolicies),
    inlinePolicies: all.flatMap(({ inlinePolicies }) => inlinePolicies),
    mfaDevices: all.flatMap(({ mfaDevices }) => mfaDevices),
  };
}

function encode(permissions: RetiredPermissions): string {
  return Buffer.from(JSON.stringify(permissions)).toString('base64url');
}

/**
 * What the genuine parts hold, and which parts are damaged. A part is genuine if the role that retires wrote each of
 * its parameters once, and its text is what the genuine record says.
 */
export function checkParts(
  parameters: readonly StoredRecord[],
  { parts }: Retirement,
  owner: RecordOwner,
): RemovedPermissions {
  const genuine: RetiredPermissions[] = [];
  const damaged: DamagedPart[] = [];
  let from = 0;
  for (const part of parts) {
    const own = parameters.slice(from, from + part.parameters);
    from += part.parameters;
    const checked = checkPart(own, part, owner);
    if ('why' in checked) damaged.push(checked);
    else genuine.push(checked);
  }
  return { permissions: merge(genuine), damaged };
}

function checkPart(
  parameters: readonly StoredRecord[],
  part: RetirementPart,
  owner: RecordOwner,
): RetiredPermissions | DamagedPart {
  const { holds, more } = part;
  let whole = '';
  for (const { name, versions } of parameters) {
    const [only, ...others] = versions;
    const writers = [...new Set(versions.map(({ writer }) => writer))].join(' and ');
    const refuse = (why: string) => ({ name, why, writer: writers || 'unknown', holds, more });
    if (only === undefined) return refuse('it is missing');
    if (others.length > 0 || only.version !== 1) return refuse('it was overwritten');
    if (!isRetirementRole(only.writer, owner)) {
      return refuse('it was not written by the role that retires');
    }
    whole += only.value;
  }
  const name = parameters[0]?.name ?? 'the record';
  const refuse = (why: string) => ({ name, why, writer: 'the role that retires', holds, more });
  if (sha256(whole) !== part.sha256) return refuse('its text is not the one of the record');
  const result = v.safeParse(encoded, whole);
  if (result.success) return result.output;
  const [issue] = result.issues;
  return refuse(`${v.getDotPath(issue) ?? 'the whole value'}: ${issue.message}`);
}

function sha256(whole: string): string {
  return createHash('sha256').update(whole).digest('hex');
}
