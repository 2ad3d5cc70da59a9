import type { EvaluationFigures } from './evaluation.ts';
import type { PlanningFigures } from './planning.ts';

/** Everything `npm run bench` measures, as bench/results.json holds it. */
export interface BenchResults {
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  readonly evaluations: readonly EvaluationFigures[];
  readonly planning: readonly PlanningFigures[];
  readonly alone: {
    readonly parse5000Ms: number;
    readonly judge5000Ms: number;
    readonly parsedPerSecond: number;
    readonly judgedPerSecond: number;
  };
  readonly audit: Readonly<
    Record<'report5000' | 'report100000', { wallMs: number; peakMB: number }>
  >;
  readonly bundle: Readonly<
    Record<'sdkOutside' | 'sdkInside', { kilobytes: number; requireMs: number }>
  >;
}
