/** Makes the memory of a new collection, with less of it where the system refuses what was asked for. */
import { AsymmetricFence } from '../fence/asymmetric-fence.js';
import { RcuDomain } from '../rcu/index.js';
import type { Creation } from './arguments.js';
import {
  asCollectionError,
  domainOptions,
  initializeTable,
  isForWantOfMemory,
  type Kind,
  sizesToTry,
  type TableConfig,
  type TableInstance,
} from './memory.js';

/** Registers on the thread pool first. Then nothing blocks. */
export async function createTable(kind: Kind, creation: Creation): Promise<TableInstance> {
  if (creation.flavor === 'memb') await AsymmetricFence.create();
  return createTableSync(kind, creation);
}

export function createTableSync(kind: Kind, creation: Creation): TableInstance {
  const { codec, maxBytes, maxThreads, flavor, poison } = creation;
  const config: TableConfig = { kind, codecName: codec.name, maxBytes, maxThreads, flavor, poison };
  let failure: unknown;
  for (const bytes of sizesToTry(config.maxBytes)) {
    try {
      return initializeTable(RcuDomain.createSync(domainOptions(config, bytes)), config, bytes);
    } catch (error) {
      if (!isForWantOfMemory(error)) throw asCollectionError(error, kind);
      failure = error;
    }
  }
  throw asCollectionError(failure, kind);
}
