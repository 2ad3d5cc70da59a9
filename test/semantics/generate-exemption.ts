import type { LocalUser } from '../../local-aws/account.ts';
import type { Circumstances } from './generate-parameters.ts';
import { naiveParameters } from './naive-parameters.ts';
import type { Random } from './random.ts';

const second = 1000;
const minute = 60 * second;
const day = 86_400 * second;

// Prefixes match with case, from the start, and at a slash.
const paths = `/break-glass/ /break-glass/eu/ /break-glass-not/ /Break-Glass/ /x/break-glass/
  /svc/ /svc/ci/ /svc/ci/deploy/ /svc/cicd/`.split(/\s+/u);

/** A path and tags, some of which exempt the user. */
export function generateExemption(
  random: Random,
  circumstances: Circumstances,
): Pick<LocalUser, 'path' | 'tags'> {
  const path = random.chance(0.25) ? random.pick(paths) : '/';
  const tags = [{ Key: 'team', Value: '2099-12-31' }];
  if (random.chance(0.3)) {
    const Key = tagKey(random, naiveParameters(circumstances.input).exemptUntilTag);
    tags.splice(random.integer(0, 1), 0, { Key, Value: tagValue(random, circumstances) });
  }
  return { path, tags: random.chance(0.5) ? tags : tags.filter(({ Key }) => Key !== 'team') };
}

function tagKey({ pick }: Random, key: string): string {
  const same = [key, key, key.toUpperCase(), key.toLowerCase()];
  // The last ones name no exemption: too long, or the default where another key is set.
  return pick([...same, ...same, `${key}.`, 'unused-iam-credentials:exempt-until']);
}

function tagValue(random: Random, { now, input }: Circumstances): string {
  const { pick, integer, chance } = random;
  const limit = now + naiveParameters(input).maxExemptionDays * day;
  const end = pick([
    ...[now - integer(1, 400) * day, now - second, now, now + second],
    ...[now + integer(1, 10) * day, now + integer(1, 4000) * day],
    ...[limit - second, limit, limit + second, limit + day],
  ]);
  const date = new Date(end).toISOString().slice(0, 10);
  if (chance(0.25)) return pick(malformed(date));
  return chance(0.4) ? date : instantWithOffset(random, end);
}

function instantWithOffset({ pick }: Random, instant: number): string {
  const offset = pick([0, 0, 60, 120, 330, 345, 840, -300, -570, -720]);
  const local = new Date(instant + offset * minute).toISOString();
  // Minutes suffice where the second is 0, and a fraction is allowed.
  const text = pick([
    local.slice(0, 19),
    local.slice(0, -1),
    local.slice(0, local.endsWith(':00.000Z') ? 16 : 19),
  ]);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const digits = [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
  return offset === 0
    ? `${text}${pick(['Z', '+00:00'])}`
    : `${text}${offset < 0 ? '-' : '+'}${digits}`;
}

// A lenient date parser would accept each of them.
function malformed(date: string): string[] {
  const [year, month, dayOfMonth] = date.split('-');
  return [
    ...['', 'never', 'true', `${year}`, `${year}-${month}`, `${year}${month}${dayOfMonth}`],
    ...[`${year}-02-30`, `${year}-13-01`, `${year}-04-31`, `${year}-00-10`, `${year}-03-00`],
    ...[`${dayOfMonth}.${month}.${year}`, `${month}/${dayOfMonth}/${year}`, `${year}-W20-3`],
    ...[`${year}-123`, `+00${date}`, `${date}T12:00:00`, `${date}T12:00`, `${date}T12Z`],
    ...[`${date} 12:00:00Z`, `${date}T12:00:00+0200`, `${date}T12:00:00+02`, `${date}Z`],
    ...[`${date}T25:00:00Z`, `${date}T12:60:00Z`, `${date}T12:00:61Z`, `${date} or so`],
    ...[`${date}T12:00:00+25:00`, `${date}T12:00:00+01:75`],
  ];
}
