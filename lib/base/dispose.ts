/**
 * Symbol.dispose. Node.js 20 and 22 define it in their main realm only. It is not in host.ts, since published types
 * name this file.
 */
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('nodejs.dispose');
