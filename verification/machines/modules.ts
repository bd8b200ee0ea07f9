/**
 * What tests and benchmarks import of others, each as one file: tap alone is hundreds of them, which the guest would
 * take seconds to find, for each test file.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { root } from '../../harness/index.js';

const modules: Readonly<Record<string, readonly string[]>> = {
  tap: [''],
  'fast-check': [''],
  'simple-statistics': [''],
  wabt: [''],
  'pure-rand': ['/generator/xoroshiro128plus', '/distribution/uniformInt', '/distribution/uniformFloat64'],
};

/** tcompare shows React elements by a module that is not installed. */
const withoutReact = {
  name: 'without-react',
  load: (id: string) =>
    id.includes('/tcompare/dist/esm/react-element-to-jsx-string') ? 'export default String' : null,
};

/** `folder` is to be the guest's node_modules. */
export async function bundleModules(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, paths] of Object.entries(modules)) {
    mkdirSync(join(folder, name), { recursive: true });
    const exports = Object.fromEntries(paths.map((path) => [`.${path}`, `.${path || '/index'}.js`]));
    writeFileSync(join(folder, name, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
    for (const path of paths) {
      const bundle = await rolldown({
        input: `${name}${path}`,
        cwd: fileURLToPath(root),
        platform: 'node',
        plugins: [withoutReact],
        logLevel: 'silent',
      });
      await bundle.write({ file: join(folder, name, `${path || '/index'}.js`) });
    }
  }
}
