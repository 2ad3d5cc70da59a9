import type { Exchange } from './exchanges.ts';
import { topicArn as TopicArn } from './scenario.ts';

const Message = 'One line\n<and> "another" & more';

/** The exchanges that publish. */
export const topicExchanges: readonly Exchange[] = Object.entries<Exchange['send']>({
  'Publish to a topic': ({ sns }) => sns.publish({ TopicArn, Subject: 'A subject', Message }),
  'Publish without a subject': ({ sns }) => sns.publish({ TopicArn, Message }),
  'Publish under a subject of 100 characters': ({ sns }) =>
    sns.publish({ TopicArn, Subject: 'x'.repeat(100), Message }),
  'Publish under a subject of 101 characters': ({ sns }) =>
    sns.publish({ TopicArn, Subject: 'x'.repeat(101), Message }),
  'Publish a message of 262,145 bytes': ({ sns }) =>
    sns.publish({ TopicArn, Message: 'x'.repeat(262_145) }),
}).map(([name, send]) => ({ name, send }));
