import { GetDocumentCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { callAws, hasAwsCode, present } from './call-aws.ts';

/** What readDocument calls. */
export const readDocumentActions = ['ssm:GetDocument'] as const;

/** The default version of a document, which is the one that runs. */
export interface DeployedDocument {
  readonly status: string;
  readonly statusReason: string | null;
  /** YAML. */
  readonly content: string;
}

/** Takes an SSM client and a document's name. Gives back the document, or null where there is none. Throws AwsError. */
export async function readDocument(ssm: SSMClient, name: string): Promise<DeployedDocument | null> {
  const [action] = readDocumentActions;
  try {
    const answer = await callAws(action, () =>
      ssm.send(new GetDocumentCommand({ Name: name, DocumentFormat: 'YAML' })),
    );
    return {
      status: present(answer.Status, 'Status', action),
      statusReason: answer.StatusInformation ?? null,
      content: present(answer.Content, 'Content', action),
    };
  } catch (error) {
    if (hasAwsCode(error, 'InvalidDocument')) return null;
    throw error;
  }
}
