import type { Clients } from '../../rule/aws/clients.ts';
import { functionExists } from '../../rule/aws/lambda.ts';
import { splitArn } from '../../rule/core/arns.ts';
import { messageOf } from '../../rule/core/errors.ts';
import { documentNames, functionNames } from '../../rule/core/names.ts';
import type { UserIdentity } from '../../rule/formats/user-snapshot.ts';
import type { CommandEnvironment, ExitCode } from '../environment.ts';
import { runDocumentCommand } from '../execution/document-command.ts';
import { renderOutcome } from '../execution/outcome.ts';
import { withRemediationDefaults } from '../execution/remediation-defaults.ts';
import { describeUser, findOwner, prepareUsers } from '../execution/users.ts';
import { describeChosen } from '../options.ts';
import { count } from '../terminal/counts.ts';
import { withProgress } from '../terminal/io.ts';
import { plainJson } from '../terminal/style.ts';
import { type DryPlan, planDry } from './dry-run.ts';
import { listRecords, renderRecords } from './list.ts';
import type { ListedRecord } from './listed-record.ts';
import {
  type RestoreOptions,
  type RestoreTarget,
  restoreDocumentOptions,
  restoreFlags,
} from './options.ts';
import { remarkOf, restoreExitCode, restoreLines, toRestoreOutcome } from './outcome.ts';

type Restoration = Extract<RestoreOptions, { kind: 'restore' }>;
type Listing = Extract<RestoreOptions, { kind: 'list' }>;

/**
 * Runs `restore`: starts the document for each user, or shows the plan or the records without starting it. Throws
 * ExpectedError if nothing was started.
 */
export function restore(
  options: RestoreOptions,
  environment: CommandEnvironment,
): Promise<ExitCode> {
  if (options.kind === 'list') return list(options, environment);
  return options.dryRun ? showPlans(options, environment) : start(options, environment);
}

function start(options: Restoration, environment: CommandEnvironment): Promise<ExitCode> {
  return runDocumentCommand(
    {
      ...{ name: 'restore', documentName: documentNames.restore, previews: false },
      ...{ toOutcome: toRestoreOutcome, linesOf: restoreLines, exitCode: restoreExitCode },
      reasonOf: remarkOf,
      prepare: async (clients, inEnvironment) => {
        const users = await findTargets(clients.iam, options.target, inEnvironment);
        const parameters = await withTopic(clients.config, options.parameters, inEnvironment);
        return {
          users,
          parametersOf: ({ userId }) => ({ IAMResourceId: userId, ...parameters }),
          notes: () => [
            ...describeChosen(parameters, restoreDocumentOptions, restoreFlags),
            ...warnings(parameters),
          ],
        };
      },
      describe: (user) => [describeUser(user)],
      question: (users) => `Restore the revoked credentials of ${count(users.length, 'user')}`,
    },
    options,
    environment,
  );
}

/** Returns what to know before confirming a restoration with these parameters. */
function warnings(parameters: Restoration['parameters']): string[] {
  return [
    ...(parameters['RestorePassword'] === 'true'
      ? []
      : ['Without --password, a deleted password is not replaced.']),
    ...(parameters['PasswordResetRequired'] === 'false'
      ? [
          'With --no-password-reset, everyone who reads the secret knows the password until the user changes it.',
        ]
      : []),
    ...(parameters['IncludeUnconfirmed'] === 'true'
      ? ['With --include-unconfirmed, an access key that someone else deactivated may come back.']
      : []),
  ];
}

/** Shows what a restoration with these options would do, and starts nothing. */
async function showPlans(options: Restoration, environment: CommandEnvironment): Promise<ExitCode> {
  const clients = await environment.connect('deployed');
  const users = await findTargets(clients.iam, options.target, environment);
  const { partition, accountId } = splitArn(users[0]?.arn ?? '');
  const region = await clients.ssm.config.region();
  // If the plan guessed this, it could promise a password that nobody issues.
  const issuesPasswords = await functionExists(clients.lambda, functionNames.issuePassword);
  const circumstances = { partition, accountId, region, issuesPasswords };
  const parameters = { ...documentDefaults(), ...options.parameters };
  const plans = await withProgress(environment, 'Planning', async (report) => {
    const planned: DryPlan[] = [];
    for (const user of users) {
      report(`Planning: ${user.userName}`);
      const now = environment.clock.now();
      planned.push(await planDry(user, parameters, clients, circumstances, now));
    }
    return planned;
  });
  const outcomes = plans.map(({ outcome }) => outcome);
  const paragraphs = () =>
    outcomes.map((outcome) => renderOutcome(outcome, restoreLines(outcome), environment));
  await environment.write([
    options.format === 'json' ? plainJson(outcomes) : paragraphs().join('\n'),
  ]);
  if (outcomes.some(({ outcome }) => outcome === 'Refused')) return 2;
  return plans.every(({ isWhole }) => isWhole) ? 0 : 1;
}

function documentDefaults(): Record<string, string> {
  return Object.fromEntries(
    Object.values(restoreDocumentOptions).map((option) => [option.parameter, option.default]),
  );
}

/**
 * Adds the topic of the rule's remediation, so that it is notified. An error here must not prevent a restoration.
 */
async function withTopic(
  config: Clients['config'],
  chosen: Restoration['parameters'],
  { tell }: CommandEnvironment,
): Promise<Restoration['parameters']> {
  try {
    const { rule, topic } = restoreDocumentOptions;
    return await withRemediationDefaults(config, rule, [topic], chosen);
  } catch (error) {
    tell(`No topic is notified unless you give --topic: ${messageOf(error)}`);
    return chosen;
  }
}

async function findTargets(
  iam: Clients['iam'],
  target: RestoreTarget,
  environment: CommandEnvironment,
): Promise<UserIdentity[]> {
  return target.kind === 'users'
    ? prepareUsers(iam, target.users, environment)
    : [await findOwner(iam, target.accessKeyId)];
}

async function list(options: Listing, environment: CommandEnvironment): Promise<ExitCode> {
  const clients = await environment.connect('deployed');
  const listed = await withProgress(environment, 'Finding records', (report) =>
    listRecords(options, clients, environment.clock.now(), report),
  );
  const { accountId, region, records } = listed;
  const json = () => plainJson(records.map((record) => ({ accountId, region, ...record })));
  const table = () => renderRecords(listed, environment);
  await environment.write([options.format === 'json' ? json() : table()]);
  return records.some(isSuspicious) ? 2 : 0;
}

/** Whether someone wrote, changed or deleted what only this project writes. */
function isSuspicious(record: ListedRecord): boolean {
  if (record.genuine !== true) return record.genuine === false;
  return (record.retirement?.damaged ?? []).length > 0;
}
