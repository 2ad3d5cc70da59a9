import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binByIdleDays } from '../../../../../cli/audit/formats/html/charts/idle-days.ts';
import { consoleLink } from '../../../../../cli/audit/formats/html/console-link.ts';
import { upcomingWeeks } from '../../../../../cli/audit/formats/html/upcoming-weeks.ts';
import { countSoon, credentialsOf } from '../../../../../cli/audit/summary.ts';
import { arbitraryText } from '../../../../builders/arbitrary-user.ts';
import { resultOf } from '../../audit-result.ts';
import { person, used } from './people.ts';

describe('the link to the IAM console', () => {
  it.each([
    ['aws', 'https://console.aws.amazon.com/iam/home#'],
    ['aws-cn', 'https://console.amazonaws.cn/iam/home#'],
    ['aws-us-gov', 'https://console.amazonaws-us-gov.com/iam/home#'],
  ])('leads to the console of the partition %s', (partition, start) => {
    const arn = `arn:${partition}:iam::123456789012:user/alice`;
    expect(consoleLink({ arn, userName: 'alice' })).toBe(
      `${start}/users/details/alice?section=security_credentials`,
    );
  });

  it('is missing in a partition whose console is not known', () => {
    const arn = 'arn:aws-iso:iam::123456789012:user/alice';
    expect(consoleLink({ arn, userName: 'alice' })).toBeNull();
  });

  it('leads to the same page of the console for any name, which it encodes', () => {
    fc.assert(
      fc.property(arbitraryText, (userName) => {
        const link = consoleLink({ arn: 'arn:aws:iam::123456789012:user/x', userName }) ?? '';
        const { origin, pathname, hash } = new URL(link);
        expect(origin + pathname).toBe('https://console.aws.amazon.com/iam/home');
        const [, name = ''] = /^#\/users\/details\/([^/?#]*)\?section=/u.exec(hash) ?? [];
        expect(decodeURIComponent(name)).toBe(userName);
      }),
    );
  });
});

const arbitraryDays = fc.array(fc.integer({ min: 0, max: 800 }), { maxLength: 60 });

describe('the bins of idle days', () => {
  it('hold each credential once, in the bin of its days, up to the longest', () => {
    fc.assert(
      fc.property(arbitraryDays, (days) => {
        const users = days.map((each, index) => person(`user-${index}`, used(each)));
        const bins = binByIdleDays(credentialsOf(resultOf(users).users));
        for (const { from, to, counts } of bins) {
          const expected = days.filter((each) => each >= from && each < to);
          expect(counts.kept + counts.due).toBe(expected.length);
          expect(counts.due).toBe(expected.filter((each) => each >= 45).length);
        }
        const total = bins.reduce((sum, { counts }) => sum + counts.kept + counts.due, 0);
        expect(total).toBe(days.length);
      }),
    );
  });
});

describe('the weeks ahead', () => {
  it('hold each COMPLIANT user in the week in which they become NON_COMPLIANT, the earliest first', () => {
    fc.assert(
      fc.property(arbitraryDays, (days) => {
        const result = resultOf(days.map((each, index) => person(`user-${index}`, used(each))));
        const weeks = upcomingWeeks(result, 12);
        expect(weeks.map(({ from }) => from)).toEqual(
          weeks.map((_, index) =>
            new Date(Date.parse('2026-11-21') + index * 7 * 86_400_000).toISOString().slice(0, 10),
          ),
        );
        const left = (index: number) =>
          days.filter((each) => each < 45 && Math.floor((45 - each) / 7) === index);
        expect(weeks.map(({ users }) => users.length)).toEqual(
          weeks.map((_, index) => left(index).length),
        );
        const dates = weeks.flatMap(({ users }) => users.map(({ becomesUnused }) => becomesUnused));
        expect(dates).toEqual(dates.toSorted());
        expect(countSoon(result, 2)).toBe(left(0).length + left(1).length);
      }),
    );
  });
});

/** The colors of a theme, by the name of the variable; the dark theme changes some of the light one. */
function themes() {
  const css = readFileSync('cli/audit/formats/html/report.css', 'utf8');
  const blocks = [...css.matchAll(/:root \{([^}]*)\}/gu)].slice(0, 2);
  const [light = new Map(), dark = new Map()] = blocks.map(([, block = '']) => {
    const colors = [...block.matchAll(/--([\w-]+): (#[\da-f]{6});/gu)];
    return new Map(colors.map(([, name = '', color = '']) => [name, color]));
  });
  return { light, dark: new Map([...light, ...dark]) };
}

/** The relative luminance of WCAG 2.2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each(['light', 'dark'] as const)('the colors of the %s theme', (theme) => {
  const colors = themes()[theme];
  const ratio = (one: string, other: string) =>
    contrast(colors.get(one) ?? '', colors.get(other) ?? '');

  it.each([
    ...['text', 'muted', 'link', 'bad', 'warn', 'good'].map((name) => [name, 'surface']),
    ...['text', 'muted', 'link'].map((name) => [name, 'page']),
    ['bad', 'bad-tint'],
    ...[0, 1, 2, 3, 4].map((shade) => [`on-heat-${shade}`, `heat-${shade}`]),
  ])('have a contrast of 4.5 for text: %s on %s', (text = '', background = '') => {
    expect(ratio(text, background)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['due', 'allowed', 'kept', 'series', 'axis', 'control'])(
    'have a contrast of 3 for what is drawn: %s on the surface',
    (name) => {
      expect(ratio(name, 'surface')).toBeGreaterThanOrEqual(3);
    },
  );
});
