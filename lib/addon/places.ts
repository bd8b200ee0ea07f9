/**
 * Where the binary may be, in the order in which the places are tried: a clone's own build; what the published package
 * brings along; and for a program that a bundler has put together, beside the bundle, then in node_modules. No place
 * depends on the current folder, nor on an argument: others may write there.
 */
import { builtin } from '../base/host.js';

/** Not by an import, which would make the streams of stdin, stdout and stderr: 7 ms. */
const { argv, arch, execPath } = process;
const { pathToFileURL, URL: NodeUrl } = builtin('node:url');

const FILE = `prebuilds/linux-${arch}/node-membarrier.node`;

/** Undefined for a place that this program does not have. */
type Place = () => URL | undefined;

export const places: readonly Place[] = [
  clone,
  published,
  ...[bundle, program].flatMap((file) => [() => beside(file()), () => installed(file())]),
];

/** This file, or the bundle that it is in. Undefined where a bundler has put another place here, or none. */
function bundle(): string | undefined {
  const here: string | undefined = import.meta.url;
  // What esbuild and Rollup leave of it in CommonJS.
  if (here === undefined) return typeof __filename === 'string' ? urlOf(__filename) : undefined;
  // webpack writes the source's place on the machine that built the program.
  return here.startsWith('file:') && published()?.href === new NodeUrl(`../${FILE}`, here).href ? here : undefined;
}

/** The program's first file, or the executable that holds the whole program. */
function program(): string | undefined {
  if (builtin('node:sea')?.isSea()) return urlOf(execPath);
  // With --eval it is the first argument of the user's. With workers of a text, and with stdin, it is no path.
  return '_eval' in process ? undefined : urlOf(argv[1] ?? '');
}

/** Without symbolic links: a command in node_modules/.bin is one. */
function urlOf(path: string): string | undefined {
  if (!path.startsWith('/')) return undefined;
  try {
    return pathToFileURL(builtin('node:fs').realpathSync(path)).href;
  } catch {
    return undefined; // Not a file; or this program may not look.
  }
}

function clone(): URL | undefined {
  const root = /^.*\/(?=dist\/(shared-[\w-]+|lib\/addon\/places)\.js$)/.exec(bundle() ?? '')?.[0];
  return root === undefined ? undefined : new NodeUrl('build/Release/membarrier.node', root);
}

/**
 * As seen from the package's bundles in dist/. In this shape, with the global URL, webpack and @vercel/nft know to take
 * the file along. Another realm may lack that global.
 */
function published(): URL | undefined {
  if (import.meta.url === undefined) return undefined;
  if (typeof URL !== 'function') return new NodeUrl(`../${FILE}`, import.meta.url);
  return new URL(`../prebuilds/linux-${process.arch}/node-membarrier.node`, import.meta.url);
}

function beside(file: string | undefined): URL | undefined {
  return file === undefined ? undefined : new NodeUrl('node-membarrier.node', file);
}

function installed(from: string | undefined): URL | undefined {
  if (from === undefined) return undefined;
  try {
    const manifest = builtin('node:module').createRequire(from).resolve('node-membarrier/package.json');
    return new NodeUrl(FILE, pathToFileURL(manifest).href);
  } catch {
    return undefined; // Not installed, or this program may not look.
  }
}
