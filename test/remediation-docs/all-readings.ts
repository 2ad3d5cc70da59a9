import type { Readings } from '../../local-aws/account.ts';

/** Every interpretation of what AWS does not document: eight readings. */
export const allReadings = (['map', 'text'] as const).flatMap((payload) =>
  [true, false].flatMap((functionErrorFailsStep) =>
    (['unchanged', 'parsed'] as const).map(
      (jsonText): Readings => ({ payload, functionErrorFailsStep, jsonText }),
    ),
  ),
);
