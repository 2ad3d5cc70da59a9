import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type Document,
  findReferences,
  readDocument,
  type Step,
} from '../../local-aws/automation/document.ts';
import { documents } from '../../remediation-docs/documents.ts';
import { automationRoleName } from '../../rule/core/names.ts';
import {
  parseRestorationRequest,
  parseRetirementRequest,
  parseRevocationRequest,
} from '../../rule/formats/remediation-request.ts';
import { executionId, userId } from '../builders/revocation.ts';
import { largestValues, validAndInvalid } from './parameter-values.ts';

const loaded = documents.map(({ name, load }) => {
  const yaml = load();
  return { name, yaml, document: readDocument(yaml) };
});

/** What AWS documents as outputs of an action. */
const ownOutputs: Readonly<Record<string, readonly string[]>> = {
  'aws:invokeLambdaFunction': ['StatusCode', 'Payload', 'FunctionError'],
  'aws:loop': ['CurrentIteratorValue'],
};

function inner(step: Step): Step[] {
  return step.action === 'aws:loop' ? [step, ...step.inputs.Steps] : [step];
}

/** The steps that a step names to go on with. */
function named({ action, inputs, nextStep, onFailure }: Step): string[] {
  const failing = onFailure.startsWith('step:') ? [onFailure.slice(5)] : [];
  const next = nextStep === undefined ? [] : [nextStep];
  if (action !== 'aws:branch') return [...next, ...failing];
  const chosen = inputs.Choices.map(({ NextStep }) => NextStep);
  return [
    ...chosen,
    ...(inputs.Default === undefined ? [] : [inputs.Default]),
    ...next,
    ...failing,
  ];
}

/** The steps that may follow, whether it succeeds or fails; null is the end. */
function targets(list: readonly Step[], step: Step, index: number): (string | null)[] {
  const goesOn = step.nextStep === undefined && !step.isEnd;
  const isDecided = step.action === 'aws:branch' && step.inputs.Default !== undefined;
  const next = goesOn && !isDecided ? [list[index + 1]?.name ?? null] : [];
  return [...named(step), ...next, ...(step.isEnd ? [null] : [])];
}

