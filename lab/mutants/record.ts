import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const RESULTS = path.resolve(import.meta.dirname, '../results/mutants.txt')
/** Columns with counts, after date, commit, part and file. */
const COUNTS = ['killed', 'by time', 'survived', 'not covered', 'left out']
/** Stryker's status for each column. */
const STATUSES = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored']
const ALL = 'all'

type Report = { files: Record<string, { mutants: { status: string }[] }> }

/**
 * Stores a run's counts in lab/results/mutants.txt: a row for each file, which replaces its earlier row, and a row with
 * the sums over all listed files of the part.
 * @param report path of Stryker's JSON report
 */
export function recordMutants(part: string, report: string): void {
  const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname })
  const run = `${new Date().toISOString().slice(0, 10)} | ${stdout.trim()} | ${part}`
  const lines = readFileSync(RESULTS, 'utf8').trimEnd().split('\n')
  const isRow = (line: string) => /^\| \d/.test(line)
  const rows = new Map(lines.filter(isRow).map((line) => [line.split(' | ').slice(2, 4).join(), line]))
  const { files } = JSON.parse(readFileSync(report, 'utf8')) as Report
  for (const [file, { mutants }] of Object.entries(files)) {
    const counts = STATUSES.map((status) => mutants.filter((one) => one.status === status).length)
    rows.set([part, file].join(), row(run, file, counts))
  }
  rows.delete([part, ALL].join())
  const own = [...rows].flatMap(([key, line]) =>
    key.startsWith(`${part},`) ? [line.split(' | ').slice(5, -1).map(Number)] : [],
  )
  rows.set(
    [part, ALL].join(),
    row(
      run,
      ALL,
      COUNTS.map((_, at) => own.reduce((sum, counts) => sum + (counts[at] ?? 0), 0)),
    ),
  )
  const sorted = [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line)
  writeFileSync(RESULTS, `${[...lines.filter((line) => !isRow(line)), ...sorted].join('\n')}\n`)
}

function row(run: string, file: string, counts: readonly number[]): string {
  const [killed = 0, byTime = 0, survived = 0, uncovered = 0] = counts
  const judged = killed + byTime + survived + uncovered
  const percent = judged === 0 ? '-' : (((killed + byTime) / judged) * 100).toFixed(1)
  return `| ${[run, file, judged, ...counts, percent].join(' | ')} |`
}
