import pMap from 'p-map';
import { beforeDeadline } from '../../clock.ts';
import { type EarlierResult, findNewlyNonCompliant } from '../../core/earlier-results.ts';
import { messageOf, type Problem } from '../../core/errors.ts';
import { ownerOf } from '../../core/owner.ts';
import type { RuleEvent } from '../../formats/config-event.ts';
import { userNewlyNoncompliant } from '../../formats/events.ts';
import { describeDigest } from '../../formats/messages.ts';
import type { UserIdentity } from '../../formats/user-snapshot.ts';
import type { IdentifiedJudgement } from '../../judging/judge-account.ts';
import { emit } from '../event-bus.ts';
import type { Topic } from '../topic.ts';
import { type RunContext, toVerdict } from './verdicts.ts';

/** How many users were announced, or why that failed; and the IDs of those whom the next digest must name. */
interface Announcement {
  readonly announced: number;
  readonly failed: readonly Problem[];
  readonly open: ReadonlySet<string>;
}

type ScheduledEvent = Extract<RuleEvent, { kind: 'scheduled' }>;

/** A user who was judged, and whose they are. */
interface JudgedUser extends ReturnType<typeof toVerdict> {
  readonly owner: string;
  readonly judgement: IdentifiedJudgement;
}

/** The users of one digest. */
interface DigestGroup {
  /** Null for the users of everyone. */
  readonly owner: string | null;
  readonly found: readonly JudgedUser[];
  readonly undecided: readonly UserIdentity[];
  /** The number of NON_COMPLIANT users. */
  readonly nonCompliant: number;
}

/** SNS takes more, but few owners have new users on one day. */
const concurrency = 4;

/**
 * Publishes one digest of users who are newly NON_COMPLIANT or undecided, or one for each owner, and logs each new one
 * before. Puts an event for each whom a digest has named. `earlier` is null if the earlier results could not be read:
 * then nobody can be named, and the next digest names everyone. It publishes nothing about nobody, for a rule that was
 * not deployed, or if no topic is set.
 */
export async function announce(
  judgements: readonly IdentifiedJudgement[],
  undecided: readonly UserIdentity[],
  earlier: ReadonlyMap<string, EarlierResult> | null,
  event: ScheduledEvent,
  context: RunContext,
): Promise<Announcement> {
  const { topic, log, clock, end, deployedRule, ownerTag } = context;
  const nothing = { announced: 0, failed: [], open: new Set<string>() };
  if (event.ruleName !== deployedRule) return nothing;
  const users = judgements.map((judgement) => ({
    ...toVerdict(judgement, judgement.userId),
    ...{ judgement, owner: ownerOf(judgement.user.tags, ownerTag) },
  }));
  const nonCompliant = users.filter(({ compliance }) => compliance === 'NON_COMPLIANT');
  const found = earlier === null ? [] : findNewlyNonCompliant(users, earlier);
  if (topic === null) {
    await emitEvents(found, event, context);
    return nothing;
  }
  const open = new Set((earlier === null ? nonCompliant : found).map(({ userId }) => userId));
  if (found.length === 0 && undecided.length === 0) return { ...nothing, open };

  for (const { arn, annotation: reason } of found) {
    log('info', 'newly NON_COMPLIANT', { arn, reason });
  }
  // The other half of the time is for putting.
  const deadline = clock.now() + (end - clock.now()) / 2;
  const groups = groupUsers(found, undecided, nonCompliant, context);
  const { announced, failed } = await publishDigests(groups, topic, deadline, event, context);
  await emitEvents(announced, event, context);
  for (const { userId } of announced) open.delete(userId);
  return { announced: announced.length, failed, open };
}

/** One group, or one for each owner who has users to name. */
function groupUsers(
  found: readonly JudgedUser[],
  undecided: readonly UserIdentity[],
  nonCompliant: readonly JudgedUser[],
  { digestPerOwner, ownerTag }: RunContext,
): readonly DigestGroup[] {
  if (!digestPerOwner)
    return [{ owner: null, found, undecided, nonCompliant: nonCompliant.length }];
  const groups = new Map<string, { found: JudgedUser[]; undecided: UserIdentity[] }>();
  const groupOf = (owner: string) => {
    const group = groups.get(owner) ?? { found: [], undecided: [] };
    groups.set(owner, group);
    return group;
  };
  for (const user of found) groupOf(user.owner).found.push(user);
  for (const user of undecided) groupOf(ownerOf(user.tags, ownerTag)).undecided.push(user);
  return [...groups].map(([owner, group]) => ({
    ...{ owner, ...group },
    nonCompliant: nonCompliant.filter((user) => user.owner === owner).length,
  }));
}

/** Resolves to the users whom a published digest names, and a problem if one was not published. */
async function publishDigests(
  groups: readonly DigestGroup[],
  topic: Topic,
  deadline: number,
  { accountId, ruleName }: ScheduledEvent,
  { clock }: RunContext,
): Promise<{ announced: readonly JudgedUser[]; failed: readonly Problem[] }> {
  const announced: JudgedUser[] = [];
  const errors: string[] = [];
  const publish = async ({ owner, found, undecided, nonCompliant }: DigestGroup) => {
    const digest = describeDigest({
      ...{ accountId, ruleName, owner, nonCompliant },
      users: found.map(({ userId, userName, annotation }) => {
        return { userName: userName ?? userId, annotation };
      }),
      undecided: undecided.map(({ userName }) => userName),
    });
    try {
      await beforeDeadline(clock, deadline, () => topic.publish(digest));
      announced.push(...found);
    } catch (error) {
      errors.push(messageOf(error));
    }
  };
  await pMap(groups, publish, { concurrency });
  const [first] = errors;
  if (first === undefined) return { announced, failed: [] };
  const which =
    groups.length === 1 ? '' : `${errors.length} of ${groups.length} digests not published: `;
  return { announced, failed: [{ arn: `topic ${topic.arn}`, message: `${which}${first}` }] };
}

/** A quarter of the time that is left is enough for as many users as IAM allows. */
async function emitEvents(
  users: readonly JudgedUser[],
  { accountId, ruleName, notificationTime: askedAt }: ScheduledEvent,
  context: RunContext,
): Promise<void> {
  const { clock, end, region } = context;
  const events = users.map(({ userId, owner, judgement: { user, assessment, annotation } }) => {
    const { category, due } = assessment;
    const about = { userId, userName: user.userName, arn: user.arn, owner };
    const place = { accountId, region, ruleName };
    return userNewlyNoncompliant(about, place, { category, due, reason: annotation, askedAt });
  });
  await emit(events, context, clock.now() + (end - clock.now()) / 4);
}
