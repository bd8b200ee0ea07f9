/**
 * What a Barrier proves. A line that ends in a comment with an error's number must not compile, and for that reason.
 */
import { type Barrier, membarrier, type Registrable } from 'node-membarrier';

const privateBarrier = membarrier.registerSync('PRIVATE_EXPEDITED');
const syncCoreBarrier = await membarrier.register('PRIVATE_EXPEDITED_SYNC_CORE');
const rseqBarrier = membarrier.registerSync('PRIVATE_EXPEDITED_RSEQ');

function publish(barrier: Barrier<'PRIVATE_EXPEDITED'>): void {
  barrier();
}

publish(privateBarrier);
publish(syncCoreBarrier); // TS2345
publish(rseqBarrier); // TS2345
publish(membarrier.privateExpedited); // TS2739
publish(() => {}); // TS2739
publish(Object.assign(() => {}, { command: 'PRIVATE_EXPEDITED' as const })); // TS2741

privateBarrier({ cpu: 0 }); // TS2554
syncCoreBarrier({ cpu: 0 }); // TS2554
rseqBarrier({ cpu: 0 });
rseqBarrier();
rseqBarrier(0); // TS2559
rseqBarrier({ cpu: '0' }); // TS2322
rseqBarrier({ CPU: 0 }); // TS2561

const command: 'PRIVATE_EXPEDITED' = privateBarrier.command;
privateBarrier.command = command; // TS2540

membarrier.registerSync('GLOBAL'); // TS2345
membarrier.registerSync('REGISTER_PRIVATE_EXPEDITED'); // TS2345
membarrier.register('PRIVATE_EXPEDITED_SYNCCORE'); // TS2345
membarrier.isRegistered('QUERY'); // TS2345
membarrier.isSupported('PRIVATE'); // TS2345
membarrier.privateExpedited = () => {}; // TS2540

const viaAttempt = membarrier.attempt('REGISTER_PRIVATE_EXPEDITED');
if (viaAttempt.ok) publish(viaAttempt.value);
const otherKind = membarrier.attempt('REGISTER_PRIVATE_EXPEDITED_SYNC_CORE');
if (otherKind.ok) publish(otherKind.value); // TS2345

function any(kind: Registrable): Barrier {
  return membarrier.registerSync(kind);
}
publish(any('PRIVATE_EXPEDITED')); // TS2345
any('PRIVATE_EXPEDITED')();
any('PRIVATE_EXPEDITED_RSEQ')({ cpu: 0 }); // TS2554
