import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomBelow } from '../../rule/aws/iam-login-profile.ts';
import { makePassword } from '../../rule/core/password.ts';

describe('a made password', () => {
  it('meets any account password policy: all four classes, and any length that a policy may ask for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 128 }), (minimumLength) => {
        const password = makePassword({ minimumLength }, randomBelow);
        expect(password.length).toBe(Math.max(24, minimumLength));
        for (const each of [/[A-Z]/u, /[a-z]/u, /[0-9]/u]) expect(password).toMatch(each);
        // The symbols that IAM's password policies count.
        expect(password).toMatch(/[!@#$%^&*()_+\-=[\]{}|']/u);
        expect(password).toMatch(/^[A-Za-z0-9!@#$%^&*()_+\-=[\]{}|']+$/u);
      }),
    );
  });

  it('takes every character, and the place of each, from the source it is given', () => {
    const asked: number[] = [];
    const count = (limit: number) => {
      asked.push(limit);
      return limit - 1;
    };
    makePassword({ minimumLength: 8 }, count);
    expect(asked).toHaveLength(24 + 23);
  });

  it('is different every time, at every place', () => {
    const made = Array.from({ length: 200 }, () => makePassword({ minimumLength: 8 }, randomBelow));
    expect(new Set(made).size).toBe(200);
    for (let place = 0; place < 24; place += 1) {
      expect(new Set(made.map((password) => password[place])).size).toBeGreaterThan(30);
    }
  });
});
