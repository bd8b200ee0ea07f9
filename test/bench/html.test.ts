/**
 * The page of a report, in a real browser: complete, legible in wide and narrow windows, and unable to run or load
 * anything.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { renderHtml } from '../../bench/report/html.js';
import type { Report, Table } from '../../bench/report/schema.js';
import { answerOf } from '../../bench/report/summary.js';
import { emulatedReport, realReport, sampleReport, withTexts } from '../support/bench/bench-report.js';
import { openBrowser, withoutBrowser } from '../support/bench/browser.js';

const hostile = `</text></title><img src=x onerror="document.title='hit'"><script>document.title='hit'</script>&amp;'"`;

/** The report with other figures, but for those that have to be shares. */
function withFigures(change: (value: number) => number): Report {
  const kept = new Set(['confidence', 'format']);
  return JSON.parse(JSON.stringify(sampleReport), (key, value: unknown) =>
    typeof value === 'number' && !kept.has(key) ? change(value) : value,
  ) as Report;
}

function withoutRows(): Report {
  const { sections } = structuredClone(sampleReport);
  for (const table of sections.flatMap(({ tables }) => tables)) table.rows = [];
  return { ...sampleReport, sections };
}

const reports: Record<string, Report> = {
  'a report that was measured': realReport,
  'a bit of everything': sampleReport,
  'one of an emulated host': emulatedReport,
  'hostile texts': withTexts(sampleReport, (own) => own + hostile),
  'long texts': withTexts(sampleReport, (own) => `${own} ${'unbroken'.repeat(20)}`),
  'wide letters': withTexts(sampleReport, (own) => `${own.toUpperCase()} ${'W'.repeat(20)} ${'中'.repeat(30)}`),
  'large figures': withFigures((value) => value * 1e6),
  'figures that are all alike': withFigures(() => 5),
  'figures that are all 0': withFigures(() => 0),
  'no sections': { ...sampleReport, complete: false, sections: [] },
  'no rows': withoutRows(),
};

/** Evaluated in the page, where there is a document: so they are texts. */
const inPage = {
  overflow: 'document.documentElement.scrollWidth - window.innerWidth',
  scripts: `document.scripts.length + document.images.length`,
  title: 'document.title',
  /** Texts that run into each other, and marks and ticks that leave their place. */
  illegible: `[...document.querySelectorAll('.figures')].flatMap((table) => {
    const seen = (selector) => [...table.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const boxOf = (one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return [one.textContent, range.getBoundingClientRect()];
    };
    const texts = seen('th[scope], td:not(.track), .track span').map(boxOf).filter(([text]) => text !== '');
    const touching = texts.filter(([, a], i) => texts.some(([, b], j) =>
      i < j && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3));
    const outside = seen('.track i').filter((mark) => {
      const [own, frame] = [mark, mark.parentNode].map((one) => one.getBoundingClientRect());
      const middle = (own.left + own.right) / 2;
      return middle < frame.left - 1 || middle > frame.right + 1 || own.height === 0;
    });
    return [...touching.map(([text]) => 'touching: ' + text), ...outside.map((mark) => 'outside: ' + mark.className)];
  })`,
  marks: `[...document.querySelectorAll('.dot')].filter((mark) => mark.checkVisibility()).length`,
  figures: `[...document.querySelectorAll('tbody tr:has(.dot) td[data-name=unit]:not(:empty)')].filter((one) => one.checkVisibility()).length`,
  background: 'getComputedStyle(document.body).backgroundColor',
};

t.test('whatever the figures are, each mark has a place', async (t) => {
  const magnitude = fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -6, max: 9 }));
  const figures = fc.oneof(
    fc.constantFrom(0, 1),
    magnitude.map(([digits, exponent]) => digits * 10 ** exponent),
  );
  const check = fc.property(fc.infiniteStream(figures), (stream) => {
    const page = renderHtml(withFigures(() => stream.next().value));
    const places = [...page.matchAll(/<i class="dot[^"]*" style="left: (-?[\d.]+)%">/g)].map(([, place]) =>
      Number(place),
    );
    const inside = places.every((place) => place >= -0.01 && place <= 100.01);
    return places.length === rowsOf(sampleReport) && inside && !/NaN|Infinity|undefined/.test(page);
  });
  t.doesNotThrow(() => fc.assert(check, { numRuns: 25 }));
});

const windows = [1200, 800, 420];

