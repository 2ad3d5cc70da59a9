import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../local-aws/automation/document.ts';
import { evaluatePolicies, type Statement } from '../../local-aws/policy/policy.ts';
import type { ResolvedResource } from '../../local-aws/template/resolve.ts';
import { documents } from '../../remediation-docs/documents.ts';
import { functionNames } from '../../rule/core/names.ts';
import { noPermissions } from '../../rule/core/retired-permissions.ts';
import { countUnjudged } from '../../rule/core/unjudged.ts';
import {
  describeDamagedRecord,
  describeFailingRevocations,
  describeRefusal,
  describeRequestRefusal,
  describeReturningCredentials,
  describeUnknownRecords,
} from '../../rule/formats/alerts.ts';
import { describeDigest } from '../../rule/formats/digest.ts';
import {
  describeRestored,
  describeRetired,
  describeRevoked,
  messageEvents,
  type Notification,
} from '../../rule/formats/messages.ts';
import {
  describeAnnouncement,
  describePurged,
  describePurgeRefusal,
} from '../../rule/formats/purge-messages.ts';
import { record } from '../builders/revocation.ts';
import {
  alarmEvent,
  executionEvent,
  failureEvent,
  type InputTransformer,
  matchesEvent,
  stepEvent,
  transformInput,
} from './event-bridge.ts';
import { resources as organization, required } from './organization/template.ts';
import { central, inOrganization, ofType, propertiesOf, resources } from './resolved.ts';
import { roleNamed, rolesOf } from './roles.ts';

/** The first cells of the table in docs/operations.md. */
const documented = () => {
  const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const section = text.split('\n## ').find((each) => each.startsWith('Messages\n')) ?? '';
  const table = /\n\| message \|[^\n]*\n\|---[^\n]*\n((?:\|[^\n]*\n)+)/u.exec(section)?.[1] ?? '';
  return table
    .trim()
    .split('\n')
    .map((row) => row.split(' | ')[0]?.replace('| ', ''));
};

const location = {
  ...{ accountId: '123456789012', region: 'us-east-1', partition: 'aws', functionName: '' },
};
const someone = { userName: 'frank', userId: 'AIDAFRANK0000000', owner: 'team-a' };
const execution = { ...someone, executionId: '11111111-2222-4333-8444-555555555555' };
const returning = { ...someone, manager: null, exemptionTag: 'exempt-until' };
const unjudged = {
  counts: countUnjudged([], { serviceSpecific: true, ssh: false }, 0),
  problem: null,
};
const digestOf = (found: Partial<Parameters<typeof describeDigest>[0]>) =>
  describeDigest({
    ...{ accountId: location.accountId, ruleName: 'unused-iam-credentials' },
    ...{
      users: [],
      warned: [],
      undecided: [],
      nonCompliant: 0,
      owner: null,
      now: 0,
      unjudged,
      ...found,
    },
  });
const ownedKey = { ...someone, accessKeyId: 'AKIAFRANK' };
const purgedKey = {
  ...{ ...someone, id: 'AKIAFRANK', record: record([]), since: 0, lastUsed: undefined },
  ...{ announcedAt: null, deletedFrom: 0 },
};
const restored = {
  ...{ ...someone, accountId: location.accountId, restored: [], notRestored: [] },
  ...{ staysOff: null, exemptUntil: '2026-12-05', secretName: null },
};

/** The step that publishes takes the name from another output. */
const ofDocument = ({ Subject, Event, Account, Owner }: Notification) => ({
  subject: Subject,
  attributes: { event: Event, account: Account, userName: someone.userName, owner: Owner },
});

/** The steps of the documents that publish, with their message attributes. */
const publishing = documents.flatMap(({ load }) =>
  readDocument(load()).mainSteps.flatMap(({ inputs }) => {
    const { Service, MessageAttributes } = inputs as Record<string, unknown>;
    return Service === 'sns' ? [MessageAttributes] : [];
  }),
);

