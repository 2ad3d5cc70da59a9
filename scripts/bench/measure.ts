import { spawnSync } from 'node:child_process';

/** The median, rounded to a tenth. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN) * 10) / 10;
}

/** The median milliseconds of several runs, after one warm-up. */
export function timeInProcess(runs: number, run: () => void): number {
  run();
  const times = Array.from({ length: runs }, () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  });
  return median(times);
}

/** The milliseconds of a whole process, from start to end, and its peak memory. */
interface ProcessFigures {
  readonly wallMs: number;
  readonly peakMB: number;
}

const report = `process.on('exit', () => require('node:fs').writeSync(2, '\\n' + process.resourceUsage().maxRSS))`;

/** The medians of several fresh Node processes. Throws if one ends with an exit code of 2 or more. */
export function timeProcess(runs: number, args: readonly string[]): ProcessFigures {
  const preload = `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('file:///'); ${report}`)}`;
  const figures = Array.from({ length: runs }, () => {
    const begin = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['--import', preload, ...args], {
      encoding: 'utf8',
      maxBuffer: 1024 ** 3,
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    const wallMs = performance.now() - begin;
    if (status === null || status > 1) throw new Error(`exit code ${status}: ${stderr}`);
    return { wallMs, peakMB: Number(stderr.trimEnd().split('\n').at(-1)) / 1024 };
  });
  return {
    wallMs: median(figures.map(({ wallMs }) => wallMs)),
    peakMB: median(figures.map(({ peakMB }) => peakMB)),
  };
}
