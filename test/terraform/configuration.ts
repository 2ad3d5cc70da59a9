import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { useTemporaryFolder } from '../cli/temporary-folder.ts';
import { organizationText } from '../infra/organization/template.ts';
import { accountTemplate } from '../infra/synthesized.ts';
import { type MotoServer, startMotoServer } from '../moto/moto-server.ts';
import { findPluginFolder, missingTerraform, succeed, warnOfProvider } from './run-terraform.ts';

/** A copy of an example beside the templates, as a release has them, initialized with the AWS provider. */
export interface Configuration {
  /** Writes a file; the path is from the root of the release. */
  readonly write: (path: string, content: string) => void;
  /** Runs a command of Terraform that must succeed, and returns its standard output. */
  readonly run: (...args: string[]) => Promise<string>;
  readonly apply: (...args: string[]) => Promise<string>;
  /** What the provider read of each resource when Terraform last changed it, by its address. */
  readonly state: () => Resources;
}

export type Resources = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The files of a release's templates, and their texts. */
export const templates = [
  { file: 'UnusedIamCredentials.template.json', text: JSON.stringify(await accountTemplate()) },
  { file: 'UnusedIamCredentialsOrganization.template.json', text: await organizationText() },
] as const;

/** Terraform with its AWS provider and moto, or a text for a test's name that says which is missing. */
export async function findTools() {
  const server = await startServer();
  if (typeof server !== 'string') afterAll(() => server.stop());
  const endpoint = typeof server === 'string' ? '' : server.endpoint;
  const temporary = useTemporaryFolder();

  async function prepare(
    example: string,
    files: readonly { readonly file: string; readonly text: string }[],
    override: string,
  ): Promise<Configuration> {
    const root = temporary.folder(example);
    const write = (path: string, content: string) => writeFileSync(join(root, path), content);
    cpSync(source, join(root, 'terraform'), { recursive: true, filter: isShipped });
    mkdirSync(join(root, 'cdk.out'));
    for (const { file, text } of files) write(join('cdk.out', file), text);
    const folder = `terraform/examples/${example}`;
    // The name of a bucket is no part of the name of a host here.
    const provider = 'provider "aws" {\n  s3_use_path_style = true\n}\n';
    write(join(folder, 'test_override.tf'), `${provider}${override}`);
    const run = (...args: string[]) =>
      succeed(join(root, folder), args, {
        ...{ AWS_ACCESS_KEY_ID: 'AKIAMOTO', AWS_SECRET_ACCESS_KEY: 'moto' },
        ...{ AWS_ENDPOINT_URL: endpoint },
      });
    await run('init', '-input=false', `-plugin-dir=${findPluginFolder()}`);
    return {
      ...{ write, run },
      apply: (...args) => run('apply', '-auto-approve', '-input=false', '-no-color', ...args),
      state: () => readState(join(root, folder, 'terraform.tfstate')),
    };
  }

  /** Makes a bucket in moto. */
  async function makeBucket(name: string): Promise<void> {
    const { ok } = await fetch(`${endpoint}/${name}`, { method: 'PUT' });
    if (!ok) throw new Error('moto made no bucket');
  }

  /** Reads an object of a bucket in moto; undefined if there is none. */
  async function readObject(bucket: string, key: string): Promise<string | undefined> {
    // moto checks no signature, but an anonymous request may not read the object.
    const scope = 'AKIAMOTO/20260101/us-east-1/s3/aws4_request';
    const Authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const response = await fetch(`${endpoint}/${bucket}/${key}`, { headers: { Authorization } });
    const text = await response.text();
    return response.ok ? text : undefined;
  }

  return {
    missing: typeof server === 'string' ? server : '',
    endpoint,
    prepare,
    makeBucket,
    readObject,
  };
}

async function startServer(): Promise<MotoServer | string> {
  const missing = await missingTerraform();
  if (missing !== '') return missing;
  if (findPluginFolder() === undefined) {
    warnOfProvider();
    return "skipped: no copy of Terraform's AWS provider";
  }
  return startMotoServer();
}

/** The name of tests, with why they are skipped. */
export const named = (name: string, why: string) => (why === '' ? name : `${name} (${why})`);

const source = fileURLToPath(new URL('../../terraform', import.meta.url));
const isShipped = (file: string) => !/\.terraform|\.tfstate/u.test(file);

/** The file in which Terraform keeps the state, as far as it is read here. */
interface StateFile {
  readonly resources: readonly {
    readonly module?: string;
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly index_key?: string | number;
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

// The command `terraform show` would start the provider for this, which takes some seconds.
function readState(file: string): Resources {
  const { resources }: StateFile = JSON.parse(readFileSync(file, 'utf8'));
  const managed = resources.filter(({ mode }) => mode === 'managed');
  return new Map(
    managed.flatMap(({ module, type, name, instances }) =>
      instances.map(({ index_key: key, attributes }) => {
        const index = key === undefined ? '' : `[${JSON.stringify(key)}]`;
        return [
          `${module === undefined ? '' : `${module}.`}${type}.${name}${index}`,
          attributes,
        ] as const;
      }),
    ),
  );
}
