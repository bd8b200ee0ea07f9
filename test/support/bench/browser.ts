/** A real browser, if there is one on this machine: none is downloaded. */
import { type Browser, chromium } from 'playwright-core';
import { findProgram } from '../process/programs.js';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

const found = findProgram(...names);

/** What t.test() takes as its `skip`. */
export const withoutBrowser = found === undefined ? `there is no ${names.join(', ')} in PATH` : false;

export function openBrowser(): Promise<Browser> {
  // Its sandbox needs user namespaces, which containers often lack; the pages are our own.
  const args = ['--no-sandbox', '--disable-gpu'];
  return chromium.launch({ executablePath: found as string, args });
}
