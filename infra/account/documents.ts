import { Aws, type CfnCondition, type aws_iam as iam, aws_ssm as ssm } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  purgeDocument,
  type RemediationDocument,
  restoreDocument,
  retireDocument,
  revokeDocument,
} from '../../remediation-docs/documents.ts';
import { functionNames } from '../../rule/core/names.ts';
import { choose } from '../shared/conditions.ts';
import { createRole, type Statement } from '../shared/roles.ts';
import type { Publication } from './messages.ts';
import {
  functionArn,
  purgePermissions,
  restorePermissions,
  retirePermissions,
  revokePermissions,
} from './permissions.ts';

/** A document, and the role that its steps assume. */
export interface Automation {
  readonly document: ssm.CfnDocument;
  readonly role: iam.CfnRole;
}

interface Automations {
  readonly revoke: Automation;
  readonly retire: Automation;
  readonly restore: Automation;
  readonly purge: Automation;
}

export function createAutomations(
  scope: Construct,
  exemptUntilTag: unknown,
  issuesPasswords: CfnCondition,
  publication: Publication,
): Automations {
  const create = (
    name: 'Revoke' | 'Retire' | 'Restore' | 'Purge',
    { name: documentName, load }: RemediationDocument,
    statements: readonly Statement[],
    publishing: Partial<Publication> = publication,
  ) => {
    const document = new ssm.CfnDocument(scope, `${name}Document`, {
      name: documentName,
      documentType: 'Automation',
      documentFormat: 'YAML',
      content: {},
      // A new version becomes the default version, which AWS Config uses.
      updateMethod: 'NewVersion',
    });
    // CloudFormation also accepts text, which keeps the order and types of the file. CDK accepts only objects.
    document.addPropertyOverride('Content', load());
    // cfn-lint does not accept text here, so a test checks the same document as an object.
    document.addMetadata('cfn-lint', { config: { ignore_checks: ['E3051'] } });
    const role = createRole(scope, `${name}Role`, {
      name,
      description: `Role that the steps of ${documentName} assume`,
      principal: { Service: 'ssm.amazonaws.com' },
      onBehalfOf: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: {
          'aws:SourceArn': `arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:automation-execution/*`,
        },
      },
      ...publishing,
      statements: [...statements, ...(publishing.statements ?? [])],
    });
    return { document, role };
  };
  const issuePassword = choose(issuesPasswords, functionArn(functionNames.issuePassword));
  return {
    revoke: create('Revoke', revokeDocument, revokePermissions(issuePassword)),
    retire: create('Retire', retireDocument, retirePermissions),
    restore: create('Restore', restoreDocument, restorePermissions(exemptUntilTag, issuePassword)),
    // The document's function publishes instead.
    purge: create('Purge', purgeDocument, purgePermissions, {}),
  };
}
