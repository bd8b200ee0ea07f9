/**
 * The properties that every typed array has, as accessors that are taken at import: an array may have properties of its
 * own with these names. `call` them with the array, of whatever class and realm; for anything else `type` returns
 * undefined, and the others throw.
 */

const properties = Object.getPrototypeOf(Uint8Array.prototype) as object;
const descriptorOf = (name: string | symbol) => Object.getOwnPropertyDescriptor(properties, name) as PropertyDescriptor;

/** The name of its class, such as 'Uint8Array'. */
export const type: PropertyDescriptor = descriptorOf(Symbol.toStringTag);
export const buffer: PropertyDescriptor = descriptorOf('buffer');
export const byteOffset: PropertyDescriptor = descriptorOf('byteOffset');
export const length: PropertyDescriptor = descriptorOf('length');
