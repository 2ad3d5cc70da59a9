import type { Instant } from '../../core/instant.ts';
import { documentNames, functionNames } from '../../core/names.ts';
import { type DeployedDocument, readDocument } from '../../gateways/deployed-document.ts';
import { type DeployedFunction, readFunction } from '../../gateways/deployed-function.ts';
import type { DoctorClients } from '../../gateways/doctor-clients.ts';
import { readEvaluationStatus } from '../../gateways/evaluation-status.ts';
import { listIssuedSecrets } from '../../gateways/issued-secrets.ts';
import { readPauseSwitch } from '../../gateways/pause-switch.ts';
import { readRecorder } from '../../gateways/recorder.ts';
import { readRemediation } from '../../gateways/remediation-configuration.ts';
import { describeRule } from '../../gateways/rule.ts';
import { evaluationPatience } from './judge-evaluation.ts';
import { attemptAll, type Readings } from './reading.ts';

/** What was read of an account. */
export type Deployment = Awaited<ReturnType<typeof readDeployment>>;

/**
 * Takes the rule's name, the clients and the instant. Gives back what came of reading everything that is
 * deployed. Throws nothing.
 */
export async function readDeployment(
  ruleName: string,
  { config, lambda, ssm, secrets }: DoctorClients,
  now: Instant,
) {
  const rest = await attemptAll({
    rule: () => describeRule(config, ruleName),
    evaluation: () => readEvaluationStatus(config, ruleName, now - evaluationPatience),
    remediation: () => readRemediation(config, ruleName),
    recorder: () => readRecorder(config),
    pause: () => readPauseSwitch(ssm),
    secrets: () => listIssuedSecrets(secrets),
  });
  const functions: Readings<Record<string, () => Promise<DeployedFunction | null>>> =
    await attemptAll(byName(functionNames, (name) => readFunction(lambda, name)));
  const documents: Readings<Record<string, () => Promise<DeployedDocument | null>>> =
    await attemptAll(byName(documentNames, (name) => readDocument(ssm, name)));
  return { ...rest, functions, documents };
}

function byName<Value>(
  names: Readonly<Record<string, string>>,
  read: (name: string) => Promise<Value>,
): Record<string, () => Promise<Value>> {
  return Object.fromEntries(Object.values(names).map((name) => [name, () => read(name)]));
}
