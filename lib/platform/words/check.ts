import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type GlossaryReplacements, parseGlossary, type GlossaryTermReplacement } from './glossary.ts'

interface WordReport {
  files: number
  /** One line for each violation, with file, line, replaced word and the term to use. */
  violations: string[]
}

const FOLDERS = ['app', 'bin', 'components', 'docs', 'e2e', 'lab', 'lib', 'prisma']
const SOURCE = /\.(?:ts|tsx|mjs|css|prisma)$/
const PROSE = /\.md$/
/**
 * Names of folders that are not checked. For example, migrations are never edited after a release, and decision records
 * keep the words of their time.
 */
const LEFT_OUT = /(^|\/)(node_modules|generated|testdata|fixtures|migrations|adr|screens|\.next)$/
const ITSELF = /^docs\/glossary\.md$|^lib\/platform\/words\//

/**
 * Checks every source file and document under `root`. Reports each use of a word for which docs/glossary.md requires
 * another term (ADR 0100).
 */
export function findReplacedWords(root: string): WordReport {
  const glossary = parseGlossary(readFileSync(path.join(root, 'docs/glossary.md'), 'utf8'))
  const files = [
    ...FOLDERS.flatMap((folder) => filesUnder(root, folder)),
    ...readdirSync(root).filter((name) => SOURCE.test(name) || PROSE.test(name)),
  ].filter((file) => !ITSELF.test(file))
  const violations = files.flatMap((file) => [
    ...describeReplacedWords(file.replace(/^.*\//, '').replace(/\..*$/, '').replaceAll('-', ' '), glossary).map(
      (fault) => `${file}: file name: ${fault}`,
    ),
    ...readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => describeReplacedWords(line, glossary).map((fault) => `${file}:${index + 1}: ${fault}`)),
  ])
  return { files: files.length, violations }
}

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`
    if (LEFT_OUT.test(file)) return []
    if (entry.isDirectory()) return filesUnder(root, file)
    return SOURCE.test(file) || PROSE.test(file) ? [file] : []
  })
}

/**
 * Returns the uses of words that the glossary replaces, in a line of code or text, including comments and strings. A
 * name is split into its words (`toldAt`, `told_at`). Words that are joined by a hyphen (`one-way`) count as one word.
 * @returns one message for each use
 */
export function describeReplacedWords(line: string, { replacements, exempt }: GlossaryReplacements): string[] {
  const tokens = [...line.matchAll(/[A-Za-z_$][\w$]*(?:[-’'][A-Za-z]+)*/g)].map(([token]) => token)
  const words = tokens.flatMap((token) => {
    if (exempt.has(token.toLowerCase())) return [{ part: '', isName: false }]
    const parts = partsOf(token)
    return parts.map((part) => ({ part, isName: parts.length > 1 }))
  })
  const texts = words.map(({ part }) => part)
  return words.flatMap(({ part, isName }, n) =>
    (replacements.get(part) ?? []).flatMap((one) => {
      if (!one.words.every((expected, i) => texts[n + i] === expected)) return []
      // a phrase does not match if one of its words is part of a longer name in the code: `take, { onReconnect }` is
      // not the phrase "take on"
      if (one.words.length > 1 && words.slice(n, n + one.words.length).some((word) => word.isName)) return []
      if (one.inNamesOnly && !isName) return []
      return isExempt(texts, n, exempt) ? [] : [messageOf(one)]
    }),
  )
}

/** Reports whether the word at index `n` is part of a permitted phrase of two or three words, such as `look up`. */
function isExempt(texts: readonly string[], n: number, exempt: ReadonlySet<string>): boolean {
  const spans = [
    [n, n + 2],
    [n - 1, n + 1],
    [n, n + 3],
    [n - 1, n + 2],
    [n - 2, n + 1],
  ] as const
  return spans.some(([from, to]) => from >= 0 && exempt.has(texts.slice(from, to).join(' ')))
}

const messageOf = ({ words, term }: GlossaryTermReplacement) => `"${words.join(' ')}" is replaced by: ${term}`

/**
 * Splits a name into its words in lower case: `toldAt`, `TOLD_AT` and `told_at` become told and at; `one-way` is one
 * word.
 */
function partsOf(token: string): string[] {
  if (/[-’']/.test(token)) return [token.toLowerCase()]
  return (token.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? []).map((part) => part.toLowerCase())
}
