import { inflateRawSync } from 'node:zlib';
import { ExpectedError } from '../../rule/core/errors.ts';

/** Lambda's limit for inline code, with a margin (bytes). */
const longestFile = 16 * 1024 * 1024;

const signatures = { end: 0x06054b50, entry: 0x02014b50 };

/** The texts of the files in a zip, by name. Throws FileError for what is not a zip, or packed in another way. */
export function readZip(bytes: Uint8Array): Map<string, string> {
  const zip = Buffer.from(bytes);
  try {
    return readEntries(zip);
  } catch (error) {
    throw new ExpectedError('FileError', 'a deployment package is not a readable zip', {
      cause: error,
    });
  }
}

function readEntries(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(signatures.end);
  const end = zip.lastIndexOf(mark);
  if (end < 0) throw new Error('no end of the directory');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (zip.readUInt32LE(at) !== signatures.entry) throw new Error('no entry of the directory');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      zip.readUInt16LE(at + offset),
    );
    const nameEnd = at + 46 + (nameLength ?? 0);
    files.set(zip.toString('utf8', at + 46, nameEnd), readFile(zip, at));
    at = nameEnd + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return files;
}

/** Reads the file of the entry at this position of the directory. */
function readFile(zip: Buffer, entry: number): string {
  const local = zip.readUInt32LE(entry + 42);
  const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(begin, begin + zip.readUInt32LE(entry + 20));
  const method = zip.readUInt16LE(entry + 10);
  if (method === 0) return packed.toString('utf8');
  if (method !== 8) throw new Error(`unknown method ${method}`);
  return inflateRawSync(packed, { maxOutputLength: longestFile }).toString('utf8');
}
