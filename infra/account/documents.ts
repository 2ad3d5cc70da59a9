import { Aws, type aws_iam as iam, aws_ssm as ssm } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  type RemediationDocument,
  restoreDocument,
  revokeDocument,
} from '../../remediation-docs/documents.ts';
import { createRole, type Statement } from '../shared/roles.ts';
import type { Publication } from './messages.ts';
import { restorePermissions, revokePermissions } from './permissions.ts';

/** A document, and the role under which its steps act. */
export interface Automation {
  readonly document: ssm.CfnDocument;
  readonly role: iam.CfnRole;
}

/** The documents of an account. */
export interface Automations {
  readonly revoke: Automation;
  readonly restore: Automation;
}

/** Takes a stack, its own exemption tag or what stands for none, and what a role needs that publishes. Makes both documents and their roles. */
export function createAutomations(
  scope: Construct,
  exemptUntilTag: unknown,
  publication: Publication,
): Automations {
  const create = (
    name: 'Revoke' | 'Restore',
    { name: documentName, load }: RemediationDocument,
    statements: readonly Statement[],
  ) => {
    const document = new ssm.CfnDocument(scope, `${name}Document`, {
      name: documentName,
      documentType: 'Automation',
      documentFormat: 'YAML',
      content: {},
      // A new version becomes the default one, so that AWS Config takes it up.
      updateMethod: 'NewVersion',
    });
    // CloudFormation takes text as well as an object, and people read the text; CDK takes objects only.
    document.addPropertyOverride('Content', load());
    // cfn-lint takes no text here; a test gives it the same document as an object.
    document.addMetadata('cfn-lint', { config: { ignore_checks: ['E3051'] } });
    const role = createRole(scope, `${name}Role`, {
      name,
      description: `Under which the steps of ${documentName} act`,
      service: 'ssm.amazonaws.com',
      onBehalfOf: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: {
          'aws:SourceArn': `arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:automation-execution/*`,
        },
      },
      ...publication,
      statements: [...statements, ...publication.statements],
    });
    return { document, role };
  };
  return {
    revoke: create('Revoke', revokeDocument, revokePermissions),
    restore: create('Restore', restoreDocument, restorePermissions(exemptUntilTag)),
  };
}
