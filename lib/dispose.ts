/** Symbol.dispose. Node.js 20 and 22 define it in their main realm only. Apart from host.ts, since published types name it. */
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('nodejs.dispose');
