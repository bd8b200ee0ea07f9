/**
 * npm runs this after `npm install` in a clone, and when a project depends on the repository itself (git+https:...,
 * git+file:...). What is packed for such a project must be there: dist/, and the binary for this machine.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { arch, execPath, exit, platform } from 'node:process';

const binary = `prebuilds/linux-${arch}/node-membarrier.node`;

if (platform === 'linux' && (!existsSync('dist/index.js') || !existsSync(binary))) {
  try {
    execFileSync(execPath, ['tools/build.js', 'package'], { stdio: ['ignore', 'inherit', 'inherit'] });
    mkdirSync(dirname(binary), { recursive: true });
    execFileSync('strip', ['-o', binary, 'build/Release/membarrier.node']);
  } catch (error) {
    console.error(
      `${error.message}\nCannot build node-membarrier from its repository (see above). If a compiler is missing, ` +
        'install a C++ compiler, make and Python 3; or depend on the published package, which brings binaries along.',
    );
    exit(1);
  }
}