async function show(browser: Browser, report: Report, path: string) {
  writeFileSync(path, renderHtml(report));
  const page = await browser.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => problems.push(message.text()));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, problems, requests };
}

function evaluated<T>(page: Page, what: keyof typeof inPage): Promise<T> {
  return page.evaluate<T>(inPage[what]);
}

function tablesOf({ sections }: Report): Table[] {
  return sections.flatMap(({ tables }) => tables);
}

function rowsOf(report: Report): number {
  return tablesOf(report).reduce((sum, { rows }) => sum + rows.filter(({ figures }) => figures !== null).length, 0);
}

t.test('the page, with', { skip: withoutBrowser, timeout: 300_000 }, async (t) => {
  const browser = await openBrowser();
  t.teardown(() => browser.close());
  const path = join(t.testdir(), 'page.html');
  for (const [name, report] of Object.entries(reports)) {
    await t.test(name, (t) => examine(t, browser, report, path));
  }
});

t.test('the page', { skip: withoutBrowser, timeout: 120_000 }, async (t) => {
  const browser = await openBrowser();
  t.teardown(() => browser.close());
  const path = join(t.testdir(), 'page.html');

  t.test('begins with the answers', async (t) => {
    const { page } = await show(browser, realReport, path);
    const solid = (text: string | null) => text?.replaceAll(/\s/g, '') ?? '';
    const answers = solid(await page.locator('.answers').textContent());
    const expected = realReport.sections
      .map(answerOf)
      .flatMap(({ question, sentences }) => [question].concat(sentences.map(({ text }) => text)));
    t.equal(answers, solid(expected.join('')));
  });

  t.test('tells the exact figures of each mark', async (t) => {
    const { page } = await show(browser, sampleReport, path);
    const row = page.locator('tr', { has: page.locator('th', { hasText: 'Barrier' }) }).first();
    const cells = await row.locator('td:not(.track)').allTextContents();
    t.strictSame(cells, ['ns', '391', '384', '409', '429']);
    const wrong = await page.locator('tr.wrong th').allTextContents();
    t.strictSame(wrong, ['another process, not registered'], 'what is not as it must be stands out');
  });

  t.test('would not run a script that got into it', async (t) => {
    const { page, problems } = await show(browser, sampleReport, path);
    const script = `<script>document.title = 'hit'</script><img src="data:," onerror="document.title = 'hit'">`;
    writeFileSync(path, renderHtml(sampleReport).replace('</body>', `${script}</body>`));
    await page.reload();
    t.not(await evaluated(page, 'title'), 'hit');
    t.match(problems, [/Content Security Policy/], 'since its policy forbids it');
  });

  t.test('warns where times mean nothing', async (t) => {
    const { page } = await show(browser, emulatedReport, path);
    t.match(await page.locator('.warning').textContent(), /^The processor is emulated: times mean nothing here/);
    t.equal(await page.locator('.warning').isVisible(), true);
  });

  t.test('is light or dark, as the reader has it, and light on paper', async (t) => {
    const { page } = await show(browser, sampleReport, path);
    const background = async (media: Parameters<Page['emulateMedia']>[0]) => {
      await page.emulateMedia(media);
      return evaluated<string>(page, 'background');
    };
    const light = await background({ media: 'screen', colorScheme: 'light' });
    t.not(await background({ media: 'screen', colorScheme: 'dark' }), light);
    t.equal(await background({ media: 'print', colorScheme: 'dark' }), light);
    t.equal(await evaluated(page, 'figures'), rowsOf(sampleReport), 'with all figures');
  });
});

async function examine(t: Test, browser: Browser, report: Report, path: string): Promise<void> {
  const { page, problems, requests } = await show(browser, report, path);
  for (const width of windows) {
    await page.setViewportSize({ width, height: 900 });
    t.ok((await evaluated<number>(page, 'overflow')) <= 0, `nothing overflows a window of ${width} pixels`);
    t.strictSame(await evaluated(page, 'illegible'), [], `all texts of charts are legible in ${width} pixels`);
    t.equal(await evaluated(page, 'marks'), rowsOf(report), 'each row has its mark');
    t.equal(await evaluated(page, 'figures'), rowsOf(report), 'each row has its figures');
  }
  t.strictSame(problems, [], 'no error, nothing refused by the policy');
  t.strictSame(requests, [pathToFileURL(path).href], 'no request but for the page');
  t.equal(await evaluated(page, 'scripts'), 0, 'no script, no image');
  t.not(await evaluated(page, 'title'), 'hit', 'what a report says is not run');
  await page.close();
}
