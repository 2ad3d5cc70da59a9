/**
 * Decodes a text file: UTF-8, or UTF-16 with a byte order mark, which `>` of Windows PowerShell writes. Throws an
 * Error that says what the bytes are not.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`is not ${encoding === 'utf-8' ? 'UTF-8' : 'UTF-16'} text`);
  }
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
