/** Who is on the call stack. */

/** Of V8. */
const settings: { stackTraceLimit: unknown; prepareStackTrace?: unknown } = Error;

/** A function that is on it. */
export type Called = (...args: never[]) => unknown;

/**
 * Whether anything but Node.js itself has called this function, which is on the stack. 3 microseconds. Where Error is
 * frozen (--frozen-intrinsics) nobody can tell: false.
 */
export function isCalledByUsers(calledBy: Called): boolean {
  const { stackTraceLimit, prepareStackTrace } = settings;
  const trace: { stack?: unknown } = {};
  try {
    settings.stackTraceLimit = Number.POSITIVE_INFINITY;
    settings.prepareStackTrace = (_error: unknown, sites: unknown) => sites;
  } catch {
    return false;
  }
  try {
    Error.captureStackTrace(trace, calledBy);
    return (trace.stack as NodeJS.CallSite[]).some((site) => !(site.getFileName() ?? 'node:').startsWith('node:'));
  } finally {
    settings.stackTraceLimit = stackTraceLimit;
    settings.prepareStackTrace = prepareStackTrace;
  }
}
