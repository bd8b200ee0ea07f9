/** A fresh process with so many parked threads, which prints what a barrier takes it: nanoseconds, the median. */

import { argv } from 'node:process';
import { getSystemErrorName } from 'node:util';
import { harness } from '../../harness/index.js';
import { inJavaScript } from '../measure/barriers.js';
import { summarize } from '../measure/samples.js';

const threads = harness.parkThreads(Number(argv[2]));
if (typeof threads === 'number') throw new Error(`${argv[2]} threads: ${getSystemErrorName(threads)}`);
const sample = inJavaScript('PRIVATE_EXPEDITED', 200);
console.log(summarize(Array.from({ length: 100 }, sample)).median);
