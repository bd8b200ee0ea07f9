/** A document for the charts, where there is no browser. */
export { parseHTML } from 'linkedom';
