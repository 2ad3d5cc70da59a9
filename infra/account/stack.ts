import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { accountAcknowledgements, acknowledge } from '../acknowledgements.ts';
import { accountParameterGroups, accountParameters } from '../parameters/account.ts';
import {
  createCentralCheck,
  createPasswordCheck,
  createRegionCheck,
} from '../parameters/checks.ts';
import { declareParameters, parameterInterface, withDefaults } from '../parameters/declare.ts';
import type { Defaults } from '../settings/settings.ts';
import { choose, isGiven } from '../shared/conditions.ts';
import { createAlarm } from './alarms.ts';
import { createConfigRule, createRemediation } from './config-rule.ts';
import { createAutomations } from './documents.ts';
import { createFunctions } from './functions.ts';
import {
  createEventRules,
  createFailureDestination,
  createNotificationTopic,
  createPublication,
} from './messages.ts';
import { createOperatorRole } from './operator-role.ts';
import { createPurgeSchedule } from './purge-schedule.ts';

interface AccountStackProps extends StackProps {
  /** Defaults that replace those of the parameters. */
  readonly defaults?: Defaults;
}

/** Everything in one account: the rule, its functions, documents, remediation and notifications. */
export class AccountStack extends Stack {
  constructor(scope: Construct, id: string, { defaults = {}, ...props }: AccountStackProps = {}) {
    super(scope, id, {
      description:
        'AWS Config rule that finds IAM users with unused passwords and access keys, and Automation documents that revoke and restore credentials, retire users and delete old keys',
      // With the code of seven functions, the indented template comes near 1 MB.
      suppressTemplateIndentation: true,
      ...props,
    });
    const parameters = declareParameters(this, withDefaults(accountParameters, defaults));
    this.templateOptions.metadata = parameterInterface(accountParameterGroups);
    createRegionCheck(this);
    createPasswordCheck(this, parameters);
    const { CentralEventBusArn, CentralTopicArn, CentralKeyArn } = parameters;
    createCentralCheck(this, [CentralEventBusArn, CentralTopicArn, CentralKeyArn]);

    const topic = createNotificationTopic(this, parameters);
    const publication = createPublication(this, topic);
    const functions = createFunctions(this, {
      parameters,
      topic,
      publication,
    });
    const { ExemptUntilTag, PasswordReaderRoleArn } = parameters;
    const exemptUntilTag = choose(isGiven(ExemptUntilTag), ExemptUntilTag.valueAsString);
    const { revoke, retire, restore, purge } = createAutomations(
      this,
      exemptUntilTag,
      isGiven(PasswordReaderRoleArn),
      publication,
    );
    // In an update, the functions come first: a document stops at an answer that lacks what it reads.
    const { planRevocation, planRetirement, planRestoration, restorePermissions } = functions;
    revoke.document.addResourceDependency(planRevocation.fn);
    retire.document.addResourceDependency(planRetirement.fn);
    restore.document.addResourceDependency(planRestoration.fn);
    restore.document.addResourceDependency(restorePermissions.fn);
    purge.document.addResourceDependency(functions.planPurge.fn);
    createOperatorRole(this, parameters, exemptUntilTag);
    const { attrArn: alarmArn } = createAlarm(this, functions.evaluate, topic);
    createEventRules(this, { topic, alarmArn, centralEventBus: CentralEventBusArn });
    createFailureDestination(this, functions.evaluate.fn);

    const rule = createConfigRule(this, parameters, functions.evaluate.fn);
    const remediation = createRemediation(this, { parameters, rule, revoke, topic });
    // An automatic remediation can start as soon as it exists.
    remediation.addResourceDependency(functions.planRevocation.fn);

    const planPurge = functions.planPurge.fn;
    createPurgeSchedule(this, { parameters, purge, planPurge });

    acknowledge(this, accountAcknowledgements);
    new CfnOutput(this, 'RuleName', { value: rule.ref });
    new CfnOutput(this, 'NotificationTopicArn', { value: topic.own, condition: topic.isOwn });
    new CfnOutput(this, 'RevokeRoleArn', { value: revoke.role.attrArn });
    new CfnOutput(this, 'RetireRoleArn', { value: retire.role.attrArn });
    new CfnOutput(this, 'RestoreRoleArn', { value: restore.role.attrArn });
    new CfnOutput(this, 'PurgeRoleArn', { value: purge.role.attrArn });
  }
}
