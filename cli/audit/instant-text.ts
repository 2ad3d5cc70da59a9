import {
  formatDate,
  formatInstant,
  type Instant,
  millisecondsPerDay,
} from '../../rule/core/instant.ts';

const millisecondsPerHour = 3_600_000;
const millisecondsPerMinute = 60_000;

/**
 * Makes a function with the result of formatInstant that remembers the text of each day. An organization has a
 * million instants on few days. Formatting them one by one took a sixth of the time of an audit.
 */
export function instantFormatter(): (instant: Instant) => string {
  const dates = new Map<number, string>();
  const twoDigits = Array.from({ length: 60 }, (_, value) => `${value}`.padStart(2, '0'));
  return (instant) => {
    if (instant % 1000 !== 0) return formatInstant(instant);
    const day = Math.floor(instant / millisecondsPerDay);
    const date = dates.get(day) ?? formatDate(instant);
    dates.set(day, date);
    const time = instant - day * millisecondsPerDay;
    const hour = twoDigits[Math.floor(time / millisecondsPerHour)];
    const minute = twoDigits[Math.floor(time / millisecondsPerMinute) % 60];
    return `${date}${`T${hour}:${minute}:${twoDigits[(time / 1000) % 60]}Z`}`;
  };
}
