/** Loaded before a test (--import): what it creates has the event-loop flavor, unless it names one. */
import { SharedCell, SharedMap } from 'node-membarrier/collections';
import { RcuDomain } from 'node-membarrier/rcu';

const flavor = 'qsbr';

/** Gives a class's create() and createSync() other options, which are their last parameter. */
function giveOptions(owner: object, parameters: number): void {
  const creators = owner as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ['create', 'createSync']) {
    const create = creators[name] as (...args: unknown[]) => unknown;
    creators[name] = (...args) => {
      const options = args[parameters - 1];
      return create.apply(owner, [...args.slice(0, parameters - 1), withFlavor(options)]);
    };
  }
}

/** What is refused is left as it is. */
function withFlavor(options: unknown): unknown {
  return options === undefined || (typeof options === 'object' && options !== null) ? { flavor, ...options } : options;
}

giveOptions(RcuDomain, 1);
giveOptions(SharedMap, 1);
giveOptions(SharedCell, 2);
