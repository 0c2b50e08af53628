/**
 * Functions that send the questions of the bench: to the API over HTTP, to the CSV export of the command line, and to
 * the screens in a browser.
 */
import { execFile, spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'

export type ApiQueryFunction = (question: string) => Promise<unknown>
const run = promisify(execFile)
type Row = Record<string, unknown>

const ROOT = path.resolve(import.meta.dirname, '../..')

/**
 * Starts the built web server on a database. Run `npm run build` first.
 * @returns its URL, and a function that stops it
 */
export async function startWeb(databaseUrl: string, port: number): Promise<{ url: string; stop: () => void }> {
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: databaseUrl, ACCESS: 'open' }
  const child = spawn(process.execPath, ['bin/web.ts'], { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  while (!(await fetch(`${url}/api/health`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error('the web ended before it answered: npm run build')
    await delay(200)
  }
  return { url, stop: () => child.kill('SIGTERM') }
}

export const queryOverHttp =
  (url: string): ApiQueryFunction =>
  async (question) =>
    (await fetch(`${url}/api/v1${question}`)).json()

/**
 * Names of the exports by the API path that returns the same rows. Other paths have no export and are queried through
 * the API.
 */
const exported: Record<string, string> = { '/sessions': 'sessions', '/sessions/history': 'sessionHistory' }

/**
 * Returns rows of `peerwatch export` in the form of the API's answer. The other fields of the answer, such as
 * `covered`, come from the API, because a CSV has only rows.
 */
export const createExportQueryFunction =
  (url: string): ApiQueryFunction =>
  async (question) => {
    const [where = '', search] = question.split('?')
    const name = exported[where]
    const answer = (await queryOverHttp(url)(question)) as { data: unknown; covered?: boolean }
    if (!name) return answer
    const parameters = [...new URLSearchParams(search)].filter(([key]) => key !== 'limit')
    const asked = parameters.flatMap(([key, value]) => [`--${key}`, value])
    const { stdout: text } = await run(process.execPath, ['bin/peerwatch.ts', 'export', name, ...asked], {
      cwd: ROOT,
      env: { ...process.env, PEERWATCH_URL: url },
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: { stdout: string; stderr: string }) => {
      // A nonzero exit code without an error message only reports that the data has gaps, so that stdout is still
      // valid.
      if (error.stderr) throw new Error(error.stderr)
      return error
    })
    return { ...answer, data: rowsOf(text) }
  }

/**
 * Parses a CSV without line breaks in its cells. The columns `from.notBefore` and `from.notAfter` become an array of
 * two bounds again.
 */
function rowsOf(csv: string): Row[] {
  const [header = [], ...lines] = csv
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare]) =>
        (quoted ?? bare ?? '').replaceAll('""', '"'),
      ),
    )
  return lines.map((cells) => {
    const row: Row = {}
    for (const [index, name] of header.entries()) {
      const [field = '', bound] = name.split('.')
      const cell = cells[index] === '' ? null : cells[index]
      if (bound === 'notBefore') row[field] = cell === null ? null : [cell]
      else if (bound === 'notAfter') (row[field] as unknown[] | null)?.push(cell)
      else row[name] = cell
    }
    return row
  })
}

/** Returns the rows that the pages Sessions and Routes show. All other paths are queried through the API. */
export const createScreenQueryFunction =
  (url: string, page: Page): ApiQueryFunction =>
  async (question) => {
    const [where = '', search = ''] = question.split('?')
    const answer = (await queryOverHttp(url)(question)) as { data: Row }
    const read = shown[where]
    if (!read) return answer
    const { path: at, rows, of } = read
    const parameters = new URLSearchParams(search)
    parameters.delete('limit')
    await page.goto(`${url}${at}?${parameters}`)
    await page.locator('main:not(:has([aria-busy=true]))').waitFor()
    await page.locator(rows).first().waitFor()
    const cells = await page
      .locator(rows)
      .evaluateAll((found) => found.map((row) => [...row.children].map((cell) => cell.textContent ?? '')))
    return { ...answer, data: of(cells, answer.data) }
  }

/** A page, the selector of its table rows, and the function that converts the cells to the form of the API's answer. */
interface Shown {
  path: string
  rows: string
  of: (cells: string[][], answer: Row) => unknown
}
const shown: Record<string, Shown> = {
  '/sessions': {
    path: '/sessions',
    rows: 'main tbody tr:has(a[data-row-link])',
    of: (cells) =>
      cells.map(([, status = '', addresses = '', neighbor]) => ({
        localAddress: addresses.split(' ')[0],
        neighbor,
        state: status.startsWith('UP') ? 'established' : 'down',
        known: status.includes('changed between')
          ? 'indeterminate'
          : /^(UP|DOWN)/.test(status)
            ? 'observed'
            : 'unknown',
      })),
  },
  '/routes/lookup': {
    path: '/routes',
    rows: 'main table tbody tr, main [role=status] h2',
    of: (cells, { known }) => {
      const used = cells.filter(([rank]) => rank?.includes('IN USE'))
      return {
        known: used.some(([rank]) => rank?.includes('UNCERTAIN')) ? 'indeterminate' : known,
        match: used[0]?.[1] ?? null,
        // for a prefix of the virtual network itself, the peer is the gateway instance
        candidates: used.map(([, , place, nextHop = '']) => ({
          rank: 1,
          peer: /^\d/.test(nextHop) ? nextHop : place?.split(' ').at(-1),
        })),
      }
    },
  },
}
