import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { checkProse } from './check.ts'
import { findProsePatterns, PROSE_PATTERNS } from './patterns.ts'
import { findCommitSubjectFault } from './subjects.ts'
import { extractSentences, extractSourceTexts } from './texts.ts'

/** A planted violation of each pattern, and a plain text that resembles it. */
const PLANTED: readonly [name: string, planted: string, plain: string][] = [
  ['opens with what, who or which', 'What a token opens.', 'Returns what-if results.'],
  ['"what" instead of a noun', 'Reads what is stored.', 'Reads the what-if of a circuit.'],
  ['"who" without a noun', 'Number of calls by who draws from it.', 'Names the person who is on call.'],
  ['opens with of, as, by or beside', 'Of the last list.', 'Rows of the last list.'],
  ['fronted "Of X, Y"', 'Prefixes. Of each, the last is read.', 'Prefixes, of which the last is read.'],
  ['colon instead of because or so that', 'Drops the row: it is old.', 'Drops the row, because it is old.'],
  ['nobody, nothing or none as a value', 'The owner, none if unknown; none', 'The owner; null if unknown.'],
  ['"is no X"', 'A listing is no session.', 'There is no session.'],
  ['"where" instead of if', 'The address; null where it is unknown.', 'The address; null if it is unknown.'],
  ['stand', 'The table stands below.', 'The table is below.'],
  ['say, of data or code', 'The answer says so.', 'The answer reports it.'],
  ['go on, go with', 'The outage goes on.', 'The outage continues.'],
  ['"one that", "those of"', 'Rows, those of a hub.', 'Rows of a hub.'],
  ['beside, alone, at once, else', 'Runs at once.', 'Runs immediately.'],
  ['an idiom', 'The path rests on a session.', 'The path depends on a session.'],
  ['ask, question (of programs)', 'Asks the database.', 'Queries the database.'],
  ['so many, otherwise than, of now', 'The rows of now.', 'The current rows.'],
  ['two negatives', 'No row is without a time.', 'Every row has a time.'],
  ['he, his', 'The user and his rights.', 'Users and their rights.'],
]

describe('a pattern', () => {
  it('is planted for each', () => {
    expect(PLANTED.map(([name]) => name)).toEqual(PROSE_PATTERNS.map(({ name }) => name))
  })

  it.each(PLANTED)('%s is found in "%s" and not in "%s"', (name, planted, plain) => {
    expect(findProsePatterns(planted).map((pattern) => pattern.name)).toContain(name)
    expect(findProsePatterns(plain)).toEqual([])
  })
})

describe('a text', () => {
  it('is a comment of adjacent lines, and no directive', () => {
    const source = `// one row\n// of two lines\nconst a = 'http://x' // behind it\n/** Returns\n * a row. */\n// biome-ignore lint: x\n`
    expect(extractSourceTexts(source, 'x.ts', false)).toEqual([
      { kind: 'comment', line: 1, text: 'one row of two lines' },
      { kind: 'comment', line: 3, text: 'behind it' },
      { kind: 'comment', line: 4, text: 'Returns a row.' },
    ])
  })

  it('of a screen begins with a capital letter', () => {
    const source = `export const A = () => <p title="Its table stands below it">{'of four polls each'}Nobody is on call now</p>`
    expect(extractSourceTexts(source, 'x.tsx', true).map(({ text }) => text)).toEqual([
      'Its table stands below it',
      'Nobody is on call now',
    ])
  })

  it('of a document is a sentence or a cell, and a title of a decision', () => {
    const text =
      '# 0001: A decision in words\n\nOne sentence of words.\nAnother sentence of words.\n\n| a longer cell of words | b |\n\n```\nno sentence in code here\n```\n'
    expect(extractSentences(text, 'docs/adr/0001-a.md')).toEqual([
      { kind: 'title', line: 1, text: 'A decision in words' },
      { kind: 'sentence', line: 3, text: 'One sentence of words.' },
      { kind: 'sentence', line: 3, text: 'Another sentence of words.' },
      { kind: 'sentence', line: 6, text: 'a longer cell of words' },
    ])
  })
})

describe('a tree', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'peerwatch-prose-'))
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('fails for each kind of text, tests included', () => {
    const files: Record<string, string> = {
      'lib/a.ts': '/** What a token opens. */\nexport const a = 1\n',
      'lib/a.test.ts': '// the row stands below\n',
      'components/b.tsx': 'export const B = () => <p>The path rests on a session</p>\n',
      'docs/adr/0001-c.md': '# 0001: A title that has nine words in all of it\n',
      'docs/d.md': 'A listing is no session of ours.\n',
    }
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(root, file), text)
    }
    const { texts, faults } = checkProse(root)
    expect(texts).toBe(5)
    expect(faults.map((fault) => fault.split(': ')[0]).toSorted()).toEqual([
      'components/b.tsx:1',
      'docs/adr/0001-c.md:1',
      'docs/d.md:1',
      'lib/a.test.ts:1',
      'lib/a.ts:1',
    ])
  })
})

describe('the subject of a commit', () => {
  it.each([
    ['fix(wall): show the hour of a poll', null],
    ['add a check of prose', null],
    ['fix(incidents): what nobody polled is certain', 'begins without an imperative verb and an object'],
    ['docs: follow what was added', 'names no change'],
    ['feat: the wall shows hours', 'begins without an imperative verb and an object'],
    ['wip', 'begins without an imperative verb and an object'],
    [`fix: ${'show the hour '.repeat(6)}`, 'more than 72 characters'],
    ['fix(wall): show a row that stands below', 'stand'],
  ])('"%s": %s', (subject, fault) => {
    expect(findCommitSubjectFault(subject)).toBe(fault)
  })
})
