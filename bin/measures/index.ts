import { circlesOf } from '#lib/platform/boundaries/sources.ts'
import { uncitedDecisions, wordsOfDocuments } from './documents.ts'
import { flatFolders, foldersOfOneFile, linesByRoom } from './folders.ts'
import { doubledNames, smallFilesBesideImporter, unusedExports } from './graph.ts'
import { readSources, type SourceFile } from './source.ts'
import { twinTypes } from './twin-types.ts'

export type Measure = {
  name: string
  value: number
  /** A ceiling may only fall, a floor only rise. */
  bound: 'ceiling' | 'floor'
  /** How far the value may be from its bound on the good side before the bound has to follow. */
  slack: number
  /** What `--list` prints. */
  parts: string[]
}

const MOST_LINES_OF_A_ROOM = 16_000
const MAY_BE_LARGER = new Set(['lib/detection'])
const MOST_FILES_OF_A_FOLDER = 30
const SMALL = 40

/** Every measure of the repository at `root`. */
export function takeMeasures(root: string): Measure[] {
  const sources = readSources(root)
  const core = sources.filter(({ isCore }) => isCore)
  const lab = sources.filter(({ file }) => file.startsWith('lab/') && !file.includes('.test.'))
  const rooms = [...linesByRoom(sources)]
  const words = [...wordsOfDocuments(root)]
  const unused = unusedExports(sources)
  return [
    amount('core-lines', linesOf(core), rooms.map(counted)),
    amount('core-files', core.length, []),
    amount('lab-lines', linesOf(lab), []),
    count('rooms-too-large', rooms.filter(isTooLarge).map(counted)),
    count('twin-types', twinTypes(sources)),
    count('flat-folders', flatFolders(sources, MOST_FILES_OF_A_FOLDER)),
    count('small-files-beside-importer', smallFilesBesideImporter(sources, SMALL)),
    count('folders-of-one-file', foldersOfOneFile(sources)),
    count('exports-without-user', unused.byNobody),
    count('exports-for-tests-alone', unused.byTestsAlone),
    count('names-exported-twice', doubledNames(sources)),
    count(
      'circles',
      circlesOf(new Map(sources.map(({ file, imports }) => [file, imports.map((item) => item.file)]))).map((files) =>
        files.join(' <-> '),
      ),
    ),
    count('decisions-cited-by-nothing', uncitedDecisions(root)),
    amount(
      'words-of-documents',
      words.reduce((sum, [, n]) => sum + n, 0),
      words.map(counted),
    ),
    testShare('tests-of-history', sources, /^lib\/(?:history|[a-z]+\/store)\//),
    testShare('tests-of-detection', sources, /^lib\/detection\//),
  ]
}

const linesOf = (sources: readonly SourceFile[]) => sources.reduce((sum, { lines }) => sum + lines, 0)
const counted = ([name, n]: [string, number]) => `${name}: ${n}`
const isTooLarge = ([room, lines]: [string, number]) => lines > MOST_LINES_OF_A_ROOM && !MAY_BE_LARGER.has(room)

const amount = (name: string, value: number, parts: string[]): Measure => ({
  name,
  value,
  bound: 'ceiling',
  slack: Math.ceil(value / 100),
  parts,
})

const count = (name: string, parts: string[]): Measure => ({
  name,
  value: parts.length,
  bound: 'ceiling',
  slack: Math.ceil(parts.length / 20),
  parts: parts.toSorted(),
})

/** Lines of tests, helpers apart, for each line that they are for. */
function testShare(name: string, sources: readonly SourceFile[], where: RegExp): Measure {
  const here = sources.filter(({ file }) => where.test(file))
  const tests = linesOf(here.filter(({ file }) => file.includes('.test.')))
  const lines = linesOf(here.filter(({ isCore }) => isCore))
  const value = lines === 0 ? 0 : Math.floor((tests / lines) * 100) / 100
  return { name, value, bound: 'floor', slack: 0.02, parts: [`${tests} lines of tests for ${lines} lines`] }
}

/** What is wrong with a measure; null = it keeps its bound. */
export function faultOf({ name, value, bound, slack }: Measure, kept: number | undefined): string | null {
  if (kept === undefined) return `${name} is ${value} and has no bound: --update writes it`
  const better = bound === 'ceiling' ? kept - value : value - kept
  const verb = bound === 'ceiling' ? 'lower' : 'raise'
  if (better < 0) return `${name} is ${value}, and its ${bound} ${kept}: --list ${name} names what counts`
  return better > slack ? `${name} is ${value}: ${verb} its ${bound} of ${kept} by --update` : null
}

/** The bounds after an update: each moves to the good side only. */
export function tightened(
  measures: readonly Measure[],
  kept: Readonly<Record<string, number>>,
): Record<string, number> {
  const best = ({ name, value, bound }: Measure) =>
    bound === 'ceiling' ? Math.min(value, kept[name] ?? value) : Math.max(value, kept[name] ?? value)
  return Object.fromEntries(measures.map((measure) => [measure.name, best(measure)]))
}
