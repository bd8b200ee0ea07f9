import type { Report } from './schema.js';
export const renderHtml = (r: Report): string => JSON.stringify(r);
