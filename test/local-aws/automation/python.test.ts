import { afterAll, describe, expect, test } from 'vitest';
import { createPython } from '../../../local-aws/automation/python.ts';

const SCRIPT = `
def handler(events, context):
    print('not an answer')
    payload = events['Payload']
    if 'errorMessage' in payload:
        raise Exception(payload['errorMessage'])
    return payload
`;

describe.each(['python3', 'pyodide'] as const)('in %s', (runtime) => {
  const python = createPython(runtime);
  afterAll(() => python.close());
  const value = { outcome: 'revoke', keys: ['ä\u2028😀', '"\n'], when: null, due: true, count: 2 };

  test('a script receives and returns a map', async () => {
    expect(await python.run(SCRIPT, 'handler', { Payload: value })).toEqual(value);
  });

  test('an exception rejects with its type and message, and the next script runs', async () => {
    const failing = python.run(SCRIPT, 'handler', { Payload: { errorMessage: 'No plan' } });
    const next = python.run(SCRIPT, 'handler', { Payload: {} });
    await expect(failing).rejects.toThrow(/^Exception: No plan$/);
    expect(await next).toEqual({});
  });

  test('a broken script, one that exits, and one that returns no JSON are rejected', async () => {
    await expect(python.run('def', 'handler', {})).rejects.toThrow(/^SyntaxError: /);
    await expect(python.run(SCRIPT, 'other', {})).rejects.toThrow(/^KeyError: 'other'/);
    const exits = 'import sys\ndef handler(events, context):\n  sys.exit(1)';
    await expect(python.run(exits, 'handler', {})).rejects.toThrow(/^SystemExit: 1/);
    const nan = 'def handler(events, context):\n  return float("nan")';
    await expect(python.run(nan, 'handler', {})).rejects.toThrow(/^ValueError: /);
  });

  test('scripts share no state', async () => {
    await python.run('x = 1\ndef handler(events, context):\n  return x', 'handler', {});
    const uses = 'def handler(events, context):\n  return x';
    await expect(python.run(uses, 'handler', {})).rejects.toThrow(/^NameError: /);
  });
});

test('a script that ends its interpreter fails, and so does every later one', async () => {
  const python = createPython('python3');
  const kill = 'import os\ndef handler(events, context):\n  os._exit(1)';
  await expect(python.run(kill, 'handler', {})).rejects.toThrow('Python has ended');
  await expect(python.run(SCRIPT, 'handler', {})).rejects.toThrow('Python has ended');
});

test('a closed interpreter runs nothing', async () => {
  const python = createPython('python3');
  const running = python.run('import time\ndef handler(e, c):\n  time.sleep(9)', 'handler', {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  python.close();
  await expect(running).rejects.toThrow('Python has ended');
});
