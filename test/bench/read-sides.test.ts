/**
 * The loops of bench that are written out in WebAssembly are copies of the domain's own steps, at the same addresses.
 */
import { RcuDomain } from 'node-membarrier/rcu';
import t from 'tap';
import { bytes } from '../../bench/measure/rcu-readers.wasm.js';
import { DATA_BYTES, readSide } from '../../bench/measure/read-sides.js';
import { stepsOf } from '../support/rcu/words.js';

interface Addresses {
  readonly STATE: { readonly value: number };
  readonly WAIT_WORD: { readonly value: number };
}

t.test('addresses', async (t) => {
  const domain = RcuDomain.createSync();
  const imports = { rcu: { ...domain.imports, isBad: () => 0 } } as unknown as Record<string, Record<string, never>>;
  const loops = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports as unknown as Addresses;
  const { STATE, WAIT_WORD } = stepsOf(domain);
  t.equal(loops.STATE.value, STATE.value);
  t.equal(loops.WAIT_WORD.value, WAIT_WORD.value);
});

t.test('words of another version are refused', async (t) => {
  const domain = RcuDomain.createSync({ bytes: DATA_BYTES });
  const reader = domain.registerReader();
  t.doesNotThrow(() => readSide('inline', domain, reader).run(10));
  new DataView(domain.imports.memory.buffer as unknown as ArrayBuffer).setInt32(4, 99, true);
  t.throws(() => readSide('inline', domain, reader), { message: /the domain has layout 99/ });
});
