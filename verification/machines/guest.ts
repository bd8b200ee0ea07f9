/** The guest's one program: does what the plan says. Its exit status is the machine's. */
import { readFileSync } from 'node:fs';
import { root } from '../../harness/index.js';
import { bench, doctor, introduce, torture } from './guest-machine.js';
import { runSuite } from './guest-suite.js';
import { countSwitches } from './guest-switches.js';
import type { Plan } from './plan.js';

const plan = JSON.parse(readFileSync(new URL('plan.json', root), 'utf8')) as Plan;

if (plan.task === 'switches') {
  await countSwitches(plan.leaveOut);
} else {
  introduce(plan);
  if (plan.doctor) await doctor(plan);
  // Beside each other: times mean nothing there.
  await Promise.all([plan.bench ? bench() : undefined, runSuite(plan)]);
  if (plan.torture) await torture();
}
process.exit();
