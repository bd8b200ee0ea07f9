/**
 * All read sides that the other benchmarks of RCU measure are checked first, in threads. Nothing is measured if one is
 * wrong.
 */
import { endianness } from 'node:os';
import { AsymmetricFence } from 'node-membarrier/fence';
import { checkReadSides } from '../measure/check-read-sides.js';
import { here, there } from '../measure/counted.js';
import { startUrcu } from '../peers/urcu.js';

// WebAssembly's words are little-endian everywhere, those of an Int32Array are not; and here both read the same.
if (endianness() === 'BE') throw new Error('its readers share words whose byte order differs on a big-endian machine');
AsymmetricFence.createSync({ fallback: 'error' });
const peers = (['inlined', 'called'] as const).map((kind) => startUrcu(kind, here, there ?? here));
await checkReadSides(
  ['object', 'consts', 'read', 'called', 'inline', 'lock'],
  peers.filter((peer) => peer !== undefined),
);
