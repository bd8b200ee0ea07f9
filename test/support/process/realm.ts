/** Another realm, into which a module of the package is loaded as test runners do it: --experimental-vm-modules. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Context, type Module, SourceTextModule, SyntheticModule } from 'node:vm';

/** The exports of a module, and of what it imports, made in the context. */
export async function importInto<Exports>(context: Context, url: string): Promise<Exports> {
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

  const module = await loadOnce(url);
  await module.link((specifier, { identifier }) =>
    loadOnce(specifier.startsWith('.') ? new URL(specifier, identifier).href : specifier),
  );
  // Not awaited: a context with a microtask queue of its own never settles it. The package awaits nothing.
  void module.evaluate();
  if (module.status !== 'evaluated') throw module.error;
  return module.namespace as Exports;
}
