import type { Report } from './schema.js';
export const readReport = (r: string): Report => JSON.parse(r);
