/** The architecture: each file imports from its own layer or from layers below it, and nothing in circles. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import t from 'tap';
import { root } from '../../harness/index.js';

const clone = fileURLToPath(root);

/** From the bottom; a file belongs to the layer with the longest folder that holds it. */
const layers = [
  ['lib/base/'],
  ['lib/addon/'],
  ['lib/core/'],
  ['lib/threads/'],
  ['lib/fence/'],
  ['lib/rcu/'],
  ['lib/collections/'],
  ['litmus/'],
  ['harness/'],
  ['terminal/'],
  ['bench/'],
  ['cli/'],
  ['examples/'],
  ['test/support/'],
  ['verification/'],
  ['test/'],
];

function sourcesIn(folder: string): string[] {
  const entries = readdirSync(join(clone, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
}

const files = ['lib', 'litmus', 'harness', 'terminal', 'cli', 'bench', 'examples', 'test', 'verification']
  .flatMap(sourcesIn)
  .filter((file) => !file.startsWith('test/package/types/'));

/** The files of the clone that a file imports, with `import type` and import(). */
function importsOf(file: string): string[] {
  const source = readFileSync(join(clone, file), 'utf8');
  const { module, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const named = [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...reexports(module)];
  const literals = module.dynamicImports.map(({ moduleRequest }) =>
    source.slice(moduleRequest.start + 1, moduleRequest.end - 1),
  );
  return [...named, ...literals].flatMap((specifier) => resolve(file, specifier));
}

function reexports(module: ReturnType<typeof parseSync>['module']): string[] {
  return module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
  );
}

function resolve(from: string, specifier: string): string[] {
  if (specifier === 'node-membarrier') return ['lib/core/index.ts'];
  const entry = /^node-membarrier\/(fence|rcu|collections)$/.exec(specifier)?.[1];
  if (entry !== undefined) return [`lib/${entry}/index.ts`];
  if (!specifier.startsWith('.')) return [];
  return [normalize(join(dirname(from), specifier)).replace(/\.js$/, '.ts')];
}

function layerOf(file: string): number {
  const folder = layers
    .flat()
    .reduce((longest, folder) => (file.startsWith(folder) && folder.length > longest.length ? folder : longest), '');
  return layers.findIndex((folders) => folders.includes(folder));
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));

t.test('imports are seen', async (t) => {
  t.ok(graph.get('lib/core/index.ts')?.includes('lib/core/errors.ts'), 'static ones, and re-exports');
  t.ok(graph.get('lib/core/barrier.ts')?.includes('lib/addon/binding.ts'), 'those of types');
  t.ok(graph.get('test/support/process/fresh-child.ts')?.includes('test/support/process/outcome.ts'), 'dynamic ones');
});

t.test('every file has a layer, and imports what exists', async (t) => {
  for (const [file, imports] of graph) {
    t.not(layerOf(file), -1, file);
    for (const imported of imports) t.ok(graph.has(imported), `${file} -> ${imported}`);
  }
});

t.test('imports point down the layers', async (t) => {
  const upward = [...graph].flatMap(([file, imports]) =>
    imports.filter((imported) => layerOf(imported) > layerOf(file)).map((imported) => `${file} -> ${imported}`),
  );
  t.strictSame(upward, []);
});

t.test('imports do not go in circles', async (t) => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    else if (!done.has(file)) for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  t.strictSame(circles, []);
});

t.test(
  'the native layer: the system call knows nothing of JavaScript, and the addon nothing of the harness',
  async (t) => {
    const natives = ['native/', 'harness/', 'test/native/'].flatMap((folder) =>
      readdirSync(join(clone, folder))
        .filter((name) => /\.(cc|h)$/.test(name))
        .map((name) => folder + name),
    );
    const ofHarness = natives.filter((name) => name.startsWith('harness/') && name.endsWith('.h'));
    const includes = (name: string) =>
      [...readFileSync(join(clone, name), 'utf8').matchAll(/^#include [<"](.+)[>"]/gm)].map(
        ([, included]) => included as string,
      );
    const knowsJavaScript = [
      'native/addon.cc',
      'native/async_call.cc',
      'native/async_call.h',
      'harness/harness.cc',
      'harness/bind.h',
      'test/native/probes.cc',
    ];
    for (const name of natives) {
      const javaScript = includes(name).some((included) => ['napi.h', 'node_api.h', 'async_call.h'].includes(included));
      t.equal(javaScript, knowsJavaScript.includes(name), name);
      if (name.startsWith('native/')) {
        t.strictSame(
          includes(name).filter((included) => ofHarness.includes(`harness/${included}`)),
          [],
        );
      }
    }
    t.ok(natives.includes('native/syscall.h'));
  },
);
