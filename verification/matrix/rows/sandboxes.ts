/** Sandboxes: those of verification/sandboxes, around the installed package. */
import { type Sandbox, sandboxesFor } from '../../sandboxes/sandboxes.js';
import { attempt, users } from '../programs.js';
import { check, createInstalled, works } from '../project.js';
import { type Group, Missing, type Row } from '../row.js';

const required = ['gVisor'];
/** It injects into the third call, which is another one in the smoke test. */
const NOT_HERE = ['none', 'a registration that is lost'];
const { PATH = '' } = process.env;

const rowOf = (sandbox: Sandbox): Row => ({
  name: sandbox.name,
  required: required.includes(sandbox.name),
  async run() {
    if (sandbox.missing !== undefined) throw new Missing(sandbox.missing);
    const { folder } = await createInstalled(`sandbox-${sandbox.name.replaceAll(/\W/g, '')}`);
    // Debian's Node.js, since a container has the system's folders and the project only.
    const command = sandbox.wrap([process.execPath, `${folder}/main.js`]);
    const { stdout, stderr, status } = await attempt(command as [string, ...string[]], {
      cwd: folder,
      env: { PATH },
    });
    if (status !== 0) throw new Error(`${status}: ${stdout}${stderr}`);
    const { supported, strategy } = { ...works, ...sandbox.expected };
    check(stdout, { ...works, supported, strategy });
    return strategy === 'symmetric' ? 'with full fences' : undefined;
  },
});

export const sandboxes: Group = {
  name: 'sandboxes',
  rows: sandboxesFor(users)
    .filter(({ name }) => !NOT_HERE.includes(name))
    .map(rowOf),
};
