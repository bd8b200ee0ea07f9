/** All read sides that the other benchmarks of RCU measure are checked first, in threads. Nothing is measured if one is wrong. */
import { AsymmetricFence } from 'node-membarrier/fence';
import { checkReadSides } from '../support/check-read-sides.js';
import { here, there } from '../support/counted.js';
import { startUrcu } from '../support/urcu.js';

AsymmetricFence.createSync({ fallback: 'error' });
const peers = (['inlined', 'called'] as const).map((kind) => startUrcu(kind, here, there ?? here));
await checkReadSides(
  ['object', 'consts', 'read', 'called', 'inline', 'lock'],
  peers.filter((peer) => peer !== undefined),
);