describe.each(loaded)('$name', ({ name, yaml, document }) => {
  const steps = document.mainSteps.flatMap(inner);
  const parameters = Object.entries(document.parameters);

  it('gives every step a unique name, and selects no outputs of a step for which AWS documents none', () => {
    const names = steps.map((step) => step.name);
    expect(names.filter((step, index) => names.indexOf(step) < index)).toEqual([]);
    const giving = steps.filter(({ outputs }) => outputs.length > 0);
    for (const step of giving) expect(step.action, step.name).toMatch(/^aws:execute/u);
  });

  it('refers only to parameters and to outputs of its steps', () => {
    const given = steps.flatMap(({ name: step, action, outputs }) =>
      [...outputs.map(({ Name }) => Name), ...(ownOutputs[action] ?? [])].map(
        (output) => `${step}.${output}`,
      ),
    );
    const known = ['automation:EXECUTION_ID', ...Object.keys(document.parameters), ...given];
    const references = [...findReferences(document), ...document.outputs];
    expect(references.filter((reference) => !known.includes(reference))).toEqual([]);
  });

  it('is deployed as plain ASCII text: no anchors, no comments, the same meaning in YAML 1.1 and 1.2', () => {
    expect(yaml).toMatch(/^[\n -~]+$/u);
    expect(yaml).not.toMatch(/(^|[:-] )[&*]\w|<<:|^\s*#(?! UnusedIamCredentials)/mu);
    const content = parse(yaml);
    expect(parse(yaml, { version: '1.1' })).toEqual(content);
  });

  it('has a legal name, and its role one of at most 64 characters in every Region', () => {
    expect(name).toMatch(/^[a-zA-Z0-9_.-]{3,128}$/u);
    expect(name).not.toMatch(/^(aws|amazon|amzn|AWSConfigRemediation|AWSSupport)/iu);
    expect(automationRoleName(name, 'ap-southeast-99').length).toBeLessThanOrEqual(64);
  });

  it('has no step with the name of a parameter, because AWS does not document what a reference would then mean', () => {
    const names = new Set(Object.keys(document.parameters));
    expect(steps.map(({ name }) => name).filter((name) => names.has(name))).toEqual([]);
  });

  it('describes itself, every parameter and every step', () => {
    expect(document.description?.length).toBeGreaterThan(200);
    for (const [, { description }] of parameters) {
      expect(description).toMatch(/^\((Required|Optional)\) .{20,}/u);
    }
    for (const step of steps) expect(step.description?.length, step.name).toBeGreaterThan(10);
  });

  it('limits each parameter by a pattern for the whole value or a list; each optional one has a default', () => {
    for (const [parameter, { description, ...rest }] of parameters) {
      const { allowedPattern, allowedValues } = rest;
      expect([allowedPattern, allowedValues].filter(Boolean), parameter).toHaveLength(1);
      if (allowedPattern !== undefined) expect(allowedPattern).toMatch(/^\^.*\$$/u);
      expect(rest.default === undefined, parameter).toBe(description?.startsWith('(Required)'));
      if (rest.default === undefined) continue;
      expect(accepts(rest, rest.default), parameter).toBe(true);
      // AWS Config passes static values of 1 to 256 characters, and at most 25 parameters.
      expect(rest.default.length).toBeGreaterThan(0);
    }
    expect(parameters.length).toBeLessThanOrEqual(25);
  });

  it.each(parameters)('accepts the valid values of %s and no other', (parameter, definition) => {
    const { valid, invalid } = validAndInvalid(parameter);
    for (const value of valid) expect(accepts(definition, value), value).toBe(true);
    for (const value of invalid) expect(accepts(definition, value), value).toBe(false);
  });

  it('uses every parameter except ContentHash, which no step reads', () => {
    const used = new Set(findReferences({ steps: document.mainSteps, role: document.assumeRole }));
    const unused = parameters.map(([parameter]) => parameter).filter((each) => !used.has(each));
    expect(unused).toEqual(
      parameters.some(([each]) => each === 'ContentHash') ? ['ContentHash'] : [],
    );
  });

  it('reaches every step from the first one, and every path ends', () => {
    // Which of isEnd and a target wins is left open by the documentation.
    expect(steps.filter((step) => step.isEnd && named(step).length > 0)).toEqual([]);
    const loops = steps.flatMap((step) => (step.action === 'aws:loop' ? [step.inputs.Steps] : []));
    for (const list of [document.mainSteps, ...loops]) {
      const edges = new Map(list.map((step, index) => [step.name, targets(list, step, index)]));
      const reached = new Set<string>();
      const visit = (from: string | null, path: readonly string[]): void => {
        if (from === null) return;
        expect(path, 'no way back').not.toContain(from);
        if (reached.has(from)) return;
        reached.add(from);
        for (const next of edges.get(from) ?? []) visit(next, [...path, from]);
      };
      visit(list[0]?.name ?? null, []);
      expect([...reached].toSorted()).toEqual([...edges.keys()].toSorted());
    }
  });

  it('continues after a branch only on a match, or at a step that changes nothing', () => {
    const harmless = [
      'FailUnknownAnswer',
      ...['PlanRevocation', 'PlanRetirement', 'PublishPurge'],
      ...['PublishRevocation', 'PublishRetirement', 'PublishRestoration'],
    ];
    for (const step of steps) {
      if (step.action !== 'aws:branch') continue;
      expect(harmless, step.name).toContain(step.inputs.Default);
    }
  });

  it('makes one change per step, and verifies each one afterwards', () => {
    const changing = steps.filter(
      ({ inputs }) =>
        'Api' in inputs &&
        /^((Update|Delete)(AccessKey|LoginProfile)|AttachUserPolicy)$/u.test(String(inputs.Api)),
    );
    expect(changing.length).toBeGreaterThan(0);
    for (const step of changing) {
      expect(step.onFailure, step.name).toMatch(
        /^step:(Verify(Revocation|Retirement|Restoration)|ReleaseOwner)$/u,
      );
      expect(step.isCritical, step.name).toBe(false);
    }
  });

  it('continues with the next item, and then with the verification, if an item of a loop cannot be removed', () => {
    const loops = steps.filter(
      (step) =>
        step.action === 'aws:loop' &&
        step.inputs.Steps.some(({ inputs }) => 'Service' in inputs && inputs.Service === 'iam') &&
        // The purge verifies at the end what its own loop did.
        name !== 'UnusedIamCredentials-Purge',
    );
    expect(loops).toHaveLength(name === 'UnusedIamCredentials-Retire' ? 4 : 0);
    for (const step of loops.flatMap(inner)) {
      // A change that nothing else binds to the user must not follow a confirmation that failed.
      const expected =
        step.action === 'aws:assertAwsResourceProperty'
          ? { onFailure: 'Abort', isCritical: true }
          : { onFailure: 'Continue', isCritical: false };
      expect(step, step.name).toMatchObject(expected);
    }
  });

  it('confirms which user has the name right before each change for which no policy can require the bound user', () => {
    for (const loop of steps.filter(({ action }) => action === 'aws:loop')) {
      const own = inner(loop);
      for (const [index, { inputs }] of own.entries()) {
        if (!('Api' in inputs) || inputs.Api !== 'RemoveUserFromGroup') continue;
        const { UserName } = inputs as { readonly UserName?: unknown };
        expect(own[index - 1]).toMatchObject({
          action: 'aws:assertAwsResourceProperty',
          inputs: {
            ...{ Service: 'iam', Api: 'GetUser', UserName, PropertySelector: '$.User.UserId' },
            DesiredValues: ['{{ IAMResourceId }}'],
          },
        });
      }
    }
  });

  it('has no unused output: a step uses it, or it is an output of the document, or code reads it by name', () => {
    // The command line shows how long a sleeping execution waits.
    const byCommandLine = ['Preview.WaitUntil'];
    const used = new Set([
      ...[...yaml.matchAll(/\{\{\s*(\w+\.\w+)\s*\}\}/gu)].map(([, output]) => output),
      ...document.outputs,
      ...byCommandLine,
    ]);
    const written = steps.flatMap((step) => step.outputs.map(({ Name }) => `${step.name}.${Name}`));
    expect(written.filter((output) => !used.has(output))).toEqual([]);
    expect(document.outputs.filter((output) => !written.includes(output))).toEqual([]);
  });

  it('sets isCritical on every step that continues after a failure, because AWS evaluates only a set value', () => {
    for (const step of steps) {
      const said = new RegExp(
        `- name: ${step.name}\\n(?: {4,}.*\\n)*? {4,}isCritical: (true|false)\\n`,
        'u',
      );
      const block = yaml.slice(yaml.indexOf(`- name: ${step.name}\n`)).split(/\n {2,}- name: /u)[0];
      if (step.onFailure !== 'Abort') expect(`${block}\n`, step.name).toMatch(said);
    }
  });

  it('releases the user after every step that fails between BindUser and ReleaseUser', () => {
    const loops = steps.flatMap((step) => (step.action === 'aws:loop' ? [step.inputs.Steps] : []));
    const [list = []] = [document.mainSteps, ...loops].filter((each) =>
      each.some((step) => step.name.startsWith('Bind')),
    );
    const find = (name: string) => list.findIndex((step) => step.name.startsWith(name));
    const bound = list.slice(find('Bind'), find('Release'));
    expect(bound.length).toBeGreaterThan(5);
    const aborting = bound.filter(
      ({ action, onFailure }) => action !== 'aws:branch' && onFailure === 'Abort',
    );
    expect(aborting.map((step) => step.name)).toEqual([]);
    if (list !== document.mainSteps) return;
    const fail = document.mainSteps.find((step) => step.name === 'FailUnknownAnswer');
    expect(fail).toMatchObject({ onFailure: 'step:ReleaseUserAfterFailure', isCritical: true });
  });

  it('waits only for durations, because AWS documents no variable in a time', () => {
    for (const { action, inputs } of steps) {
      if (action === 'aws:sleep') expect(Object.keys(inputs)).toEqual(['Duration']);
    }
  });

  it('has scripts that only read an answer, confirm the user or fail, of at most three lines', () => {
    for (const step of steps) {
      if (step.action !== 'aws:executeScript') continue;
      const body = step.inputs.Script.trim()
        .split('\n')
        .filter((line) => !/^(import|def) /u.test(line));
      expect(body.length, step.name).toBeLessThanOrEqual(3);
      expect(step.inputs.Script).not.toMatch(/boto3|datetime|time|requests|urllib|open\(/u);
    }
  });

  it('calls functions by fixed names, and contains no account ID, ARN or Region', () => {
    const invoked = steps.flatMap(({ inputs }) =>
      'FunctionName' in inputs ? [inputs.FunctionName] : [],
    );
    for (const each of invoked) expect(each).toMatch(/^unused-iam-credentials-[a-z-]+$/u);
    const withoutPatterns = yaml.replace(/allowedPattern: .*/gu, '');
    expect(withoutPatterns).not.toMatch(/arn:aws|\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b/u);
  });

  it('passes only text to functions, because AWS does not document how other types arrive', () => {
    for (const { inputs } of steps) {
      if (!('FunctionName' in inputs)) continue;
      for (const value of valuesOf(inputs.InputPayload)) expect(typeof value).toBe('string');
    }
  });

  it('stays under 64 KB with the largest values of its parameters', () => {
    const values = largestValues(document);
    expect(Object.keys(values)).toEqual(Object.keys(document.parameters));
    expect(yaml.length + JSON.stringify(values).length).toBeLessThan(64 * 1024);
  });
});

describe('what the documents send', () => {
  it('stores records in a tier that still works when the quota of standard parameters is used up', () => {
    const steps = loaded.flatMap(({ document }) => document.mainSteps.flatMap(inner));
    const puts = steps.filter(({ inputs }) => 'Api' in inputs && inputs.Api === 'PutParameter');
    expect(puts.map(({ inputs }) => inputs)).toMatchObject([
      // Revoke, and of Retire the record and its parts.
      ...[{ Tier: 'Intelligent-Tiering' }, { Tier: 'Intelligent-Tiering' }],
      { Tier: 'Intelligent-Tiering' },
    ]);
  });

  const defaults = (name: string) => {
    const found = loaded.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no document ${name}`);
    const { parameters, mainSteps } = found.document;
    const fill = (text: string) =>
      text
        .replace('{{ IAMResourceId }}', userId)
        .replace('{{ automation:EXECUTION_ID }}', executionId)
        .replace('{{ RevocationId }}', 'All')
        .replace(/\{\{ (\w+) \}\}/gu, (_, key: string) => parameters[key]?.default ?? '');
    const plan = mainSteps.find(({ name: step }) => /^Plan/u.test(step));
    const payload =
      plan !== undefined && 'InputPayload' in plan.inputs ? plan.inputs.InputPayload : {};
    return Object.fromEntries(entriesOf(payload).map(([key, value]) => [key, fill(String(value))]));
  };

  it('is accepted by the functions, with all defaults', () => {
    expect(parseRevocationRequest(defaults('UnusedIamCredentials-Revoke'))).toMatchObject({
      ruleName: 'unused-iam-credentials',
      options: {
        ...{ passwordAction: 'Delete', accessKeyAction: 'Deactivate', minimumIdleDays: 30 },
        ...{ neverUsedAccessKeyAction: 'Deactivate', maxRevocationsPerDay: 20, dryRun: false },
        enforceFrom: Date.UTC(2000, 0, 1),
      },
    });
    const off = { removeGroups: false, detachPolicies: false, deactivateMfaDevices: false };
    expect(parseRetirementRequest(defaults('UnusedIamCredentials-Retire'))).toMatchObject({
      options: { ...off, dryRun: false },
    });
    expect(parseRestorationRequest(defaults('UnusedIamCredentials-Restore'))).toMatchObject({
      graceDays: 14,
      options: {
        ...{ revocationId: null, accessKeyId: null, includeUnconfirmed: false },
        ...{ restorePassword: false, maxRecordAgeDays: 90 },
      },
    });
  });
});

function accepts(
  { allowedPattern, allowedValues }: Document['parameters'][string],
  value: string,
): boolean {
  if (allowedValues !== undefined) return allowedValues.includes(value);
  return allowedPattern !== undefined && new RegExp(allowedPattern, 'u').test(value);
}

function entriesOf(payload: unknown): [string, unknown][] {
  return typeof payload === 'object' && payload !== null ? Object.entries(payload) : [];
}

function valuesOf(payload: unknown): unknown[] {
  return entriesOf(payload).map(([, value]) => value);
}
