/** Charts. */
export * from '@observablehq/plot';
