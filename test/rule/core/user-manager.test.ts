import { describe, expect, it } from 'vitest';
import { findManager } from '../../../rule/core/user-manager.ts';

const tags = (given: Record<string, string>) =>
  Object.entries(given).map(([key, value]) => ({ key, value }));

describe('what manages a user', () => {
  it.each<[string, string, string]>([
    ['aws:cloudformation:stack-id', 'arn:x', 'CloudFormation'],
    ['aws:cloudformation:anything', '', 'CloudFormation'],
    ['managed-by', 'cloudformation', 'CloudFormation'],
    ['Terraform', 'true', 'Terraform'],
    ['terraform', '', 'Terraform'],
    ['TF-Workspace', 'prod', 'Terraform'],
    ['terraform:module', 'users', 'Terraform'],
    ['ManagedBy', 'Terraform', 'Terraform'],
    ['managed_by', 'hashicorp/terraform 1.9', 'Terraform'],
    ['Provisioned By', 'OpenTofu', 'Terraform'],
    ['created-by', 'pulumi', 'other'],
    ['TF', '1', 'Terraform'],
    ['OpenTofu', 'yes', 'Terraform'],
    ['Provisioner', 'terraform', 'Terraform'],
    ['IaC', 'Pulumi', 'other'],
    ['team-tf-old', 'true', 'null'],
    ['terraform', 'false', 'null'],
    ['managed-by', ' ', 'null'],
    ['tfx', 'true', 'null'],
    ['team', 'terraform', 'null'],
  ])('by the tag %s = %j is %s', (key, value, expected) => {
    expect(String(findManager(tags({ team: 'a', [key]: value }))?.kind ?? null)).toBe(expected);
  });

  it('is first what CloudFormation says, by the name of the stack', () => {
    const all = {
      ...{ terraform: 'yes', 'aws:cloudformation:logical-id': 'User' },
      'AWS:CloudFormation:Stack-Name': 'web',
    };
    expect(findManager(tags(all))?.tag).toBe('AWS:CloudFormation:Stack-Name = web');
    expect(findManager([])).toBeNull();
  });

  it('is shown on one line, without control characters, and cut', () => {
    const tag = findManager(tags({ 'tf-x\r\n\u001B[31m': `a\u2028b${'c'.repeat(300)}` }))?.tag;
    expect(tag).toBe(`tf-x [31m = a b${'c'.repeat(97)}`);
  });
});
