import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findReplacedWords } from './index.ts'
import { parseGlossary } from './glossary.ts'
import { describeReplacedWords } from './check.ts'

const GLOSSARY = `| term | means | replaces |
|---|---|---|
| report | state a fact | tell, told |
| path | a route through the network | way, ways |
| acknowledge | | taken on |
| variance | | moved (names) |
| snapshot | | look, looked |

## Exempt

\`one_way_traffic\`, \`look up\`, \`looked up\`
`
const glossary = parseGlossary(GLOSSARY)

describe('a line', () => {
  it.each([
    ['a camel-case name', 'const toldAt = 1', 1],
    ['a constant', 'NOT_TOLD', 1],
    ['a string', "'nobody was told of it'", 1],
    ['a comment', '// another way', 1],
    ['a phrase over two words', '<p>Taken on by nobody</p>', 1],
    ['words of a phrase in names', 'taken, { onReconnect }', 0],
    ['a word within a longer one', 'always, stretched', 0],
    ['a hyphenated word', 'className="one-way items-way"', 0],
    ['an exempt name', "kind: 'one_way_traffic'", 0],
    ['an exempt phrase', 'look up an address, looked up twice', 0],
    ['a word that is refused in names only, in prose', 'traffic moved to the other path', 0],
    ['the same in a name', 'movedSince', 1],
    ['two of them', 'told another way', 2],
  ])('%s: %j has %i', (_, line, count) => {
    expect(describeReplacedWords(line, glossary)).toHaveLength(count)
  })

  it('is reported with the term to use', () => {
    expect(describeReplacedWords('told', glossary)).toEqual(['"told" is replaced by: report'])
  })
})

describe('the glossary', () => {
  it.each([
    ['replaces nothing', '| term | means | replaces |\n|---|---|---|\n', /replaces no word/],
    ['names no term', '| | means | told |', /glossary\.md:1/],
  ])('that %s is refused', (_, text, message) => {
    expect(() => parseGlossary(text)).toThrow(message)
  })
})

describe('a tree', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'peerwatch-words-'))
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('with a planted word fails, in its text and in its file name', () => {
    for (const folder of ['app', 'bin', 'components', 'docs', 'e2e', 'lab', 'lib', 'prisma'])
      mkdirSync(path.join(root, folder), { recursive: true })
    writeFileSync(path.join(root, 'docs/glossary.md'), GLOSSARY)
    writeFileSync(path.join(root, 'lib/other-way.ts'), 'export const a = 1\n\nexport const tellAll = 2\n')
    expect(findReplacedWords(root)).toEqual({
      files: 1,
      violations: [
        'lib/other-way.ts: file name: "way" is replaced by: path',
        'lib/other-way.ts:3: "tell" is replaced by: report',
      ],
    })
  })
})
