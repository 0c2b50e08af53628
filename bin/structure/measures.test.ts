import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findMeasureFault, type StructureMeasure, findLoosenedBounds, measureCodeStructure } from './measures.ts'
import { readScriptImports } from './files.ts'
import { countCodeLines, parseSourceFile, readSourceFiles } from './source.ts'

const trees: string[] = []
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true })
})

/** Takes the measures of a tree in which every measure is 0, plus the files that a case adds. */
function measured(added: Record<string, string>): Map<string, StructureMeasure> {
  const root = mkdtempSync(path.join(tmpdir(), 'peerwatch-measures-'))
  trees.push(root)
  const files: Record<string, string> = {
    'lib/history/one.ts': `import { two } from './two.ts'\nexport const one = two\n`,
    'lib/history/two.ts': `${';\n'.repeat(60)}export const two = 2\n`,
    'lib/history/one.test.ts': `import { one } from './one.ts'\n`,
    'bin/a.ts': `import { one } from '#lib/history/one.ts'\n`,
    'docs/adr/0001-a-decision.md': '# 0001: a decision\n',
    'docs/architecture.md': 'see [why](adr/0001-a-decision.md)\n',
    ...added,
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  return new Map(measureCodeStructure(root, readSourceFiles(root)).map((measure) => [measure.name, measure]))
}

const fields = (...names: string[]) => names.map((name) => `${name}: string`).join('; ')
const FIVE = ['id', 'name', 'state', 'since', 'until']
const EVENT = `interface Event { ${fields(...FIVE)} }`
const exportsMany = (folder: string) =>
  Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`${folder}/f${i}.ts`, '']))

describe('an offender of each kind is counted', () => {
  it.each<[string, string, Record<string, string>, RegExp]>([
    ['types with the same fields', 'twin-types', { 'lib/cost/a.ts': EVENT, 'lib/cost/b.ts': EVENT }, /Event.*5 of 5/],
    [
      'a type and the schema of the same',
      'twin-types',
      {
        'lib/cost/a.ts': EVENT,
        'lib/cost/b.ts': `const event = z.strictObject({ id, name: z.string(), state, since, kind: 1 })`,
      },
      /^Event .* and event .*4 of 5$/,
    ],
    ['a folder of 31 files', 'flat-folders', exportsMany('lib/cost'), /^lib\/cost: 31 files$/],
    [
      'a small file beside its only importer',
      'small-files-beside-importer',
      { 'lib/history/two.ts': 'export const two = 2\n' },
      /^lib\/history\/two.ts \(1 lines\) beside lib\/history\/one.ts$/,
    ],
    ['a folder of one file', 'folders-of-one-file', { 'lib/cost/budget/a.ts': '' }, /^lib\/cost\/budget\/a.ts$/],
    ['an export that nobody takes', 'exports-without-user', { 'lib/cost/a.ts': 'export const a = 1' }, /a.ts: a$/],
    [
      'an export that an index alone hands on',
      'exports-without-user',
      { 'lib/cost/a.ts': 'export const a = 1', 'lib/cost/index.ts': `export { a } from './a.ts'` },
      /index.ts: a$/,
    ],
    [
      'an export that a test alone takes',
      'exports-for-tests-alone',
      { 'lib/cost/a.ts': 'export const a = 1', 'lib/cost/a.test.ts': `import { a } from './a.ts'` },
      /a.ts: a$/,
    ],
    ['a name in two files', 'names-exported-twice', { 'lib/cost/a.ts': 'export type one = 1' }, /^one: lib\/cost/],
    [
      'files that import each other, types included',
      'circles',
      { 'lib/history/two.ts': `import type { one } from './one.ts'\nexport const two = 1${'\n'.repeat(60)}` },
      /one.ts <-> .*two.ts/,
    ],
    ['a decision without a reader', 'decisions-cited-by-nothing', { 'docs/adr/0002-b.md': '# 0002: ADR 0001' }, /0002/],
    [
      'a decision that another one alone cites',
      'decisions-cited-by-nothing',
      { 'docs/adr/0002-b.md': '# 0002', 'docs/adr/0001-a-decision.md': 'see [0002](0002-b.md)' },
      /0002/,
    ],
  ])('%s', (_, name, added, offender) => {
    expect(measured({}).get(name)?.parts).toEqual([])
    const measure = measured(added).get(name)
    expect(measure).toMatchObject({ value: 1, parts: [expect.stringMatching(offender)] })
  })

  it.each<[string, string, Record<string, string>]>([
    [
      'what a type takes from another',
      'twin-types',
      { 'lib/cost/a.ts': `${EVENT}\ninterface Ended extends Event { end: string }\ntype Named = Pick<Event, 'id'>` },
    ],
    [
      'a type of four fields',
      'twin-types',
      { 'lib/cost/a.ts': `type A = { ${fields('a', 'b', 'c', 'd')} }; type B = A` },
    ],
    ['a page’s folder', 'folders-of-one-file', { 'app/cost/page.tsx': 'export default () => null' }],
    ['what Next takes', 'exports-without-user', { 'app/cost/page.tsx': 'export const metadata = {}' }],
    [
      'what is imported when it is needed',
      'small-files-beside-importer',
      { 'lib/history/two.ts': '', 'lib/history/one.ts': `export const one = () => import('./two.ts')` },
    ],
    [
      'what an `export *` hands on to somebody',
      'exports-without-user',
      {
        'lib/cost/a.ts': 'export const a = 1',
        'lib/cost/index.ts': `export * from './a.ts'`,
        'bin/b.ts': `import { a } from '#lib/cost/index.ts'`,
      },
    ],
    [
      'a name that a shell script imports',
      'exports-without-user',
      {
        'lib/cost/a.mjs': 'export const a = 1',
        'deploy/a.sh': 'const { a } = await import(`${root}/lib/cost/a.mjs`)',
      },
    ],
    ['tests', 'flat-folders', Object.fromEntries(Object.keys(exportsMany('lib/x/testing')).map((file) => [file, '']))],
  ])('%s is no offender', (_, name, added) => {
    expect(measured(added).get(name)?.parts).toEqual([])
  })
})

