import { hash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')
const HOME = path.join(ROOT, '.mutants')
/** Seed of the sample. The seed and the mutant itself determine whether a mutant is in a sample. */
const SEED = '63'
/** File with all mutants of a run, read by the test process. */
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

/** A mutation of one place in the code. */
export interface Mutant {
  id: string
  /** identifier that stays the same in later runs while the file is unchanged */
  key: string
  file: string
  line: number
  mutator: string
  before: string
  after: string
  /** a number from 0 to 1; the mutant is in a sample if it is below the sample's share */
  draw: number
}

interface Injector {
  provideValue(): Injector
  injectClass(type: new (logger: unknown) => unknown): unknown
}

/** Content of {@link MUTANTS}. */
export interface InstrumentedMutants {
  /** digest of the source files */
  digest: string
  mutants: Mutant[]
  /** instrumented code by path; it checks which of its mutants is active */
  code: Record<string, string>
}

/** Creates Stryker's mutants of the files and writes {@link MUTANTS}, if the files have changed. */
export async function instrumentMutants(patterns: readonly string[]): Promise<void> {
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
  writeFileSync(MUTANTS, JSON.stringify({ digest, mutants, code } satisfies InstrumentedMutants))
}

export const readInstrumented = (): InstrumentedMutants => JSON.parse(readFileSync(MUTANTS, 'utf8'))

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
