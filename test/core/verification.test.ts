import { describe, expect, it } from 'vitest';
import { stillUnusable, stillUsable } from '../../rule/core/verification.ts';
import { ago } from '../builders/account.ts';
import { recordedKey, recordedPassword } from '../builders/revocation.ts';

const recorded = [recordedKey('AKIA1'), recordedPassword];

describe('after a revocation', () => {
  it('nothing recorded is usable: inactive, expired or gone keys, and no login profile', () => {
    for (const status of ['Inactive', 'Expired'] as const) {
      const present = { passwordCreated: null, accessKeys: [{ id: 'AKIA1', status }] };
      expect(stillUsable(recorded, present)).toEqual([]);
    }
    expect(stillUsable(recorded, { passwordCreated: null, accessKeys: [] })).toEqual([]);
  });

  it('what is still usable is named', () => {
    const accessKeys = [{ id: 'AKIA1', status: 'Active' as const }];
    const present = { passwordCreated: ago(400), accessKeys };
    expect(stillUsable(recorded, present)).toEqual(['access key AKIA1', 'password']);
  });

  it('a password that somebody issued meanwhile is another one', () => {
    const present = { passwordCreated: ago(0), accessKeys: [] };
    expect(stillUsable(recorded, present)).toEqual([]);
  });

  it('a password of unknown creation counts as the recorded one', () => {
    const unknown = [{ ...recordedPassword, created: undefined }];
    expect(stillUsable(unknown, { passwordCreated: ago(0), accessKeys: [] })).toEqual(['password']);
  });
});

describe('after a restoration', () => {
  it('what is still unusable is named', () => {
    const present = {
      hasPassword: false,
      accessKeys: [{ id: 'AKIA1', status: 'Inactive' as const }],
    };
    expect(stillUnusable(['AKIA1', 'AKIA2'], true, present)).toEqual([
      'access key AKIA1',
      'access key AKIA2',
      'password',
    ]);
    expect(stillUnusable([], false, present)).toEqual([]);
    const back = { hasPassword: true, accessKeys: [{ id: 'AKIA1', status: 'Active' as const }] };
    expect(stillUnusable(['AKIA1'], true, back)).toEqual([]);
  });
});

it('each key is looked at by itself, and apart from the password', () => {
  const [first, second] = [recordedKey('AKIA1'), recordedKey('AKIA2')];
  const accessKeys = [
    { id: 'AKIA1', status: 'Inactive' as const },
    { id: 'AKIA2', status: 'Active' as const },
  ];
  const present = { passwordCreated: ago(400), accessKeys };
  expect(stillUsable([first, second], present)).toEqual(['access key AKIA2']);
  expect(stillUsable([first], present)).toEqual([]);
  const unknown = [{ ...recordedPassword, created: undefined }];
  expect(stillUsable(unknown, { passwordCreated: null, accessKeys })).toEqual([]);
  const back = { hasPassword: true, accessKeys };
  expect(stillUnusable(['AKIA1', 'AKIA2'], false, back)).toEqual(['access key AKIA1']);
});
