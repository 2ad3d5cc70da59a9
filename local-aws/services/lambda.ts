import { crc32 } from 'node:zlib';
import { type Call, requireText } from '../call.ts';
import { awsError, type Input } from '../protocol.ts';

const PATH = /^\/2015-03-31\/functions\/([^/]+)(\/configuration)?$/;

/** Reads a REST request for one of the operations of Lambda here; undefined for any other request. */
export function parseRest(
  method: string,
  url: string,
): { operation: string; input: Input } | undefined {
  const [path = ''] = url.split('?');
  const [, name, configuration] = PATH.exec(path) ?? [];
  if (method !== 'GET' || name === undefined) return undefined;
  return {
    operation: configuration === undefined ? 'GetFunction' : 'GetFunctionConfiguration',
    input: { FunctionName: decodeURIComponent(name) },
  };
}

/** Describes a function and where its code is. In AWS that is a URL of Amazon S3. */
export function getFunction(call: Call): Input {
  const Configuration = getFunctionConfiguration(call);
  const FunctionName = requireText(call, 'FunctionName', 140);
  const { files = { 'index.js': FunctionName } } = call.account.functions?.get(FunctionName) ?? {};
  const Location = `data:application/zip;base64,${zip(files).toString('base64')}`;
  return { Configuration, Code: { RepositoryType: 'S3', Location } };
}

/** Describes a function. */
export function getFunctionConfiguration(call: Call): Input {
  const { account } = call;
  const FunctionName = requireText(call, 'FunctionName', 140);
  const FunctionArn = `arn:${account.partition}:lambda:us-east-1:${account.accountId}:function:${FunctionName}`;
  const known = account.functions?.get(FunctionName);
  if (known === undefined) {
    throw awsError('ResourceNotFoundException', `Function not found: ${FunctionArn}`, 404);
  }
  const { description: Description, state: State = 'Active', stateReason: StateReason } = known;
  const { lastUpdateStatus: LastUpdateStatus = 'Successful', environment, layers } = known;
  const Role = known.role ?? `arn:${account.partition}:iam::${account.accountId}:role/function`;
  return {
    ...{ FunctionName, FunctionArn, Description, State, StateReason, LastUpdateStatus, Role },
    ...{ Runtime: 'nodejs24.x', Handler: 'index.handler', Version: '$LATEST' },
    Environment: environment && { Variables: environment },
    Layers: layers?.map((Arn) => ({ Arn })),
  };
}

/** Packs files, without compressing them. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [title, data] = [Buffer.from(name), Buffer.from(text)];
    // From the version to the length of extra fields, which both headers have.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(title.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, title, data]);
    const end = Buffer.alloc(14);
    end.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), common, end, title);
    parts.push(local);
    offset += local.length;
  }
  const size = Buffer.concat(directory).length;
  const end = Buffer.alloc(18);
  const count = Object.keys(files).length;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\x05\x06'), end]);
}
