import type { Report } from './schema.js';
export const renderComparison = (r: readonly { name: string; report: Report }[]): string => JSON.stringify(r);
