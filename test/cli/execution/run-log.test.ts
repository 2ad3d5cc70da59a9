import { describe, expect, it } from 'vitest';
import { createRunLog } from '../../../cli/execution/run-log.ts';

const user = (userName: string) => ({
  ...{ userName, userId: `AIDA${userName}`, arn: `arn:${userName}`, path: '/' },
  ...{ createDate: 0, tags: [] },
});
const nothing = ['Stopped. Nothing was started.'];

describe('what Ctrl-C says', () => {
  it('is that nothing was started, before and after a dry run', () => {
    const log = createRunLog('Document');
    expect(log.describe()).toEqual(nothing);
    log.set(user('alice'), { kind: 'waiting' });
    expect(log.describe()).toEqual(nothing);
    log.set(user('alice'), { kind: 'ended', isDry: true, status: 'Success' });
    expect(log.describe()).toEqual(nothing);
  });

  it('is the state of each user, with the command that shows an execution that is still running', () => {
    const log = createRunLog('Document');
    log.set(user('alice'), { kind: 'ended', isDry: false, status: 'Failed' });
    log.set(user('b\u0007b'), { kind: 'running', isDry: false, executionId: 'id-2' });
    log.set(user('carol'), { kind: 'starting', isDry: false });
    log.set(user('dave'), { kind: 'waiting' });
    log.set(user('eve'), { kind: 'ended', isDry: true, status: 'Success' });
    expect(log.describe()).toEqual([
      'Stopped. A started execution continues.',
      '  alice: ended: Failed',
      '  b\\u{7}b: started; see aws ssm get-automation-execution --automation-execution-id id-2',
      '  carol: AWS may have started it; see aws ssm describe-automation-executions --filters Key=DocumentNamePrefix,Values=Document',
      '  dave: not started',
      '  eve: only a dry run, which changed nothing',
    ]);
  });

  it('is that a dry run that is still running changes nothing', () => {
    const log = createRunLog('Document');
    log.set(user('alice'), { kind: 'running', isDry: true, executionId: 'id-1' });
    expect(log.describe()[1]).toMatch(
      /^ {2}alice: dry run, which changes nothing: started; see aws/u,
    );
  });
});