/** The messages that code publishes: the role, and the logical ID of the function that has the topic. */
const published = [
  {
    ...{ row: '`Newly NON_COMPLIANT: …`', role: 'Evaluate', fn: 'Evaluate' },
    ...digestOf({ users: [{ userName: 'frank', annotation: 'password unused' }] }),
  },
  {
    ...{ row: '`Not evaluated: …`', role: 'Evaluate', fn: 'Evaluate' },
    ...digestOf({ undecided: ['frank'] }),
  },
  {
    ...{ row: '`Unused IAM credentials revoked: …`', role: 'Revoke', fn: 'PlanRevocation' },
    ...ofDocument(describeRevoked(record([]), location, null, 'Issued', someone)),
  },
  {
    ...{ row: '`IAM user retired: …`', role: 'Retire', fn: 'PlanRetirement' },
    ...ofDocument(describeRetired(record([]), noPermissions, location, null, 'Issued', 'team-a')),
  },
  {
    ...{ row: '`Retirement of an IAM user refused: …`', role: 'PlanRetirement' },
    fn: 'PlanRetirement',
    // The user is not read before that.
    ...describeRefusal('retire', { userId: someone.userId }, location, 'why', 0),
  },
  {
    // The topic is the one that was given. An event rule sends its message in any case.
    ...{ row: '`IAM credentials restored: …`', role: 'Restore', fn: null },
    ...ofDocument(describeRestored(restored)),
  },
  {
    ...{ row: '`Restoration of IAM credentials refused: …`', role: 'PlanRestoration' },
    fn: 'PlanRestoration',
    ...describeRefusal('restore', someone, location, 'why', 0),
  },
  {
    ...{ row: '`New password refused: …`', role: 'IssuePassword', fn: 'IssuePassword' },
    ...describeRequestRefusal('issuePassword', execution, location, 0),
  },
  {
    ...{ row: '`Record of a retirement is damaged: …`', role: 'PlanRestoration' },
    fn: 'PlanRestoration',
    ...describeDamagedRecord(someone, location, 'why', 0),
  },
  {
    ...{ row: '`Permissions refused: …`', role: 'RestorePermissions', fn: 'RestorePermissions' },
    ...describeRequestRefusal('restorePermissions', execution, location, 0),
  },
  {
    ...{ row: '`Unknown records in account …`', role: 'PlanRevocation', fn: 'PlanRevocation' },
    ...describeUnknownRecords(1, location),
  },
  {
    ...{ row: '`Revocations keep failing: …`', role: 'PlanRevocation', fn: 'PlanRevocation' },
    ...describeFailingRevocations(someone, location),
  },
  {
    ...{ row: '`Credentials keep coming back: …`', role: 'PlanRevocation', fn: 'PlanRevocation' },
    ...describeReturningCredentials(returning, [], location),
  },
  {
    ...{ row: '`Access keys will be deleted: …`', role: 'PlanPurge', fn: 'PlanPurge' },
    ...describeAnnouncement([purgedKey], 'unused-iam-credentials', location),
  },
  {
    ...{ row: '`Access keys deleted: …`', role: 'PlanPurge', fn: 'PlanPurge' },
    ...describePurged({ ...execution, deleted: [ownedKey], left: [] }, location),
  },
  {
    ...{ row: '`Deletion of access keys refused …`', role: 'PlanPurge', fn: 'PlanPurge' },
    ...describePurgeRefusal(execution.executionId, 'why', location, 0),
  },
] as const;

/** The messages of event rules. */
const sent = [
  {
    row: '`UnusedIamCredentials-… changed credentials …`',
    event: stepEvent('UnusedIamCredentials-Revoke', 'EndRevoked'),
  },
  {
    row: '`UnusedIamCredentials-… ended with status Failed …`',
    event: executionEvent('UnusedIamCredentials-Restore', 'Failed'),
  },
  { row: '`An evaluation of IAM users failed …`', event: failureEvent(functionNames.evaluate) },
] as const;

const alarm = 'alarm `…NoSucceededRun…`';