it('every name that a shell script imports from a module is exported', () => {
  const root = path.resolve(import.meta.dirname, '../..')
  const imports = readScriptImports(root)
  expect(imports.length).toBeGreaterThan(0)
  for (const { target, names } of imports) {
    const { exports } = parseSourceFile(readFileSync(path.join(root, target), 'utf8'), target)
    expect(exports, target).toEqual(expect.arrayContaining(names))
  }
})

it('counts syntax nodes of the product, of the lab and of tests separately', () => {
  const measures = measured({
    'lab/b.ts': ';\n;\n',
    'components/a/a.tsx': ';\n',
    'lib/detection/a.ts': ';\n',
    'lib/detection/a.test.ts': ';\n;\n',
  })
  const values = Object.fromEntries([...measures].map(([name, { value }]) => [name, value]))
  expect(values).toMatchObject({ 'core-nodes': 82, 'core-files': 5, 'lab-nodes': 2 })
  expect(values).toMatchObject({ 'components/a': 1, 'lib/detection': 1, bin: 5 })
  expect(values).toMatchObject({ 'tests-of-history': 0.06, 'tests-of-detection': 2 })
})

it.each([
  ['', 0],
  ['\n  \n', 0],
  ['// a\nconst a = 1 // b\n', 1],
  ['/** a */\nconst a = 1\n', 1],
  ['/**\n * a\n *\n */\nconst a = 1\n/* b\n   c */\nconst b = 2', 2],
  ['<a>\n  {/* b */}\n</a>', 2],
  ['const a = `/*`\nconst b = 2', 2],
])('counts no comment and no blank line of %j', (text, lines) => {
  expect(countCodeLines(text)).toBe(lines)
})

it.each([
  ['a comment', 'const a = 1', '/** The first letter. */\nconst a = 1 // one\n'],
  ['line breaks', 'const a = [1, 2]', 'const a = [\n  1,\n  2,\n]\n'],
  ['a longer name', 'const a = b + b', 'const numberOfPolls = failedPolls + failedPolls'],
  ['a longer text', "const a = 'up'", "const a = 'the session is established'"],
  ['a longer text of a page', '<p>up</p>', '<p>the session is established</p>'],
  ['a short form of a renamed value', 'const a = { b }', 'const a = { b: longerName }'],
])('%s adds no syntax node', (_, before, after) => {
  const count = (text: string) => parseSourceFile(text, 'lib/a.tsx').nodes
  expect(count(before)).toBeGreaterThan(0)
  expect(count(after)).toBe(count(before))
})

describe('a bound', () => {
  const ceiling: StructureMeasure = { name: 'circles', value: 10, bound: 'ceiling', parts: [] }
  const floor: StructureMeasure = { ...ceiling, bound: 'floor' }

  it.each<[string, StructureMeasure, number | undefined, RegExp | null]>([
    ['is kept', ceiling, 10, null],
    ['is far', ceiling, 90, null],
    ['is broken', ceiling, 9, /^circles is 10, and its ceiling 9: /],
    ['below is kept', floor, 9, null],
    ['below is broken', floor, 11, /^circles is 10, and its floor 11: /],
    ['is missing', ceiling, undefined, /has no bound/],
  ])('that %s', (_, measure, kept, fault) => {
    if (fault === null) expect(findMeasureFault(measure, kept)).toBeNull()
    else expect(findMeasureFault(measure, kept)).toMatch(fault)
  })

  const decisions: Record<string, string> = { '0001': 'Removed in exchange: a.ts.', '0002': 'Nothing was removed.' }
  it.each<[string, number | [number, string], string[]]>([
    ['that is lowered needs no decision', 9, []],
    ['that is kept needs no decision', 10, []],
    ['that is raised names a decision', [11, '0001'], []],
    ['that is raised without one is refused', 11, ['circles']],
    ['that is raised by a decision that removes nothing is refused', [11, '0002'], ['circles']],
    ['that is raised by an absent decision is refused', [11, '0003'], ['circles']],
  ])('%s', (_, circles, refused) => {
    const faults = findLoosenedBounds(
      { circles: [10, '0001'] },
      { circles, other: 5 },
      (number) => decisions[number] ?? null,
    )
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(refused)
  })

  it('of tests is loosened when it falls', () => {
    expect(findLoosenedBounds({ 'tests-of-a': 0.8 }, { 'tests-of-a': 0.7 }, () => null)).toHaveLength(1)
    expect(findLoosenedBounds({ 'tests-of-a': 0.7 }, { 'tests-of-a': 0.8 }, () => null)).toEqual([])
  })
})
