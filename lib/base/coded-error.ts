/** What the errors of fences and of RCU have in common: a code, by which a program tells them apart. */
export class CodedError<Code extends string> extends Error {
  /** Tells the errors apart. It is part of the API and does not change. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Gives a class of errors its name, as Error has its own: on the prototype, and not enumerable. */
export function nameErrors(errors: { readonly name: string; readonly prototype: Error }): void {
  Object.defineProperty(errors.prototype, 'name', { value: errors.name, configurable: true, writable: true });
}
