const region = 'us-east-1';

/** A stack in moto: its outputs, and the logical IDs of its resources by type. */
export interface MotoStack {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly made: Readonly<Record<string, readonly string[]>>;
}

/**
 * Creates the stack from an object in a bucket, as AWS requires for a template of more than 51,200 bytes. Throws the
 * error that moto returns.
 */
export async function createStack(
  endpoint: string,
  stackName: string,
  template: string,
  parameters: Readonly<Record<string, string>>,
): Promise<MotoStack> {
  await send(endpoint, 's3', '/templates', { method: 'PUT' });
  await send(endpoint, 's3', '/templates/account.json', { method: 'PUT', body: template });
  const ask = (Action: string, more: Readonly<Record<string, string>> = {}) => {
    const form = { Action, Version: '2010-05-15', StackName: stackName, ...more };
    return send(endpoint, 'cloudformation', '/', {
      method: 'POST',
      body: new URLSearchParams(form),
    });
  };
  const given = Object.entries(parameters).flatMap(([key, value], index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.ParameterValue`, value],
  ]);
  await ask('CreateStack', {
    TemplateURL: `https://templates.s3.amazonaws.com/account.json`,
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    ...Object.fromEntries(given),
  });
  const description = await ask('DescribeStacks');
  const listing = await ask('DescribeStackResources');
  const made = new Map<string, string[]>();
  for (const member of members(listing)) {
    const [type, id] = [textOf(member, 'ResourceType'), textOf(member, 'LogicalResourceId')];
    if (type !== '') made.set(type, [...(made.get(type) ?? []), id]);
  }
  return {
    status: textOf(description, 'StackStatus'),
    outputs: Object.fromEntries(
      members(description)
        .map((member) => [textOf(member, 'OutputKey'), textOf(member, 'OutputValue')])
        .filter(([key]) => key !== ''),
    ),
    made: Object.fromEntries(made),
  };
}

// moto reads the service in the signature, and does not check the signature.
async function send(endpoint: string, service: string, path: string, request: RequestInit) {
  const credential = `AKIALOCAL/20260101/${region}/${service}/aws4_request`;
  const Authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
  const response = await fetch(`${endpoint}${path}`, { ...request, headers: { Authorization } });
  const text = await response.text();
  if (!response.ok) throw new Error(`moto answered ${response.status}: ${text}`);
  return text;
}

function members(xml: string): string[] {
  return xml.split('<member>').slice(1);
}

function textOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`, 'u').exec(xml)?.[1] ?? '';
}
