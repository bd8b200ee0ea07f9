/** The union of errors that attempt() returns: discriminated by `code`, so that a misspelt code does not compile. */
import {
  BlockedError,
  MembarrierError,
  membarrier,
  type NotRegisteredError,
  type UnavailableError,
} from 'node-membarrier';

const attempt = membarrier.attempt('PRIVATE_EXPEDITED');
attempt.value; // TS2339
attempt.error; // TS2339

if (!attempt.ok) {
  const { error } = attempt;
  switch (error.code) {
    case 'ERR_MEMBARRIER_NOT_REGISTERED':
      error satisfies NotRegisteredError;
      error satisfies BlockedError; // TS1360
      break;
    case 'ERR_MEMBARRIER_NOT_REGISTRED': // TS2678
      break;
    case 'ERR_MEMBARRIER_UNAVAILABLE':
      error satisfies UnavailableError;
      break;
    case 'ENOMEM':
      error.errno satisfies number;
      break;
    case 'ENOMEN': // TS2678
      break;
  }
  if (error.code === 'ERR_MEMBARRIER_BLOKED') throw error; // TS2367
  error.code = 'ENOMEM'; // TS2540
  error.syscall satisfies 'membarrier';
}

try {
  membarrier.privateExpedited();
} catch (caught) {
  if (caught instanceof MembarrierError) {
    if (caught.code === 'ERR_MEMBARRIER_NOT_REGISTRED') throw caught; // TS2367
    const code: number = caught.code; // TS2322
    console.log(code);
  }
  if (caught instanceof BlockedError) caught.code satisfies 'ERR_MEMBARRIER_BLOCKED';
}

const either = 'PRIVATE_EXPEDITED' as 'PRIVATE_EXPEDITED' | 'PRIVATE_EXPEDITED_RSEQ';
membarrier.attempt(either, { cpu: 0 }); // TS2554
membarrier.attempt('GLOBAL'); // TS2345
membarrier.attempt('PRIVATE_EXPEDITED', { cpu: 0 }); // TS2554
membarrier.attempt('PRIVATE_EXPEDITED_RSEQ', { cpu: 0 });
membarrier.raw('QUERY'); // TS2345
membarrier.raw(0, 0n); // TS2345

const query = membarrier.attempt('QUERY');
if (query.ok) {
  query.value.mask satisfies number;
  query.value.commands.add('GLOBAL'); // TS2339
}
