/** A real browser, if there is one on this machine: none is downloaded. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

function executable(): string | undefined {
  const { PATH = '' } = process.env;
  return names.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name))).find(mayRun);
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const found = executable();

/** What t.test() takes as its `skip`. */
export const withoutBrowser = found === undefined ? `there is no ${names.join(', ')} in PATH` : false;

export function openBrowser(): Promise<Browser> {
  // Its sandbox needs user namespaces, which containers often lack; the pages are our own.
  const args = ['--no-sandbox', '--disable-gpu'];
  return chromium.launch({ executablePath: found as string, args });
}
