import { SharedCell } from 'node-membarrier/collections';

const prices = await SharedCell.create({ cents: 100 });
const same = SharedCell.attach<{ cents: number }>(prices.handle);

prices.publish({ cents: 120 });
console.log(same.value.cents);
