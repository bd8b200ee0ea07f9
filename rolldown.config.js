/**
 * The package's entry is lib/ in one file: Node.js takes 0.3 to 1 ms to find, read and link each further module, and
 * importing the package should cost next to nothing.
 */
export default {
  input: 'lib/index.ts',
  platform: 'node',
  output: { file: 'dist/index.js', sourcemap: true },
};
