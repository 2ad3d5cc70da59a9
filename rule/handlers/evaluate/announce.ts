import pMap from 'p-map';
import { beforeDeadline } from '../../clock.ts';
import type { Clause } from '../../core/annotation-clauses.ts';
import { type EarlierResult, findNewlyNonCompliant } from '../../core/earlier-results.ts';
import { messageOf, type Problem } from '../../core/errors.ts';
import { ownerOf } from '../../core/owner.ts';
import { daysUntil, findWarnings } from '../../core/warnings.ts';
import type { RuleEvent } from '../../formats/config-event.ts';
import { describeDigest, describeWarning } from '../../formats/digest.ts';
import { credentialBecomingUnused, userNewlyNoncompliant } from '../../formats/events.ts';
import type { UserIdentity } from '../../formats/user-snapshot.ts';
import type { AccountJudgement, IdentifiedJudgement } from '../../judging/judge-account.ts';
import { emit } from '../event-bus.ts';
import type { Topic } from '../topic.ts';
import {
  countUnjudgedOf,
  type OtherCredentials,
  readOtherCredentials,
} from './other-credentials.ts';
import { type RunContext, toVerdict } from './verdicts.ts';

/** How many users were announced, or why that failed. */
interface Announcement {
  readonly announced: number;
  readonly failed: readonly Problem[];
  /** The IDs of the users whom the next digest must name. */
  readonly open: ReadonlySet<string>;
  /** By user ID: the clauses that say what was warned of. */
  readonly warned: ReadonlyMap<string, readonly Clause[]>;
}

type ScheduledEvent = Extract<RuleEvent, { kind: 'scheduled' }>;

/** An evaluated user and their owner. */
interface JudgedUser extends ReturnType<typeof toVerdict> {
  readonly owner: string;
  readonly judgement: IdentifiedJudgement;
  readonly soon: ReturnType<typeof findWarnings>;
}

/** The users of one digest. */
interface DigestGroup {
  /** Null for a digest about all users. */
  readonly owner: string | null;
  /** The newly NON_COMPLIANT users. */
  readonly found: readonly JudgedUser[];
  /** The users to warn about. */
  readonly warned: readonly JudgedUser[];
  readonly undecided: readonly UserIdentity[];
  /** The users without a verdict whose earlier result, which stands, is NON_COMPLIANT. */
  readonly standing: readonly UserIdentity[];
  /** All users who were judged. */
  readonly members: readonly JudgedUser[];
}

/** SNS takes more, but few owners have new users on one day. */
const concurrency = 4;

/**
 * Publishes one digest of users who are newly NON_COMPLIANT, whose credentials become unused soon, or who are
 * undecided, or one for each owner, and logs each new one before. Puts an event for each whom a digest has named.
 * `earlier` is null if the earlier results could not be read: then no digest is published, and the next one names
 * all new users. It publishes nothing if there is no user to name, if no topic is set, or for another rule than the
 * deployed one.
 */
export async function announce(
  judgements: readonly IdentifiedJudgement[],
  { undecided, unread }: Pick<AccountJudgement, 'undecided' | 'unread'>,
  earlier: ReadonlyMap<string, EarlierResult> | null,
  event: ScheduledEvent,
  context: RunContext,
): Promise<Announcement> {
  const { topic, log, clock, end, deployedRule, ownerTag } = context;
  const nothing = { announced: 0, failed: [], open: new Set<string>(), warned: new Map() };
  if (event.ruleName !== deployedRule) return nothing;
  const users = judgements.map((judgement) => ({
    ...toVerdict(judgement, judgement.userId),
    ...{ judgement, owner: ownerOf(judgement.user.tags, ownerTag) },
    soon: findWarnings(
      judgement.assessment,
      earlier?.get(judgement.userId)?.annotation ?? null,
      context,
    ),
  }));
  const found = earlier === null ? [] : findNewlyNonCompliant(users, earlier);
  const warned = earlier === null ? [] : users.filter(({ soon }) => soon.warnings.length > 0);
  const kept = new Map(users.map(({ userId, soon }) => [userId, soon.kept]));
  const markSent = (sent: readonly JudgedUser[]) => {
    for (const { userId, soon } of sent) kept.set(userId, soon.sent);
  };
  if (topic === null) {
    await emitEvents(found, warned, event, context);
    markSent(warned);
    return { ...nothing, warned: kept };
  }
  const open = new Set(
    (earlier === null ? users.filter(isNonCompliant) : found).map(({ userId }) => userId),
  );
  if (found.length === 0 && warned.length === 0 && undecided.length === 0) {
    return { ...nothing, open, warned: kept };
  }

  for (const { arn, annotation: reason } of found) {
    log('info', 'newly NON_COMPLIANT', { arn, reason });
  }
  for (const { arn, soon } of warned) {
    const credentials = soon.warnings.map((warning) => describeWarning(warning, context.now));
    log('info', 'becoming unused', { arn, credentials });
  }
  // The other half of the time is for putting.
  const deadline = clock.now() + (end - clock.now()) / 2;
  const standing = [...undecided, ...unread].filter(
    ({ userId }) => earlier?.get(userId)?.compliance === 'NON_COMPLIANT',
  );
  const groups = groupUsers({ found, warned, undecided, standing, members: users }, context);
  const others = await readOtherCredentials(context, clock.now() + (deadline - clock.now()) / 2);
  const published = await publishDigests(groups, others, topic, deadline, event, context);
  await emitEvents(published.found, published.warned, event, context);
  for (const { userId } of published.found) open.delete(userId);
  markSent(published.warned);
  const { failed } = published;
  return { announced: published.found.length, failed, open, warned: kept };
}

