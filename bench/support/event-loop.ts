/** How late the event loop is: what a blocking call does to everything else that a thread has to do. */

const tick = 1;

/** Runs `operation`, or idles for as long, and answers by how many milliseconds each 1 ms timer fired late meanwhile. */
export async function delaysDuring(operation: Promise<unknown>): Promise<number[]> {
  let running = true;
  const done = operation.finally(() => {
    running = false;
  });
  const delays: number[] = [];
  while (running) {
    const due = performance.now() + tick;
    await new Promise((resolve) => setTimeout(resolve, tick));
    delays.push(Math.max(0, performance.now() - due));
  }
  await done;
  return delays;
}
