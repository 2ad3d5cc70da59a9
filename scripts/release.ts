import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'release');
const tarball = `${manifest.name}-${manifest.version}.tgz`;

/** The commit of the checkout and whether anything differs from it. */
function readCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trimEnd();
  const changes = git('status', '--porcelain');
  const commit = git('rev-parse', 'HEAD');
  return changes === ''
    ? `commit ${commit}`
    : `commit ${commit} with uncommitted changes; commit them before you publish it:\n${changes}`;
}

function instructions(kilobytes: number): string {
  const template = 'package/cdk.out/UnusedIamCredentials.template.json';
  return `
Wrote release/${tarball} (${kilobytes} KB) and release/${tarball}.sha256,
from ${readCommit()}

Publish both files. On any machine, in the folder with both:

Verify the package:
  shasum -a 256 -c ${tarball}.sha256

Install the command line (Node.js 20 or later; it has no dependencies):
  npm install -g ./${tarball}
  unused-iam-credentials --help

Deploy to one account. The template exceeds 51,200 bytes, so it is uploaded through an S3 bucket of yours:
  tar -xzf ${tarball}
  aws cloudformation deploy --stack-name UnusedIamCredentials \\
    --template-file ${template} \\
    --s3-bucket <bucket> --capabilities CAPABILITY_NAMED_IAM
Terraform does the same with package/terraform, as its README describes.
`;
}

mkdirSync(folder, { recursive: true });
// The script prepack builds and synthesizes first.
execFileSync('npm', ['pack', '--pack-destination', folder, '--loglevel', 'error'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const content = readFileSync(join(folder, tarball));
const sum = createHash('sha256').update(content).digest('hex');
writeFileSync(join(folder, `${tarball}.sha256`), `${sum}  ${tarball}\n`);
process.stdout.write(instructions(Math.round(content.length / 1024)));
