import { hash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** File with the results of the tests for each mutant, one per line. A later run continues from it. */
const TRIED = path.resolve(import.meta.dirname, '../../.mutants/tried.ndjson')

/**
 * A result of one test for a mutant, the mutants that a test reached, the mutants that modules reach while they load,
 * or the reason that a test's results are unusable.
 */
export type MutantTestRecord =
  | { mutant: string; test: string; result: 'killed' | 'by time' | 'survived' }
  | { reached: string[] }
  | { loaded: string[] }
  | { test: string; fault: string }

export const appendRecord = (line: MutantTestRecord): void => appendFileSync(TRIED, `${JSON.stringify(line)}\n`)

const versions = new Map<string, string>()
/**
 * Returns the path of a test file with a digest of its content. If a test file has changed, its earlier results are
 * ignored, so that its mutants are tried again.
 */
export function formatTestFileNameWithDigest(file: string): string {
  const version = versions.get(file) ?? (existsSync(file) ? hash('sha256', readFileSync(file)).slice(0, 8) : 'gone')
  versions.set(file, version)
  return `${file} ${version}`
}
const isCurrent = (line: MutantTestRecord) =>
  !('mutant' in line) || line.test.startsWith(`${formatTestFileNameWithDigest(line.test.split(' ')[0] ?? '')} `)

/** Returns the lines of {@link TRIED} that apply to the current tests. */
export const readTried = (): MutantTestRecord[] =>
  existsSync(TRIED)
    ? readFileSync(TRIED, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line): MutantTestRecord => JSON.parse(line))
        .filter(isCurrent)
    : []
