import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { findImportBoundaryFaults } from './structure/boundaries.ts'
import {
  getMeasureBound,
  type StructureMeasureBounds,
  findMeasureFault,
  findLoosenedBounds,
  measureCodeStructure,
} from './structure/measures.ts'
import { runGit } from './structure/files.ts'
import { CHOSEN_PACKAGES } from './structure/rules.ts'
import { readSourceFiles } from './structure/source.ts'

/**
 * Checks the imports between folders (ADR 0263). It also measures the repository (for example the syntax nodes of
 * each folder), and compares each measure with its bound in bin/measures.json, which is edited manually (ADR 0261).
 * `--list NAME` prints the parts of a measure.
 */
const { values } = parseArgs({ options: { list: { type: 'string' } } })
const root = path.resolve(import.meta.dirname, '..')
const bounds: StructureMeasureBounds = JSON.parse(readFileSync(path.join(import.meta.dirname, 'measures.json'), 'utf8'))
const sources = readSourceFiles(root)
const measures = measureCodeStructure(root, sources)

if (values.list !== undefined) {
  const measure = measures.find(({ name }) => name === values.list)
  if (!measure)
    throw new Error(`no measure "${values.list}": choose from ${measures.map(({ name }) => name).join(', ')}`)
  process.stdout.write(measure.parts.map((part) => `${part}\n`).join(''))
} else {
  const { files, imports, violations } = findImportBoundaryFaults(sources, CHOSEN_PACKAGES)
  process.stdout.write(`${files} files, ${imports} imports, ${violations.length} violations\n`)
  for (const { name, value, bound } of measures)
    process.stdout.write(`${name.padEnd(28)} ${String(value).padStart(8)}  ${bound} ${getMeasureBound(bounds, name)}\n`)
  const faults = [
    ...violations,
    ...measures
      .map((measure) => findMeasureFault(measure, getMeasureBound(bounds, measure.name)))
      .filter((fault) => fault !== null),
    ...formerBounds().flatMap((former) => findLoosenedBounds(former, bounds, exchangeOf)),
  ]
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

/**
 * Returns the bounds before the last commit that changed bin/measures.json, and the committed bounds. The result is
 * empty outside of a Git repository, or if the clone does not contain the whole history.
 */
function formerBounds(): StructureMeasureBounds[] {
  try {
    const [changed = ''] = runGit(root, 'log', '-n', '1', '--format=%H', '--', 'bin/measures.json').split('\n')
    return [`${changed}^`, 'HEAD'].map((commit) => JSON.parse(runGit(root, 'show', `${commit}:bin/measures.json`)))
  } catch {
    return []
  }
}

/** Returns the text of an ADR; null if no ADR has this number. */
function exchangeOf(number: string): string | null {
  const folder = path.join(root, 'docs/adr')
  const file = existsSync(folder) && readdirSync(folder).find((name) => name.startsWith(`${number}-`))
  return file ? readFileSync(path.join(folder, file), 'utf8') : null
}
