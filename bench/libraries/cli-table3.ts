/** Tables in text. */
export { default as Table } from 'cli-table3';
