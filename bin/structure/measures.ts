import { readFileSync } from 'node:fs'
import path from 'node:path'
import { findCycles, listFilesUnder, readScriptImports } from './files.ts'
import { findDuplicateNames, isEntryPoint, findMergeableFiles, findUnusedExports } from './import-graph.ts'
import type { SourceFile } from './source.ts'

const WHERE_CITED = /\.(?:ts|tsx|mts|mjs|md|sql|prisma|ya?ml|sh|css)$/

const CITATION = /\bADRs?\s+(\d{4}(?:(?:,| and|, and|\s+to)\s+\d{4})*)|\b(\d{4})-[a-z0-9-]+\.md\b/g

const FEWEST_FIELDS = 5

const SHARE = 0.7

export type StructureMeasure = {
  name: string
  value: number
  bound: 'ceiling' | 'floor'
  /** the things that the value counts, for `--list` */
  parts: string[]
}

/**
 * Bounds by the name of the measure. If a bound was raised, the number of an ADR follows it. That ADR names the code
 * that was removed in exchange (ADRs 0320, 0336, 0345, 0354, 0361, 0362, 0378, 0379, 0382, 0385, 0387, 0390, 0391, 0393, 0394 and 0395).
 */
export type StructureMeasureBounds = Readonly<Record<string, number | readonly [number, string]>>

const MAX_FILES_OF_A_FOLDER = 30
const SMALL = 30

