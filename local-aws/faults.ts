import type { Call } from './call.ts';
import { operations } from './operations.ts';
import { awsError, commonError, type Input, type ServiceName } from './protocol.ts';

/** Selects the requests that a fault affects, and limits how many of them. By default, it affects all. */
interface FaultTarget {
  service?: ServiceName;
  operation?: string;
  when?: (input: Input) => boolean;
  times?: number;
}

/**
 * A fault: an error instead of an answer, a change of the account before the answer, no answer at all, success without
 * an effect, throttling above a rate, or evaluations that a successful PutEvaluations returns as failed. The rate is
 * that of a token bucket of `burst` requests, which refills by the server's clock.
 */
export type Fault = FaultTarget &
  (
    | { code: string; status: number; message?: string }
    | { before: () => void }
    | { hang: true }
    | { ignored: true }
    | { perSecond: number; burst?: number }
    | { failEvaluation: (evaluation: Input) => boolean }
  );

const TOO_FAST = 'Rate exceeded';

/** Thrown instead of an error for a request that gets no answer. */
export const neverAnswers = Symbol('never answers');

/** Thrown instead of an error for a request that succeeds without an effect. */
export const doesNothing = Symbol('does nothing');

type Request = Pick<Call, 'service' | 'operation' | 'input' | 'now'>;

/**
 * Applies the faults to each request of one server, in order. Throws the first error; otherwise, returns
 * which evaluations fail.
 */
export function createFaults(faults: readonly Fault[]) {
  const strikes = new Map<Fault, number>();
  const buckets = new Map<Fault, { credit: number; at: number }>();

  // Counts in thousandths of a request, which keeps the sums exact.
  function isAllowed(fault: Fault & { perSecond: number; burst?: number }, now: number): boolean {
    const full = 1000 * (fault.burst ?? Math.max(1, fault.perSecond));
    const { credit, at } = buckets.get(fault) ?? { credit: full, at: now };
    const filled = Math.min(full, credit + Math.max(0, now - at) * fault.perSecond);
    buckets.set(fault, { credit: filled >= 1000 ? filled - 1000 : filled, at: now });
    return filled >= 1000;
  }

  function strikesNow(fault: Fault, { service, operation, input, now }: Request): boolean {
    if ((strikes.get(fault) ?? 0) >= (fault.times ?? Number.POSITIVE_INFINITY)) return false;
    if ((fault.service ?? service) !== service) return false;
    if ((fault.operation ?? operation) !== operation) return false;
    if (fault.when && !fault.when(input)) return false;
    if ('perSecond' in fault) return !isAllowed(fault, now);
    if (!('failEvaluation' in fault)) return true;
    return Array.isArray(input['Evaluations']) && input['Evaluations'].some(fault.failEvaluation);
  }

  return (request: Request): Call['failsEvaluation'] => {
    const failing: Call['failsEvaluation'][] = [];
    for (const fault of [...faults]) {
      if (!strikesNow(fault, request)) continue;
      strikes.set(fault, (strikes.get(fault) ?? 0) + 1);
      if ('hang' in fault) throw neverAnswers;
      if ('ignored' in fault) throw doesNothing;
      if ('before' in fault) fault.before();
      else if ('failEvaluation' in fault) failing.push(fault.failEvaluation);
      else if ('perSecond' in fault) throw commonError(request.service, 'Throttling', TOO_FAST);
      else throw awsError(fault.code, fault.message ?? fault.code, fault.status);
    }
    return (evaluation) => failing.some((fails) => fails(evaluation));
  };
}

/** Throttles the next `times` requests of an operation. */
export function throttle(operation: string, times: number): Fault {
  const { code, status, message } = commonError(serviceOf(operation), 'Throttling', TOO_FAST);
  return { operation, times, code, status, message };
}

/** Denies an operation, as AWS does if a permission is missing. */
export function deny(operation: string): Fault {
  const service = serviceOf(operation);
  const caller = 'User: arn:aws:sts::123456789012:assumed-role/local-aws/session';
  const action = `is not authorized to perform: ${service}:${operation} on resource: *`;
  const reason = `because no identity-based policy allows the ${service}:${operation} action`;
  const message = `${caller} ${action} ${reason}`;
  const { code, status } = commonError(service, 'AccessDenied', message);
  return { operation, code, status, message };
}

function serviceOf(operation: string): ServiceName {
  const known = operations.find((candidate) => candidate.operation === operation);
  if (known === undefined)
    throw new Error(`Expected an operation of the local account, found ${operation}`);
  return known.service;
}
