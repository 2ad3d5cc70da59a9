import type { LocalAccount } from '../../local-aws/account.ts';
import { deny, type Fault, throttle } from '../../local-aws/faults.ts';
import type { Random } from '../../test/semantics/random.ts';
import type { Interruption } from './in-process-function.ts';

/** A fault that struck, epoch ms. */
interface Strike {
  readonly at: number;
  readonly kind: string;
}

const operations = [
  ...['GetUser', 'ListUsers', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'GetLoginProfile'],
  ...['GenerateCredentialReport', 'GetCredentialReport', 'GetAccountAuthorizationDetails'],
  ...['TagUser', 'UntagUser', 'UpdateAccessKey', 'DeleteLoginProfile', 'CreateLoginProfile'],
  ...['DeleteAccessKey', 'PutParameter', 'AddTagsToResource', 'GetParametersByPath'],
  ...['GetParameterHistory', 'ListTagsForResource', 'GetAutomationExecution'],
  ...['DescribeAutomationStepExecutions', 'DescribeAutomationExecutions', 'DescribeConfigRules'],
  ...['GetComplianceDetailsByConfigRule', 'PutEvaluations', 'Publish', 'PutEvents'],
  ...['AttachUserPolicy', 'DetachUserPolicy', 'RemoveUserFromGroup', 'AddUserToGroup'],
  ...['PutUserPolicy', 'DeleteUserPolicy', 'ListGroupsForUser', 'GetUserPolicy'],
  ...['CreateSecret', 'PutSecretValue', 'PutResourcePolicy', 'GetRandomPassword'],
];

const steps = [
  ...['PlanRevocation', 'RecordRevocation', 'BindUser', 'ReadBoundUser', 'ConfirmPlan'],
  ...['DeactivateFirstAccessKey', 'DeactivateSecondAccessKey', 'DeletePassword', 'MarkApplied'],
  ...['VerifyRevocation', 'TagUser', 'ReleaseUser', 'PublishRevocation', 'ExemptUser'],
  ...['ReactivateFirstAccessKey', 'IssuePassword', 'VerifyRestoration', 'MarkRestored'],
  ...['RecordPart', 'RecordRetirement', 'AttachDenyAll', 'RemoveGroup', 'DetachPolicy'],
  ...['DeletePolicy', 'RestorePermissions', 'LiftDeny', 'MarkPermissions'],
  ...['MarkAnnouncements', 'MarkDeletion', 'DeleteKey', 'VerifyPurge'],
];

/** Faults that strike at random, and when they did. */
export class RandomFaults {
  readonly #strikes: Strike[] = [];
  readonly #random: Random;
  readonly #now: () => number;
  readonly #interruptions: Interruption[] = [];

  constructor(random: Random, now: () => number) {
    [this.#random, this.#now] = [random, now];
  }

  get strikes(): readonly Strike[] {
    return this.#strikes;
  }

  /** Whether a fault struck between these instants; a crash may show later. */
  isDisturbed(from: number, to: number, kinds?: readonly string[]): boolean {
    return this.#strikes.some(
      ({ at, kind }) => at >= from && at <= to && (kinds === undefined || kinds.includes(kind)),
    );
  }

  strike(kind: string): void {
    this.#strikes.push({ at: this.#now(), kind });
  }

  /** How the next invocation is interrupted, if it is. */
  interrupt(): Interruption | null {
    const next = this.#interruptions.pop();
    if (next === undefined) return null;
    this.strike(next.kind === 'ends' ? 'crash inside a step' : 'lost answer');
    return next;
  }

  /** Prepares a fault. Those of before end: each lasts for some hours at most. */
  prepare(account: LocalAccount, faults: Fault[], watched: number): void {
    faults.splice(watched);
    this.#interruptions.length = 0;
    account.automation.stopAfter = undefined;
    account.iamReadLagMs = 0;
    const random = this.#random;
    switch (random.integer(0, 7)) {
      case 0:
        faults.push(
          this.#striking('throttling', throttle(random.pick(operations), random.integer(1, 7))),
        );
        return;
      case 1:
        faults.push(
          this.#striking('denial', {
            ...deny(random.pick(operations)),
            times: random.integer(1, 4),
          }),
        );
        return;
      case 2:
        account.automation.stopAfter = random.pick(steps);
        return;
      case 3:
        this.#interruptions.push({ kind: 'ends', afterRequests: random.integer(0, 12) });
        return;
      case 4:
        this.#interruptions.push({ kind: 'answer lost' });
        return;
      case 5:
        account.iamReadLagMs = random.integer(1000, 12_000);
        this.strike('lagging reads');
        return;
      case 6:
        faults.push(
          this.#striking('lost message', {
            ...{ operation: 'Publish', ignored: true, times: 1 },
            // Never a digest or an announcement: SNS reports success, so nobody would send it again.
            when: ({ Subject }) => / IAM credentials |^IAM credentials /u.test(String(Subject)),
          }),
        );
        return;
      default:
        faults.push(
          this.#striking('slow service', {
            ...{ operation: random.pick(operations), perSecond: 1, burst: 3 },
          }),
        );
    }
  }

  #striking(kind: string, fault: Fault): Fault {
    const { when } = fault;
    let left = fault.times ?? Number.POSITIVE_INFINITY;
    return {
      ...fault,
      when: (input) => {
        const strikes = when?.(input) ?? true;
        if (strikes && left > 0) this.strike(kind);
        if (strikes) left -= 1;
        return strikes;
      },
    };
  }
}
