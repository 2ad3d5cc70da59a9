import type { ServiceName } from './call.ts';

/** A request as it was answered; `error` is the error's code, if it was one. */
export interface LoggedRequest {
  service: ServiceName;
  operation: string;
  error?: string;
}

/** What was asked of the account: in order, and counted by operation, failures included. */
export interface RequestLog {
  readonly entries: LoggedRequest[];
  readonly counts: Record<string, number>;
  reset(): void;
}

/** Makes an empty log. */
export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  return {
    entries,
    get counts() {
      const counts: Record<string, number> = {};
      for (const { operation } of entries) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    reset: () => void entries.splice(0),
  };
}
