/** RCU: what it takes, and what its errors are. */
import {
  type RcuCookie,
  RcuDomain,
  RcuError,
  type RcuErrorCode,
  type RcuHandle,
  type RcuReader,
  type RcuStall,
  STALL_CHANNEL,
} from 'node-membarrier/rcu';

new RcuDomain(); // TS2673
RcuDomain.create({ maxReader: 1 }); // TS2561
RcuDomain.create({ maxReaders: '1' }); // TS2322
const domain = RcuDomain.createSync({ maxReaders: 4, stallTimeout: 1000, bytes: 65_536 });
const promised: RcuDomain = RcuDomain.create(); // TS2740
domain.handle satisfies RcuHandle;
domain.handle.memory; // TS2339
domain.handle = promised.handle; // TS2540
RcuDomain.attach({}); // TS2741
RcuDomain.attach(domain); // TS2741
RcuDomain.attach(domain.handle) satisfies RcuDomain;

const reader: RcuReader = domain.registerReader({ name: 'table' });
domain.registerReader('table'); // TS2559
reader.readLock(1); // TS2554
reader.readLock() satisfies undefined; // TS1360
reader.slot = 0; // TS2540
reader.read(() => 1) satisfies number;
reader.read(async () => 1); // TS2345
reader.read(() => Promise.resolve()); // TS2345
reader.read(async function* () {}); // TS2345
reader.read(() => new Map<string, number>().values()); // TS2345
reader.read(() => new Map<string, number>()) satisfies Map<string, number>;
reader.read(); // TS2554
reader[Symbol.dispose](0); // TS2554

domain.synchronize({ signal: AbortSignal.timeout(1) }) satisfies Promise<void>;
domain.synchronize(AbortSignal.timeout(1)); // TS2559
domain.synchronizeSync({}); // TS2554
domain.callRcu(() => {});
domain.callRcu(); // TS2554
domain.callRcu(1); // TS2345
const cookie: RcuCookie = domain.startPoll();
domain.poll(cookie) satisfies boolean;
domain.poll(1); // TS2345
domain.stats().barriers satisfies number;
domain.stats().readers = 0; // TS2540
domain.imports.readLock('slot'); // TS2345
domain.imports.data satisfies number;
STALL_CHANNEL satisfies string;
({ threadId: 0, name: '', milliseconds: 1 }) satisfies RcuStall;

try {
  reader.readUnlock();
} catch (error) {
  if (error instanceof RcuError) {
    error.code satisfies RcuErrorCode;
    if (error.code === 'ERR_RCU_NOT_LOOKED') throw error; // TS2367
    error.code = 'ERR_RCU_NESTING'; // TS2540
  }
}
