/** Makes the memory of a new collection, with less of it where the system refuses what was asked for. */
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

export async function createTable(kind: Kind, creation: Creation): Promise<TableInstance> {
  const config = configOf(kind, creation);
  let failure: unknown;
  for (const bytes of sizesToTry(config.maxBytes)) {
    try {
      return initializeTable(await RcuDomain.create(domainOptions(config, bytes)), config, bytes);
    } catch (error) {
      if (!isForWantOfMemory(error)) throw asCollectionError(error, kind);
      failure = error;
    }
  }
  throw asCollectionError(failure, kind);
}

export function createTableSync(kind: Kind, creation: Creation): TableInstance {
  const config = configOf(kind, creation);
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

function configOf(kind: Kind, { maxBytes, maxThreads, codec }: Creation): TableConfig {
  return { kind, maxBytes, maxThreads, codecName: codec.name };
}
