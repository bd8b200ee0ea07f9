import type { Report } from './schema.js';
export const renderReport = (r: Report): string => JSON.stringify(r);
