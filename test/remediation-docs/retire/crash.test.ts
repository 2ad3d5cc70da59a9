import { expect, it } from 'vitest';
import { readDocument } from '../../../local-aws/automation/document.ts';
import { retireDocument } from '../../../remediation-docs/documents.ts';
import { accessKey } from '../../builders/account.ts';
import { everything, held, isDenied, removedBy, startCase } from '../retirement-case.ts';
import { ending, recorded, recordsIn, storeReport } from '../revocation-case.ts';

// Reached only if a step failed, function and document are of different versions, nothing is due, or the user is deleted.
const without = [
  ...['FailRefused', 'FailUnknownAnswer', 'ReleaseUserAfterFailure', 'EndUnchanged', 'EndGone'],
];
const steps = readDocument(retireDocument.load())
  .mainSteps.flatMap((step) => [
    step.name,
    ...(step.action === 'aws:loop' ? step.inputs.Steps.map(({ name }) => name) : []),
  ])
  .filter((name) => !without.includes(name));

it.each(steps)(
  'a retirement stopped after %s changed nothing without a record, and run again completes',
  async (step) => {
    const it = await startCase({ accessKeys: [accessKey(300, 90), accessKey(400, 100)] });
    const { account, local, frank } = it;
    if (step === 'WaitForReport') storeReport(local, 3_600_000);
    const before = held(frank);
    account.automation.stopAfter = step;
    const stopped = await local.retire(frank.userId, everything);
    account.automation.stopAfter = undefined;
    expect(stopped.status).toBe('Cancelled');
    const lost = before.filter((item) => !held(frank).includes(item));
    const [first] = recordsIn(account);
    if (first === undefined) {
      expect([lost, isDenied(frank)]).toEqual([[], false]);
    } else {
      // The parts are complete as soon as there is a record, which means them by their hash.
      const removed = JSON.stringify(removedBy(it, stopped.id));
      const known = [...recorded(account).flat(), removed].join();
      for (const item of lost) expect(known).toContain(item);
      expect(isDenied(frank) || lost.length === 0).toBe(true);
    }

    local.now += 120_000;
    const again = await local.retire(frank.userId, everything);
    expect(ending(again)).toMatch(/^Success (Retire|NothingDue)$/u);
    expect([held(frank), isDenied(frank)]).toEqual([[], true]);
    const denies = recordsIn(account).map(({ record }) => record.retirement?.denyAttached);
    expect(denies).toContain(true);
    if (step !== steps.at(-1)) return;
    const once = structuredClone(frank);
    expect(ending(await local.retire(frank.userId, everything))).toBe('Success NothingDue');
    expect(frank).toEqual(once);
  },
);
