/**
 * Where the binary may be, in the order in which the places are tried: a clone's own build; what the published package
 * brings along; and for a program that a bundler has put together, beside the bundle, then in node_modules.
 */
import { builtin } from '../base/host.js';

/** Not by an import, which would make the streams of stdin, stdout and stderr: 7 ms. */
const { argv, arch } = process;
const { pathToFileURL } = builtin('node:url');

/** Of this file. Undefined where a bundler has made CommonJS of it. */
const here: string | undefined = import.meta.url;

/** Undefined for a place that this program does not have. */
type Place = () => URL | undefined;

export const places: readonly Place[] = [clone, published, beside, installed];

function clone(): URL | undefined {
  const below = here?.lastIndexOf('/dist/') ?? -1;
  return below < 0 ? undefined : new URL('../build/Release/membarrier.node', here?.slice(0, below + 6));
}

/**
 * As seen from the package's bundles in dist/. Five expressions, and each of this shape, since webpack and @vercel/nft
 * recognize a file only so, and then take it along.
 */
function published(): URL | undefined {
  if (here === undefined) return undefined;
  switch (arch) {
    case 'x64':
      return new URL('../prebuilds/linux-x64/node-membarrier.node', import.meta.url);
    case 'arm64':
      return new URL('../prebuilds/linux-arm64/node-membarrier.node', import.meta.url);
    case 'ppc64':
      return new URL('../prebuilds/linux-ppc64/node-membarrier.node', import.meta.url);
    case 's390x':
      return new URL('../prebuilds/linux-s390x/node-membarrier.node', import.meta.url);
    case 'riscv64':
      return new URL('../prebuilds/linux-riscv64/node-membarrier.node', import.meta.url);
    default:
      return undefined;
  }
}

/** The file of the bundle; the executable, where it holds the program itself. */
function program(): string | undefined {
  return here?.startsWith('file:') ? here : argv[1] && pathToFileURL(argv[1]).href;
}

function beside(): URL | undefined {
  const from = program();
  return from ? new URL('node-membarrier.node', from) : undefined;
}

function installed(): URL | undefined {
  const from = program();
  if (!from) return undefined;
  try {
    const manifest = builtin('node:module').createRequire(from).resolve('node-membarrier/package.json');
    return new URL(`prebuilds/linux-${arch}/node-membarrier.node`, pathToFileURL(manifest).href);
  } catch {
    return undefined; // Not installed, or this program may not look.
  }
}
