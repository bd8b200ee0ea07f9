/**
 * Where the binary may be, in the order in which the places are tried: a clone's own build; what the published package
 * brings along; and for a program that a bundler has put together, beside the bundle, then in node_modules.
 */
import { builtin } from '../base/host.js';

/** Not by an import, which would make the streams of stdin, stdout and stderr: 7 ms. */
const { argv, arch } = process;
const { pathToFileURL, URL: NodeUrl } = builtin('node:url');

/** Of this file. Undefined where a bundler has made CommonJS of it. */
const here: string | undefined = import.meta.url;

/** Undefined for a place that this program does not have. */
type Place = () => URL | undefined;

/**
 * Two files of the program: that of this module, unless webpack has put the place of its source here; and the first, or
 * an executable that holds the whole program.
 */
const programs = [
  () => (here?.startsWith('file:') ? here : undefined),
  () => (argv[1] === undefined ? undefined : pathToFileURL(argv[1]).href),
];

export const places: readonly Place[] = [
  clone,
  published,
  ...programs.map((program) => () => beside(program())),
  ...programs.map((program) => () => installed(program())),
];

function clone(): URL | undefined {
  const below = here?.lastIndexOf('/dist/') ?? -1;
  return below < 0 ? undefined : new NodeUrl('../build/Release/membarrier.node', here?.slice(0, below + 6));
}

/**
 * As seen from the package's bundles in dist/. In this shape, with the global URL, webpack and @vercel/nft know to take
 * the file along. Another realm may lack that global.
 */
function published(): URL | undefined {
  if (here === undefined) return undefined;
  if (typeof URL !== 'function') return new NodeUrl(`../prebuilds/linux-${arch}/node-membarrier.node`, here);
  return new URL(`../prebuilds/linux-${process.arch}/node-membarrier.node`, import.meta.url);
}

function beside(file: string | undefined): URL | undefined {
  return file === undefined ? undefined : new NodeUrl('node-membarrier.node', file);
}

function installed(from: string | undefined): URL | undefined {
  if (from === undefined) return undefined;
  try {
    const manifest = builtin('node:module').createRequire(from).resolve('node-membarrier/package.json');
    return new NodeUrl(`prebuilds/linux-${arch}/node-membarrier.node`, pathToFileURL(manifest).href);
  } catch {
    return undefined; // Not installed, or this program may not look.
  }
}
