/** A report from a file: what is none, or is of another format, is refused with what is wrong about it. */
import { readFileSync } from 'node:fs';
import { UsageError } from '../../terminal/result.js';
import * as v from '../libraries/valibot.js';
import { printable } from './printable.js';
import { type Report, report as schema } from './schema.js';

export function readReport(path: string): Report {
  const content = parse(path, read(path));
  refuseOthers(path, content);
  const result = v.safeParse(schema, content);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'all of it';
  throw new UsageError(`${path} is not a report of membarrier bench: ${printable(`${field}: ${issue.message}`)}`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function parse(path: string, text: string): unknown {
  try {
    // A byte order mark is no JSON, but some editors leave one.
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${printable((error as Error).message)}`);
  }
}

/** What else another format has changed is nobody's mistake. */
function refuseOthers(path: string, content: unknown): void {
  const known = schema.entries.format.literal;
  const other = v.object({ tool: schema.entries.tool, format: v.pipe(v.number(), v.integer(), v.minValue(1)) });
  if (!v.is(other, content) || content.format === known) return;
  const version = content.format > known ? 'a later' : 'an earlier';
  throw new UsageError(
    `${path} has format ${content.format}, of ${version} version. This version reads format ${known}`,
  );
}
