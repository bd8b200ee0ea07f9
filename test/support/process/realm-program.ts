/**
 * The package loaded in a realm that has `process` and nothing else of Node.js's, with --experimental-vm-modules, as
 * test runners load it. Prints what worked.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, type Module, SourceTextModule, SyntheticModule } from 'node:vm';
import * as ours from 'node-membarrier/rcu';
import { root } from '../../../harness/index.js';

const context = createContext({ process });
const loaded = new Map<string, Promise<Module>>();

async function load(url: string): Promise<Module> {
  if (!url.startsWith('node:')) {
    const initializeImportMeta = (meta: ImportMeta) => void Object.assign(meta, { url });
    return new SourceTextModule(readFileSync(fileURLToPath(url), 'utf8'), {
      context,
      identifier: url,
      initializeImportMeta,
    });
  }
  const exports = (await import(url)) as Record<string, unknown>;
  const set = (module: SyntheticModule) => {
    for (const [name, value] of Object.entries(exports)) module.setExport(name, value);
  };
  return new SyntheticModule(
    Object.keys(exports),
    function () {
      set(this);
    },
    { context, identifier: url },
  );
}

function loadOnce(url: string): Promise<Module> {
  const module = loaded.get(url) ?? load(url);
  loaded.set(url, module);
  return module;
}

const module = await loadOnce(new URL('dist/rcu.js', root).href);
await module.link((specifier, { identifier }) =>
  loadOnce(specifier.startsWith('.') ? new URL(specifier, identifier).href : specifier),
);
await module.evaluate();
const theirs = module.namespace as typeof ours;

const domain = ours.RcuDomain.createSync();
{
  using attached = theirs.RcuDomain.attach(domain.handle);
  using reader = attached.registerReader();
  reader.read(() => {});
  console.log('readers', domain.stats().readers);
  attached.synchronizeSync();
  await attached.synchronize();
  await new Promise<void>((resolve) => attached.callRcu(resolve));
}
console.log('readers', domain.stats().readers);
