import { expect, it } from 'vitest';
import { decodeRestoredData, encodeRestoredData } from '../../../rule/formats/restored-data.ts';

const data = {
  userId: 'AIDAFRANK00000000',
  restored: ['AKIA1', 'group a,b,', 'inline policy "{{x}}"', 'password', 'deny'],
};
const encoded = encodeRestoredData(data);

it.each([
  ['a text', [encoded]],
  ['JSON', [JSON.stringify(encoded)]],
])('what was restored is read exactly from an output that Automation shows as %s', (_, texts) => {
  expect(encoded).toMatch(/^[\w-]+$/u);
  expect(decodeRestoredData(texts)).toEqual(data);
});

it.each([
  ['an output that the document does not have', undefined],
  ['an empty output', []],
  ['a step that did not run', ['No output available yet because the step is not successfully run']],
  ['text that is not base64url', [`${encoded}=`]],
  ['two texts', [encoded, encoded]],
  ['data behind a space', [` ${encoded}`]],
  ['text that is not JSON', [Buffer.from('group a').toString('base64url')]],
  ['other JSON', [Buffer.from('{"userId":"AIDA1","restored":"AKIA1"}').toString('base64url')]],
])('nothing is read from %s', (_, texts) => {
  expect(decodeRestoredData(texts)).toBeNull();
});
