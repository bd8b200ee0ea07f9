/** Who is on the call stack. */

/** Of V8. */
const settings: { stackTraceLimit: unknown; prepareStackTrace?: unknown } = Error;

/** False where a property cannot be set. */
const { set } = Reflect;

/** A function that is on it. */
export type Called = (...args: never[]) => unknown;

/** Whether anything but Node.js itself has called this function, which is on the stack. 3 to 10 microseconds. */
export function isCalledByUsers(calledBy: Called): boolean {
  const { stackTraceLimit, prepareStackTrace } = settings;
  try {
    const isSet =
      set(settings, 'stackTraceLimit', Number.POSITIVE_INFINITY) && set(settings, 'prepareStackTrace', sitesOf);
    if (!isSet) return isToldOfUsers(calledBy);
    const trace: { stack?: unknown } = {};
    Error.captureStackTrace(trace, calledBy);
    return (trace.stack as NodeJS.CallSite[]).some((site) => !(site.getFileName() ?? 'node:').startsWith('node:'));
  } finally {
    set(settings, 'stackTraceLimit', stackTraceLimit);
    set(settings, 'prepareStackTrace', prepareStackTrace);
  }
}

function sitesOf(_error: unknown, sites: unknown): unknown {
  return sites;
}

/** The same where Error is frozen (--frozen-intrinsics): by the text of a trace, which has ten functions at least. */
function isToldOfUsers(calledBy: Called): boolean {
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, calledBy);
  const [, ...lines] = String(trace.stack).split('\n');
  return lines.some((line) => !OF_THE_HOST.test(line));
}

const OF_THE_HOST = /(?:^ +at |\()(?:node:[^()]*|<anonymous>)\)?$/;
