/** Where the package lies. Compiled code is below dist/ in it, in a file of its own or in the package's bundle. */
export function packageRoot(): string {
  const below = import.meta.url.lastIndexOf('/dist/');
  if (below < 0) throw new Error(`${import.meta.url} does not lie in the package node-membarrier`);
  return import.meta.url.slice(0, below + 1);
}
