/**
 * Runs Lighthouse (performance, accessibility, best practices) on the wall, the overview, a circuit, cost and routes:
 * `npm run bench lighthouse --lighthouse=PATH [--url=http://127.0.0.1:3000] [--runs=5]`. The pages are live, and an
 * event during loading shifts the layout, so the result is the median of several runs; the scores of all runs are
 * printed, too.
 * Lighthouse is not a dependency. Install it elsewhere and pass its `node_modules/.bin/lighthouse`; without it nothing
 * is measured. Uses Lighthouse's desktop preset, because these screens are made for desktops.
 */
import { execFile } from 'node:child_process'
import { loadavg } from 'node:os'
import { parseArgs, promisify } from 'node:util'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { printFigureLine, printMachine } from './screens/figures.ts'
import { fetchList } from './product/list.ts'
import { withServer } from './screens/product.ts'

const { values } = parseArgs({
  options: { url: { type: 'string' }, lighthouse: { type: 'string' }, runs: { type: 'string', default: '5' } },
})
const GOAL = 0.95
/** Metrics that determine the performance score. */
const TIMES = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift']
/** Metrics of the cost of a page that depend less on the load of the machine. */
const WEIGHTS = ['total-byte-weight', 'mainthread-work-breakdown', 'bootup-time', 'server-response-time']
const MAX_BYTES = 64 * 1024 * 1024
/**
 * Timeout of one run, in ms. Lighthouse waits up to 45 s for a page to load, and as long again for it to become idle.
 */
const MAX_MS = 180_000

interface Report {
  categories: Record<string, { title: string; score: number | null }>
  /** Lighthouse's measure of the machine's speed; it is larger on a faster or less busy machine */
  environment: { benchmarkIndex: number }
  audits: Record<string, { title: string; score: number | null; displayValue?: string }>
}

const { lighthouse } = values
if (lighthouse) await measure(lighthouse)
else printFigureLine('no Lighthouse: name one by --lighthouse=PATH')

async function measure(program: string): Promise<void> {
  await withServer(values.url, async (url) => {
    printMachine()
    const [circuit] = await fetchList<Circuit>(url, 'circuits?limit=1')
    if (!circuit) throw new Error('the estate holds no circuit')
    for (const path of ['/wall', '/', `/circuits/${circuit.id}`, '/cost', '/routes']) {
      // the page is requested once before the runs, because the first request to the server takes longer
      await fetch(`${url}${path}`)
      const reports: Report[] = []
      for (let run = 0; run < Number(values.runs); run++) reports.push(await reportOf(program, `${url}${path}`))
      printReports(path, reports)
    }
    printMachine()
  })
}

/** Error of a program that failed: `code` is its exit status, or a name such as ENOENT if it could not be started. */
interface Failure extends Error {
  code?: number | string | null
  signal?: NodeJS.Signals | null
  stderr?: string
}

/**
 * Runs Lighthouse asynchronously. A blocked process would keep connections that the server has closed and reuse them
 * for its next request.
 */
async function reportOf(program: string, address: string): Promise<Report> {
  const categories = '--only-categories=performance,accessibility,best-practices'
  const options = ['--quiet', '--preset=desktop', categories, '--output=json']
  const run = [address, ...options, '--chrome-flags=--headless=new --no-sandbox']
  const { stdout } = await promisify(execFile)(program, run, {
    maxBuffer: MAX_BYTES,
    timeout: MAX_MS,
    env: { ...process.env, ...(process.env.CHROMIUM_PATH ? { CHROME_PATH: process.env.CHROMIUM_PATH } : {}) },
  }).catch((cause: Failure) => {
    if (typeof cause.code === 'string')
      throw new Error(`${program} can't be run: name the program, as PATH/node_modules/.bin/lighthouse`, { cause })
    // the output may contain a report of several megabytes, so it is left out of the error
    throw new Error(`Lighthouse of ${address} ended with ${cause.signal ?? cause.code}: ${cause.stderr}`)
  })
  return JSON.parse(stdout) as Report
}

function scoreOf({ categories }: Report): number {
  return categories.performance?.score ?? 0
}

/**
 * Prints the scores and times of the median run, the performance scores of all runs, and the failed audits if a score
 * is below the goal.
 */
function printReports(path: string, reports: readonly Report[]): void {
  const inOrder = reports.toSorted((a, b) => scoreOf(a) - scoreOf(b))
  const median = inOrder[Math.floor(inOrder.length / 2)]
  if (!median) throw new Error('--runs: at least 1')
  const { categories, audits, environment } = median
  const scores = Object.values(categories)
  printFigureLine(
    `${path}: ${scores.map(({ title, score }) => `${title} ${Math.round((score ?? 0) * 100)}`).join(', ')}`,
  )
  printFigureLine(`  ${TIMES.map((id) => `${audits[id]?.title} ${audits[id]?.displayValue}`).join(', ')}`)
  printFigureLine(`  ${WEIGHTS.map((id) => `${audits[id]?.title}: ${audits[id]?.displayValue}`).join(', ')}`)
  printFigureLine(
    `  speed of the machine meanwhile: ${Math.round(environment.benchmarkIndex)}, load ${loadavg()[0]?.toFixed(1)}`,
  )
  printFigureLine(`  performance of all runs: ${inOrder.map((report) => Math.round(scoreOf(report) * 100)).join(', ')}`)
  if (scores.every(({ score }) => (score ?? 0) >= GOAL)) return
  for (const { title, score, displayValue } of Object.values(audits))
    if (score !== null && score < GOAL) printFigureLine(`  ${title}${displayValue ? `: ${displayValue}` : ''}`)
}
