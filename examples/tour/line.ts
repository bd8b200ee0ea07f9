export function line(who: string, what: string, result: string): void {
  console.log(`${who.padEnd(25)} ${what.padEnd(34)} ${result}`);
}
