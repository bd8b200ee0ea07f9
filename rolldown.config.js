import { readdirSync } from 'node:fs';

/**
 * Each entry of the package is one file, and what both need is a third: Node.js takes 0.3 to 1 ms to find, read and
 * link each further module, and importing the package should cost next to nothing.
 */
export const entries = {
  input: {
    index: 'lib/core/index.ts',
    fence: 'lib/fence/index.ts',
    rcu: 'lib/rcu/index.ts',
    collections: 'lib/collections/index.ts',
  },
  platform: 'node',
  // So that collections.js imports rcu.js itself, and there is no third file for what both need.
  preserveEntrySignatures: 'allow-extension',
  output: {
    dir: 'dist',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name].js',
    // With names that stay: all that `node-membarrier` needs; what fences and RCU need besides. (The array of
    // base/stack.ts takes 1.5 ms to make.)
    codeSplitting: {
      groups: [
        {
          name: 'core',
          test: /lib\/(addon|core(?!\/index)|base\/(host|arguments|describe|typed-arrays|package-root))\b/,
        },
        { name: 'fence', test: /lib\/(base|threads|fence)\//, minShareCount: 2 },
      ],
    },
    // The declarations have the docstrings. Without comments importing takes 1.5 ms less.
    comments: false,
    sourcemap: true,
  },
};

/**
 * The command line, with its own copies of what it needs of the library: most of that is internal. Its child processes
 * and threads are files of their own, found beside it by their names.
 */
const commandLine = {
  input: {
    membarrier: 'cli/main.ts',
    'probe-child': 'cli/probe-child.ts',
    'features-child': 'cli/features-child.ts',
    'litmus-thread': 'litmus/litmus-thread.ts',
  },
  platform: 'node',
  output: { dir: 'dist', entryFileNames: '[name].js', chunkFileNames: 'shared-[name].js', comments: false },
};

/** What `membarrier bench` has from elsewhere is put in its place, so that the package depends on nothing. */
const folder = 'bench/libraries';
const libraries = {
  input: Object.fromEntries(
    readdirSync(folder).map((file) => [`${folder}/${file.replace('.ts', '')}`, `${folder}/${file}`]),
  ),
  platform: 'node',
  output: { dir: 'dist', entryFileNames: '[name].js', chunkFileNames: `${folder}/shared-[name].js`, minify: true },
};

export default [entries, commandLine, libraries];