/** Returns all measures of the repository at `root`. */
export function measureCodeStructure(root: string, sources: readonly SourceFile[]): StructureMeasure[] {
  const core = sources.filter(({ isCore }) => isCore)
  const lab = sources.filter(({ file }) => file.startsWith('lab/') && !file.includes('.test.'))
  const unused = findUnusedExports(sources, readScriptImports(root))
  return [
    amount('core-nodes', sumNodes(core)),
    amount('core-files', core.length),
    amount('lab-nodes', sumNodes(lab)),
    ...[...sumNodesByRoom(sources)].map(([room, nodes]) => amount(room, nodes)),
    count('twin-types', twinTypes(sources)),
    count('flat-folders', flatFolders(sources, MAX_FILES_OF_A_FOLDER)),
    count('small-files-beside-importer', findMergeableFiles(sources, SMALL)),
    count('folders-of-one-file', foldersOfOneFile(sources)),
    count('exports-without-user', unused.byNobody),
    count('exports-for-tests-alone', unused.byTestsAlone),
    count('names-exported-twice', findDuplicateNames(sources)),
    count(
      'circles',
      findCycles(
        new Map(
          sources.map(({ file, imports }) => [
            file,
            imports.flatMap(({ target, isFile }) => (isFile && target !== null ? [target] : [])),
          ]),
        ),
      ).map((files) => files.join(' <-> ')),
    ),
    count('decisions-cited-by-nothing', uncitedDecisions(root)),
    testShare('tests-of-history', sources, /^lib\/(?:history|[a-z]+\/store)\//),
    testShare('tests-of-detection', sources, /^lib\/detection\//),
  ]
}

const sumNodes = (sources: readonly SourceFile[]) => sources.reduce((sum, { nodes }) => sum + nodes, 0)

const amount = (name: string, value: number): StructureMeasure => ({ name, value, bound: 'ceiling', parts: [] })

const count = (name: string, parts: string[]): StructureMeasure => ({
  name,
  value: parts.length,
  bound: 'ceiling',
  parts: parts.toSorted(),
})

/**
 * Returns the size of the tests of some code divided by the size of that code, as a measure that has a minimum. Both
 * sizes are numbers of syntax nodes. Test helpers do not count.
 */
function testShare(name: string, sources: readonly SourceFile[], where: RegExp): StructureMeasure {
  const here = sources.filter(({ file }) => where.test(file))
  const tests = sumNodes(here.filter(({ file }) => file.includes('.test.')))
  const tested = sumNodes(here.filter(({ isCore }) => isCore))
  const value = tested === 0 ? 0 : Math.floor((tests / tested) * 100) / 100
  return { name, value, bound: 'floor', parts: [`${tests} syntax nodes of tests for ${tested} syntax nodes`] }
}

/** Returns the bound of a measure as a number; undefined if it has none. */
export function getMeasureBound(bounds: StructureMeasureBounds, name: string): number | undefined {
  const bound = bounds[name]
  return typeof bound === 'object' ? bound[0] : bound
}

/** Returns the fault of a measure as text; null if the value is within its bound. */
export function findMeasureFault({ name, value, bound }: StructureMeasure, kept: number | undefined): string | null {
  if (kept === undefined) return `${name} is ${value} and has no bound: write one into bin/measures.json`
  const isKept = bound === 'ceiling' ? value <= kept : value >= kept
  return isKept
    ? null
    : `${name} is ${value}, and its ${bound} ${kept}: remove code, or --list ${name} names what counts`
}

/**
 * Returns a fault for each bound that was loosened without an ADR that names the code removed in exchange.
 * @param textOf returns the text of an ADR by its number; null = there is no such ADR
 */
export function findLoosenedBounds(
  former: StructureMeasureBounds,
  bounds: StructureMeasureBounds,
  textOf: (number: string) => string | null,
): string[] {
  return Object.entries(bounds).flatMap(([name, bound]) => {
    const [before, now] = [getMeasureBound(former, name), getMeasureBound(bounds, name)]
    const isLoosened =
      before !== undefined && now !== undefined && (name.startsWith('tests-of-') ? now < before : now > before)
    if (!isLoosened) return []
    const decision = typeof bound === 'object' ? bound[1] : null
    return decision !== null && /^Removed in exchange: /m.test(textOf(decision) ?? '')
      ? []
      : [
          `${name}: ${before} became ${now}. Name the decision, [${now}, "NNNN"], with a line "Removed in exchange: ..."`,
        ]
  })
}

/** Returns the syntax nodes of each folder in lib and components, and of each other top-level folder as a whole. */
function sumNodesByRoom(sources: readonly SourceFile[]): Map<string, number> {
  const rooms = new Map<string, number>()
  for (const { file, nodes, isCore } of sources) {
    if (!isCore) continue
    const [first = '', second = ''] = file.split('/')
    const room = first === 'lib' || first === 'components' ? `${first}/${second}` : file.includes('/') ? first : 'app'
    rooms.set(room, (rooms.get(room) ?? 0) + nodes)
  }
  return new Map([...rooms].toSorted((a, b) => b[1] - a[1]))
}

function filesByFolder(sources: readonly SourceFile[]): Map<string, string[]> {
  const folders = new Map<string, string[]>()
  for (const { file, isCore } of sources)
    if (isCore) folders.set(path.dirname(file), [...(folders.get(path.dirname(file)) ?? []), file])
  return folders
}

/** Returns the folders of the product with more than `most` files. Files in subfolders do not count. */
function flatFolders(sources: readonly SourceFile[], most: number): string[] {
  return [...filesByFolder(sources)]
    .filter(([, files]) => files.length > most)
    .map(([folder, files]) => `${folder}: ${files.length} files`)
}

/**
 * Returns the file of each folder that has one file and no subfolder. If Next requires the file (such as a page), it is
 * left out, because its folder is part of a page's address.
 */
function foldersOfOneFile(sources: readonly SourceFile[]): string[] {
  const folders = filesByFolder(sources)
  const hasFolder = (folder: string) => [...folders.keys()].some((other) => other.startsWith(`${folder}/`))
  return [...folders].flatMap(([folder, files]) =>
    files.length === 1 && !files.every(isEntryPoint) && !hasFolder(folder) ? files : [],
  )
}

/**
 * Returns pairs of object types that probably declare the same fact twice. Both have at least five fields, and at least
 * 70 % of the smaller type's fields are also in the other. Fields that a type inherits from another type (by `extends`,
 * `Pick`, `Omit` or `z.output`) do not count.
 */
function twinTypes(sources: readonly SourceFile[]): string[] {
  const types = sources.flatMap(({ file, isCore, objectTypes }) =>
    isCore ? objectTypes.filter(({ fields }) => fields.size >= FEWEST_FIELDS).map((type) => ({ ...type, file })) : [],
  )
  return types.flatMap((one, i) =>
    types.slice(i + 1).flatMap((other) => {
      const shared = [...one.fields].filter((field) => other.fields.has(field)).length
      const smaller = Math.min(one.fields.size, other.fields.size)
      if (shared < SHARE * smaller) return []
      return [`${one.name} (${one.file}) and ${other.name} (${other.file}): ${shared} of ${smaller}`]
    }),
  )
}

/**
 * Returns the ADRs that no source file or document cites. Citations in other ADRs and in the changelog do not count.
 */
function uncitedDecisions(root: string): string[] {
  const files = listFilesUnder(root, '.').filter((file) => WHERE_CITED.test(file) && file !== 'CHANGELOG.md')
  const isDecision = (file: string) => file.startsWith('docs/adr/')
  const cited = new Set(
    files
      .filter((file) => !isDecision(file))
      .flatMap((file) => [...readFileSync(path.join(root, file), 'utf8').matchAll(CITATION)])
      .flatMap(([, numbers, name]) => (numbers ?? name ?? '').match(/\d{4}/g) ?? []),
  )
  return files
    .filter(isDecision)
    .filter((file) => /^\d{4}-/.test(path.basename(file)) && !cited.has(path.basename(file).slice(0, 4)))
}
