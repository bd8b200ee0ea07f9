/** Checks of foreign JSON. */
export * from 'valibot';
