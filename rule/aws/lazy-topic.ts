import type { Digest } from '../formats/messages.ts';
import type { RequestCounts } from './call.ts';

/** A topic to publish to. */
export interface Topic {
  readonly arn: string;
  readonly publish: (digest: Digest) => Promise<void>;
}

/**
 * Null if the ARN is empty. The SNS client is loaded when something is published for the first time: few runs
 * publish anything, and every cold start would wait for it.
 */
export function openTopic(arn: string, requests: RequestCounts): Topic | null {
  if (arn === '') return null;
  const load = async () => {
    // The bundler turns an import of this project's module into `require`. It would leave an import of the SDK
    // as it is, and in Lambda only `require` finds the SDK of the runtime.
    const { connectSns, publish } = await import('./sns-publish.ts');
    const sns = connectSns(requests);
    return (digest: Digest) => publish(sns, arn, digest);
  };
  let loaded: ReturnType<typeof load> | undefined;
  return {
    arn,
    publish: async (digest) => {
      loaded ??= load();
      const publishThere = await loaded;
      await publishThere(digest);
    },
  };
}
