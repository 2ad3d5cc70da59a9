import { documentNames, functionNames } from '../../rule/core/names.ts';
import type { Check } from './check.ts';
import { documentCheck } from './checks/document.ts';
import { dryRun } from './checks/dry-run.ts';
import { evaluation } from './checks/evaluation.ts';
import { functionCheck } from './checks/function.ts';
import { pause } from './checks/pause.ts';
import { recorder } from './checks/recorder.ts';
import { remediation } from './checks/remediation.ts';
import { rule } from './checks/rule.ts';
import { secrets } from './checks/secrets.ts';
import { subscriptions } from './checks/subscriptions.ts';

/** All checks, in the order of the report. */
export const checks: readonly Check[] = [
  rule,
  evaluation,
  ...Object.values(functionNames).map(functionCheck),
  ...Object.entries(documentNames).map(([key, name]) => documentCheck(`document-${key}`, name)),
  remediation,
  recorder,
  pause,
  secrets,
  subscriptions,
  dryRun,
];
