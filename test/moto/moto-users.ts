import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAM, IAMClient } from '@aws-sdk/client-iam';
import { connect } from '../../rule/aws/clients.ts';
import { systemClock } from '../../rule/clock.ts';
import { parseRuleParameters, type RuleParameters } from '../../rule/core/rule-parameters.ts';
import { judgeUser } from '../../rule/judging/judge-user.ts';

/** The options of a new user; each key is given by its status. */
export interface UserOptions {
  readonly path?: string;
  readonly tag?: { readonly Key: string; readonly Value: string };
  readonly password?: true;
  readonly keys?: readonly ('Active' | 'Inactive')[];
}

/** A user in moto. Instants are epoch ms. */
interface MotoUser {
  readonly userId: string;
  readonly userName: string;
  readonly passwordCreated: number | undefined;
  readonly keys: readonly { id: string; secret: string; active: boolean; created: number }[];
}

export type EvidenceSource = Parameters<typeof judgeUser>[1];
export type Verdict = Awaited<ReturnType<typeof judgeUser>>;

/** Milliseconds of a day. */
export const day = 86_400_000;

/** Moto's IAM, as tests change it and as the rule reads it. */
export function connectToMoto(endpoint: string) {
  const location = { endpoint, region: 'us-east-1' };
  const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' };
  const iam = new IAM({ ...location, credentials, maxAttempts: 1 });
  const clients = connect(
    { iam: IAMClient, config: ConfigServiceClient },
    { ...location, credentials },
  );

  async function makeUser(UserName: string, has: UserOptions = {}): Promise<MotoUser> {
    const Tags = has.tag && [has.tag];
    const { User } = await iam.createUser({ UserName, Path: has.path, Tags });
    const password = has.password && { UserName, Password: 'Correct-Horse-7' };
    const profile = password && (await iam.createLoginProfile(password)).LoginProfile;
    const keys: MotoUser['keys'][number][] = [];
    for (const Status of has.keys ?? []) {
      const { AccessKey: key } = await iam.createAccessKey({ UserName });
      const { AccessKeyId, SecretAccessKey: secret, CreateDate } = key ?? {};
      if (!AccessKeyId || !secret || !CreateDate) throw new Error('moto made no access key');
      await iam.updateAccessKey({ UserName, AccessKeyId, Status });
      const active = Status === 'Active';
      keys.push({ id: AccessKeyId, secret, active, created: CreateDate.getTime() });
    }
    if (!User?.UserId) throw new Error('moto made no user');
    const passwordCreated = profile?.CreateDate?.getTime();
    return { userId: User.UserId, userName: UserName, passwordCreated, keys };
  }

  /** Signs a request with a user's key, so that moto records its use. */
  async function useKey({ id, secret }: MotoUser['keys'][number]) {
    const signer = { accessKeyId: id, secretAccessKey: secret };
    const own = new IAM({ ...location, credentials: signer, maxAttempts: 1 });
    await own.listUsers({});
    own.destroy();
  }

  /** Evaluates a user by live reads as of an instant. */
  function judgeAt(
    now: number,
    known: Pick<MotoUser, 'userId' | 'userName'>,
    evidence: EvidenceSource = noReport,
    parameters: RuleParameters = parseRuleParameters({}),
  ): Promise<Verdict> {
    const deadline = systemClock.now() + 20_000;
    const context = { iam: clients.iam, parameters, now, clock: systemClock, deadline };
    return judgeUser(known, evidence, context);
  }

  function close() {
    iam.destroy();
    clients.iam.destroy();
    clients.config.destroy();
  }
  return { iam, makeUser, useKey, judgeAt, close };
}

/** Evidence that must not be needed: moto's own report is not correct. */
export const noReport: EvidenceSource = () => () => {
  throw new Error('The live dates should have been enough, but a report was asked for');
};

/** A report of an instant with a user's row, in which credentials may have changed since their creation. */
export function reportOf(
  person: MotoUser,
  generatedAt: number,
  changed: { password?: number; keys?: number } = {},
): EvidenceSource {
  return ({ userName, arn, createDate }) => {
    const passwordChanged = changed.password ?? person.passwordCreated;
    const password = passwordChanged === undefined ? null : { changed: passwordChanged };
    const keys = person.keys.map(({ active, created }, index) => ({
      slot: index === 0 ? (1 as const) : (2 as const),
      ...{ active, lastRotated: changed.keys ?? created, lastUsed: undefined },
    }));
    const rest = { certificates: [], additionalCredentials: null };
    return { row: { userName, arn, createDate, password, keys, ...rest }, generatedAt };
  };
}
