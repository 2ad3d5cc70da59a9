import { type Call, type Input, invalid, requireText } from './call.ts';
import { awsError } from './errors.ts';

/** Gives a document as it was made: in YAML. Every document has one version here. */
export function getDocument(call: Call): Input {
  const Name = requireText(call, 'Name', 256);
  const { DocumentFormat } = call.input;
  if (DocumentFormat !== 'YAML') throw invalid(call, 'DocumentFormat', 'be YAML here');
  const Content = call.account.automation.documents.get(Name);
  if (Content === undefined) {
    throw awsError('InvalidDocument', `Document with name ${Name} does not exist.`);
  }
  return {
    ...{ Name, Content, DocumentFormat, DocumentVersion: '1', DocumentType: 'Automation' },
    Status: call.account.automation.documentStatus?.get(Name) ?? 'Active',
  };
}