function isNonCompliant({ compliance }: JudgedUser): boolean {
  return compliance === 'NON_COMPLIANT';
}

/** One group for all users, or one for each owner with users to name. */
function groupUsers(
  everyone: Omit<DigestGroup, 'owner'>,
  { digestPerOwner, ownerTag }: RunContext,
): readonly DigestGroup[] {
  if (!digestPerOwner) return [{ owner: null, ...everyone }];
  const { found, warned, undecided, standing, members } = everyone;
  const ownerOfUnjudged = ({ tags }: UserIdentity) => ownerOf(tags, ownerTag);
  const owners = new Set([
    ...[...found, ...warned].map(({ owner }) => owner),
    ...undecided.map(ownerOfUnjudged),
  ]);
  return [...owners].map((owner) => {
    const isOwn = (user: JudgedUser) => user.owner === owner;
    return {
      owner,
      found: found.filter(isOwn),
      warned: warned.filter(isOwn),
      undecided: undecided.filter((user) => ownerOfUnjudged(user) === owner),
      standing: standing.filter((user) => ownerOfUnjudged(user) === owner),
      members: members.filter(isOwn),
    };
  });
}

/** Resolves to the users whom a published digest names, and a problem if one was not published. */
async function publishDigests(
  groups: readonly DigestGroup[],
  others: OtherCredentials,
  topic: Topic,
  deadline: number,
  { accountId, ruleName }: ScheduledEvent,
  { clock, now }: RunContext,
): Promise<Pick<DigestGroup, 'found' | 'warned'> & { failed: readonly Problem[] }> {
  const sent: DigestGroup[] = [];
  const errors: string[] = [];
  const nameOf = ({ userId, userName }: JudgedUser) => userName ?? userId;
  const publish = async (group: DigestGroup) => {
    const { owner, members } = group;
    const judged = members.map(({ judgement }) => judgement.user);
    const digest = describeDigest({
      ...{ accountId, ruleName, owner, now },
      nonCompliant: members.filter(isNonCompliant).length + group.standing.length,
      unjudged: countUnjudgedOf(judged, others, owner === null, now),
      users: group.found.map((user) => {
        return { userName: nameOf(user), annotation: user.annotation };
      }),
      warned: group.warned.map((user) => {
        return { userName: nameOf(user), warnings: user.soon.warnings };
      }),
      undecided: group.undecided.map(({ userName }) => userName),
    });
    try {
      await beforeDeadline(clock, deadline, () => topic.publish(digest));
      sent.push(group);
    } catch (error) {
      errors.push(messageOf(error));
    }
  };
  await pMap(groups, publish, { concurrency });
  const found = sent.flatMap((group) => group.found);
  const warned = sent.flatMap((group) => group.warned);
  const [first] = errors;
  if (first === undefined) return { found, warned, failed: [] };
  const which =
    groups.length === 1 ? '' : `${errors.length} of ${groups.length} digests not published: `;
  return { found, warned, failed: [{ arn: `topic ${topic.arn}`, message: `${which}${first}` }] };
}

/** A quarter of the time that is left is enough for as many users as IAM allows. */
async function emitEvents(
  found: readonly JudgedUser[],
  warned: readonly JudgedUser[],
  { accountId, ruleName, notificationTime: askedAt }: ScheduledEvent,
  context: RunContext,
): Promise<void> {
  const { clock, end, now, region } = context;
  const place = { accountId, region, ruleName };
  const about = ({ userId, owner, judgement: { user } }: JudgedUser) => {
    return { userId, userName: user.userName, arn: user.arn, owner };
  };
  const events = [
    ...found.map((user) => {
      const { assessment, annotation: reason } = user.judgement;
      const { category, due } = assessment;
      return userNewlyNoncompliant(about(user), place, { category, due, reason, askedAt });
    }),
    ...warned.flatMap((user) =>
      user.soon.warnings.map((warning) =>
        credentialBecomingUnused(about(user), place, warning, daysUntil(warning.at, now)),
      ),
    ),
  ];
  await emit(events, context, clock.now() + (end - clock.now()) / 4);
}
