import { expect, it } from 'vitest';
import { secretId } from '../../rule/formats/arns.ts';

it('a secret is found by its ARN without the six characters at the end, in whatever partition', () => {
  const location = { partition: 'aws-cn', region: 'cn-north-1', accountId: '123456789012' };
  expect(secretId(location, 'unused-iam-credentials/AIDA1/e')).toBe(
    'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:unused-iam-credentials/AIDA1/e',
  );
});
