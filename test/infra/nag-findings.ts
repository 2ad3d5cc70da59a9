import type { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule } from 'cdk-nag';

/** A finding of cdk-nag: its ID, and the path of the construct that it is about. */
export interface NagFinding {
  readonly id: string;
  readonly path: string;
}

/** The checks of cdk-nag. They also record acknowledged findings, which CDK's report omits. */
export class RecordingChecks extends AwsSolutionsChecks {
  readonly #found: NagFinding[];

  constructor(app: App, found: NagFinding[]) {
    super(app);
    this.#found = found;
  }

  protected override applyRule(applied: IApplyRule): void {
    const { rule, node, ruleSuffixOverride = rule.name } = applied;
    const id = `${this.packName}-${ruleSuffixOverride}`;
    const { path } = node.node;
    const result = rule(node);
    if (Array.isArray(result)) {
      this.#found.push(...result.map((each) => ({ id: `${id}[${each}]`, path })));
    } else if (result === 'Non-Compliant') this.#found.push({ id, path });
    super.applyRule(applied);
  }
}
