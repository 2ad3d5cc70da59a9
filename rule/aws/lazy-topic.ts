import type { Digest } from '../formats/messages.ts';
import type { RequestCounts } from './call.ts';

/** A topic that can be told something. */
export interface Topic {
  readonly arn: string;
  /** Publishes a digest. Throws AwsError. */
  readonly publish: (digest: Digest) => Promise<void>;
}

/**
 * Takes a topic's ARN, empty for none, and the counts that its requests are added to. Gives back the
 * topic, or null. The client of SNS is loaded and made when something is published for the first time,
 * since hardly any run has something to say and every start of the function would wait for it.
 */
export function openTopic(arn: string, requests: RequestCounts): Topic | null {
  if (arn === '') return null;
  const load = async () => {
    // By way of modules of this project, which the bundle turns into `require`: an `import` of the SDK
    // would be left as it is, and in Lambda only `require` is told where the runtime keeps the SDK.
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
