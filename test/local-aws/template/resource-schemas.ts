import * as v from 'valibot';
import type { Policy } from '../policy/policy.ts';

// The properties that are looked at here; where others would change what is run, there may be none.
const strings = v.record(v.string(), v.string());
const policies = v.array(
  v.object({ PolicyName: v.string(), PolicyDocument: v.custom<Policy>(Boolean) }),
);

export const role = v.object({
  RoleName: v.string(),
  Policies: policies,
  ManagedPolicyArns: v.optional(v.array(v.string()), []),
});

export const managedPolicy = v.object({
  ManagedPolicyName: v.string(),
  PolicyDocument: v.custom<Policy>(Boolean),
});

export const lambdaFunction = v.object({
  FunctionName: v.string(),
  Description: v.string(),
  Code: v.strictObject({ ZipFile: v.string() }),
  Handler: v.literal('index.handler'),
  Role: v.string(),
  Timeout: v.number(),
  LoggingConfig: v.strictObject({ LogGroup: v.string() }),
  Environment: v.optional(v.strictObject({ Variables: strings }), { Variables: {} }),
});

export const permission = v.strictObject({
  FunctionName: v.string(),
  Action: v.literal('lambda:InvokeFunction'),
  Principal: v.string(),
  SourceAccount: v.string(),
});

export const document = v.object({ Name: v.string(), Content: v.string() });

export const rule = v.object({
  ConfigRuleName: v.string(),
  InputParameters: strings,
  Source: v.object({ SourceIdentifier: v.string(), SourceDetails: v.array(strings) }),
});

export const remediation = v.object({
  ConfigRuleName: v.string(),
  TargetId: v.string(),
  Automatic: v.boolean(),
  Parameters: v.record(
    v.string(),
    v.union([
      v.pipe(
        v.strictObject({ ResourceValue: v.strictObject({ Value: v.literal('RESOURCE_ID') }) }),
        v.transform(({ ResourceValue }) => ResourceValue.Value),
      ),
      v.pipe(
        v.strictObject({ StaticValue: v.strictObject({ Values: v.tuple([v.string()]) }) }),
        v.transform(({ StaticValue }) => StaticValue.Values[0]),
      ),
    ]),
  ),
});
