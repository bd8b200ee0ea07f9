/** Error messages as users meet them: their exact text, and the form that each must have. */
import type { Test } from 'tap';

export interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** What is thrown, or what the promise is rejected with. */
export async function refusalOf(act: () => unknown): Promise<Refusal> {
  try {
    await act();
  } catch (error) {
    const { name, code, message } = error as Refusal;
    return { name, code, message };
  }
  throw new Error('nothing was refused');
}

const MOST_WORDS = 25;

/** What happened, then what to do: at least two sentences, each short enough to be read once. */
export function checkForm(t: Test, message: string): void {
  const sentences = message.split(/[.?] |; |\n\s*/);
  t.ok(sentences.length >= 2, `says what happened, and what to do: ${message}`);
  for (const sentence of sentences) {
    const words = sentence.split(/\s+/).length;
    t.ok(words <= MOST_WORDS, `${words} words: ${sentence}`);
  }
  t.match(message, /^[A-Z]|^\w+\(/, 'begins as a sentence does');
  t.notMatch(message, /\.$/, 'ends as messages of Node.js do');
}

/** `code` and `message` exactly; TypeError, RangeError or a class of our own by `name`. */
export async function checkMessage(
  t: Test,
  act: () => unknown,
  name: string,
  code: string,
  message: string,
): Promise<void> {
  const refusal = await refusalOf(act);
  t.strictSame(refusal, { name, code, message });
  checkForm(t, refusal.message);
}
