import { hash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** What tests made of mutants, a line each; a later run goes on from it. */
const TRIED = path.resolve(import.meta.dirname, '../../.mutants/tried.ndjson')

/** What one test made of a mutant, which mutants it reached, which ones modules reach as they are loaded, or why a test says nothing. */
export type Tried =
  | { mutant: string; test: string; result: 'killed' | 'by time' | 'survived' }
  | { reached: string[] }
  | { loaded: string[] }
  | { test: string; fault: string }

export const say = (line: Tried): void => appendFileSync(TRIED, `${JSON.stringify(line)}\n`)

const versions = new Map<string, string>()
/** A test's file as it is now; what a former one made of mutants is tried again. */
export function nameOf(file: string): string {
  const version = versions.get(file) ?? (existsSync(file) ? hash('sha256', readFileSync(file)).slice(0, 8) : 'gone')
  versions.set(file, version)
  return `${file} ${version}`
}
const isCurrent = (line: Tried) =>
  !('mutant' in line) || line.test.startsWith(`${nameOf(line.test.split(' ')[0] ?? '')} `)

/** The lines of {@link TRIED} that hold for the tests as they are. */
export const readTried = (): Tried[] =>
  existsSync(TRIED)
    ? readFileSync(TRIED, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line): Tried => JSON.parse(line))
        .filter(isCurrent)
    : []
