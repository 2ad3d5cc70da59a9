import type { Exchange } from './exchanges.ts';
import { ann, automation } from './scenario.ts';

const { documentName: DocumentName, executionId } = automation;
const resource = { resourceType: 'AWS::IAM::User', resourceId: ann.name } as const;

/** The exchanges that start automations and look at one: moto has none of them. */
export const automationExchanges: readonly Exchange[] = Object.entries<Exchange['send']>({
  'StartRemediationExecution of a rule with a document': ({ config }) =>
    config.startRemediationExecution({ ConfigRuleName: 'unused', ResourceKeys: [resource] }),
  'StartRemediationExecution of a rule without': ({ config }) =>
    config.startRemediationExecution({ ConfigRuleName: 'other', ResourceKeys: [resource] }),
  'StartAutomationExecution of a document': ({ ssm }) =>
    ssm.startAutomationExecution({ DocumentName, Parameters: { Name: [ann.name] } }),
  'StartAutomationExecution of no document': ({ ssm }) =>
    ssm.startAutomationExecution({ DocumentName: 'None' }),
  'GetAutomationExecution of one': ({ ssm }) =>
    ssm.getAutomationExecution({ AutomationExecutionId: executionId }),
  'GetAutomationExecution of none': ({ ssm }) =>
    ssm.getAutomationExecution({ AutomationExecutionId: 'none' }),
  'DescribeAutomationStepExecutions of one': ({ ssm }) =>
    ssm.describeAutomationStepExecutions({ AutomationExecutionId: executionId }),
  'DescribeAutomationStepExecutions of none': ({ ssm }) =>
    ssm.describeAutomationStepExecutions({ AutomationExecutionId: 'none' }),
}).map(([name, send]) => ({ name, send }));
