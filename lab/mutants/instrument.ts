import { hash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')
const HOME = path.join(ROOT, '.mutants')
/** Which mutants are in a sample is decided by this and each mutant alone. */
const SEED = '63'
/** Where all mutants of a run stand, for the process of the tests. */
const MUTANTS = path.join(HOME, 'mutants.json')

interface Position {
  line: number
  column: number
}
interface FoundMutant {
  id: string
  fileName: string
  location: { start: Position; end: Position }
  mutatorName: string
  replacement: string
}

/** A change of one place. */
export interface Mutant {
  id: string
  /** the same in later runs, while its file is the same */
  key: string
  file: string
  line: number
  mutator: string
  before: string
  after: string
  /** below the share of a sample, it is in it: 0 to 1 */
  draw: number
}

interface Injector {
  provideValue(): Injector
  injectClass(type: new (logger: unknown) => unknown): unknown
}

/** What {@link MUTANTS} holds. */
export interface Instrumented {
  /** of the files that it was made of */
  digest: string
  mutants: Mutant[]
  /** by path, the code that asks which of its mutants is in force */
  code: Record<string, string>
}

/** Makes Stryker's mutants of files, where they have changed, and writes {@link MUTANTS}. */
export async function instrument(patterns: readonly string[]): Promise<void> {
  const files = globSync([...patterns], { cwd: ROOT })
    .filter((file) => !/\.test\.ts$|\/testing(?:\/|\.ts$)/.test(file))
    .toSorted()
    .map((file) => ({
      name: path.join(ROOT, file),
      mutate: true,
      content: readFileSync(path.join(ROOT, file), 'utf8'),
    }))
  const digest = hash('sha256', JSON.stringify(files))
  if (existsSync(MUTANTS) && readInstrumented().digest === digest) return
  const { createInstrumenter } = await import(
    path.join(HOME, 'node_modules/@stryker-mutator/instrumenter/dist/src/index.js')
  )
  const logger = { debug() {}, info() {}, isDebugEnabled: () => false }
  const injector: Injector = { provideValue: () => injector, injectClass: (type) => new type(logger) }
  const made: { files: { name: string; content: string }[]; mutants: FoundMutant[] } = await createInstrumenter(
    injector,
  ).instrument(files, { plugins: null, excludedMutations: [], ignorers: [] })
  const contents = new Map(files.map(({ name, content }) => [name, content]))
  const mutants = made.mutants.map((found) => mutantOf(found, contents.get(found.fileName) ?? ''))
  const code = Object.fromEntries(made.files.map(({ name, content }) => [name, content]))
  writeFileSync(MUTANTS, JSON.stringify({ digest, mutants, code } satisfies Instrumented))
}

export const readInstrumented = (): Instrumented => JSON.parse(readFileSync(MUTANTS, 'utf8'))

function mutantOf({ id, fileName, location, mutatorName, replacement }: FoundMutant, content: string): Mutant {
  const file = path.relative(ROOT, fileName)
  const digest = (salt: string) => hash('sha256', JSON.stringify([salt, file, location, mutatorName, replacement]))
  return {
    id,
    key: digest(content).slice(0, 16),
    draw: Number.parseInt(digest(SEED).slice(0, 8), 16) / 2 ** 32,
    file,
    line: location.start.line + 1,
    mutator: mutatorName,
    before: textOf(content, location),
    after: replacement,
  }
}

function textOf(content: string, { start, end }: FoundMutant['location']): string {
  const lines = content.split('\n').slice(start.line, end.line + 1)
  const last = lines.length - 1
  return lines.map((text, n) => text.slice(n === 0 ? start.column : 0, n === last ? end.column : undefined)).join('\n')
}