/** The beginning of what a row names. */
const beginningOf = (row: string) =>
  new RegExp(`^${row.replaceAll('`', '').replace(/ ?…$/u, '').replace('…', '\\w+')}`, 'u');

it('the documentation names every message that is tested here, and no other', () => {
  const rows = [...published.map(({ row }) => row), ...sent.map(({ row }) => row), alarm];
  expect(documented()).toEqual(rows);
});

const { Topics: [ownTopic = ''] = [] } = propertiesOf(resources, 'TopicPolicy') as {
  Topics?: string[];
};

/** The additional attributes of a message about one user who was read. */
const ofUser = { userName: someone.userName, owner: someone.owner };

describe('the message attributes', () => {
  it('are those of docs/events, and of the user where the message is about one', () => {
    const page = readFileSync(new URL('../../docs/events/README.md', import.meta.url), 'utf8');
    const section = page.slice(0, page.indexOf('## Events'));
    for (const event of messageEvents) expect(section).toContain(`\`${event}\``);
    const about = published.map(({ row, attributes }) => {
      const { event, account, ...rest } = attributes;
      expect(messageEvents).toContain(event);
      expect(account).toBe(location.accountId);
      return [row, rest];
    });
    expect(Object.fromEntries(about)).toEqual({
      '`Newly NON_COMPLIANT: …`': {},
      '`Not evaluated: …`': {},
      '`Unused IAM credentials revoked: …`': ofUser,
      '`IAM user retired: …`': ofUser,
      '`Retirement of an IAM user refused: …`': {},
      '`IAM credentials restored: …`': ofUser,
      '`Restoration of IAM credentials refused: …`': ofUser,
      '`New password refused: …`': ofUser,
      '`Record of a retirement is damaged: …`': ofUser,
      '`Permissions refused: …`': ofUser,
      '`Unknown records in account …`': {},
      '`Revocations keep failing: …`': ofUser,
      '`Credentials keep coming back: …`': ofUser,
      '`Access keys will be deleted: …`': ofUser,
      '`Access keys deleted: …`': ofUser,
      '`Deletion of access keys refused …`': {},
    });
  });

  it('are four in each step of a document that publishes', () => {
    const attribute = (name: string) => ({
      DataType: 'String',
      StringValue: `{{ Result.${name} }}`,
    });
    const all = {
      ...{ event: attribute('Event'), account: attribute('Account') },
      ...{ userName: attribute('UserName'), owner: attribute('Owner') },
    };
    expect(publishing).toEqual([all, all, all]);
  });
});

describe.each(published)('$row', ({ row, role, fn, subject }) => {
  const topicOf = (all: readonly ResolvedResource[], id: string) => {
    const { Variables } = propertiesOf(all, id)['Environment'] as {
      Variables: Record<string, string | undefined>;
    };
    // These documents ask their functions for the topic.
    const asks = ['Revoke', 'Retire'].includes(role);
    const limits = JSON.parse(Variables['REVOCATION_LIMITS'] ?? '{}');
    return asks ? limits.NotificationTopicArn : Variables['NOTIFICATION_TOPIC_ARN'];
  };

  it('has that subject', () => {
    expect(subject).toMatch(beginningOf(row));
  });

  it.each([
    ['its own account', resources, ownTopic],
    ['an organization', inOrganization, central.CentralTopicArn],
  ])('goes to the topic of %s', (_, all, topic) => {
    expect(topic).not.toBe('');
    if (fn !== null) expect(topicOf(all, fn)).toBe(topic);
    const { policies } = roleNamed(rolesOf(all), role);
    const may = (action: string, resource: string, context = {}) =>
      evaluatePolicies(policies, { action, resource, context }).allowed;
    expect(may('sns:Publish', topic)).toBe(true);
    const context = { 'kms:EncryptionContext:aws:sns:topicArn': topic };
    expect(may('kms:GenerateDataKey', central.CentralKeyArn, context)).toBe(all === inOrganization);
  });

  it('is accepted by the topic and the key of the organization', () => {
    const arn = 'arn:aws:sns:eu-central-1:210987654321:unused-iam-credentials';
    const context = {
      'aws:PrincipalOrgID': required.OrganizationId,
      'aws:PrincipalOrgPaths': [`${required.OrganizationId}/r-ab12/ou-ab12-cd34ef56/`],
      'aws:PrincipalArn': `arn:aws:iam::123456789012:role/UnusedIamCredentials-${role}-us-east-1`,
      'kms:EncryptionContext:aws:sns:topicArn': arn,
    };
    for (const [id, property, action] of [
      ['TopicPolicy', 'PolicyDocument', 'sns:Publish'],
      ['Key', 'KeyPolicy', 'kms:GenerateDataKey'],
    ] as const) {
      const { Statement } = propertiesOf(organization, id)[property] as {
        Statement: (Statement & { readonly Principal: unknown })[];
      };
      // Principals are not supported there.
      const statements = Statement.filter(({ Sid }) => Sid === 'Publishers').map(
        ({ Principal, ...rest }) => ({ ...rest, Resource: arn }),
      );
      const policy = { Version: '2012-10-17', Statement: statements } as const;
      expect(evaluatePolicies([policy], { action, resource: arn, context }).allowed, id).toBe(true);
    }
  });
});

interface Rule {
  readonly EventPattern: unknown;
  readonly Targets: readonly {
    readonly Arn: string;
    readonly InputTransformer?: InputTransformer;
  }[];
}

const targetsFor = (all: readonly ResolvedResource[], event: unknown) => {
  const rules = [...ofType(all, 'AWS::Events::Rule').values()] as unknown as Rule[];
  return rules
    .filter(({ EventPattern }) => matchesEvent(EventPattern, event))
    .flatMap(({ Targets }) => Targets);
};

/** The only message that the rules make of an event. */
const messageOf = (all: readonly ResolvedResource[], topic: string, event: unknown) => {
  const [target, ...more] = targetsFor(all, event);
  expect(more).toEqual([]);
  expect(target?.Arn).toBe(topic);
  return target?.InputTransformer === undefined
    ? ''
    : transformInput(target.InputTransformer, event).join('\n');
};

describe.each(sent)('$row', ({ row, event }) => {
  it('goes to the topic of its own account', () => {
    expect(messageOf(resources, ownTopic, event)).toMatch(beginningOf(row));
  });

  it('goes by the central bus, unchanged, to the topic of the organization', () => {
    expect(targetsFor(inOrganization, event)).toEqual([
      expect.objectContaining({ Arn: central.CentralEventBusArn }),
    ]);
    expect(messageOf(organization, '<Topic>', event)).toMatch(beginningOf(row));
  });
});

describe(alarm, () => {
  const { AlarmName, AlarmActions } = propertiesOf(resources, 'NoSucceededRun');
  const event = alarmEvent(`arn:aws:cloudwatch:us-east-1:123456789012:alarm:${AlarmName}`);

  it('goes to the topic of its own account', () => {
    expect(AlarmActions).toEqual([ownTopic]);
  });

  it('goes by the central bus, unchanged, to the topic of the organization', () => {
    expect(targetsFor(inOrganization, event)).toEqual([
      expect.objectContaining({ Arn: central.CentralEventBusArn }),
    ]);
    expect(messageOf(organization, '<Topic>', event)).toContain(String(AlarmName));
  });
});
