import { readFileSync } from 'node:fs'
import path from 'node:path'
import { listFilesUnder, listSourceFiles } from '../structure/files.ts'
import { findProsePatterns, type ProsePattern } from './patterns.ts'
import { type ProseText, extractSentences, extractSourceTexts } from './texts.ts'

interface ProseReport {
  /** number of texts that were checked */
  texts: number
  /** number of texts with two or more patterns, for each thousand texts */
  perMille: number
  /** one line for each rejected pattern: file, line, pattern, plain form and text */
  faults: string[]
}

const SOURCES = ['app', 'bin', 'components', 'lab', 'lib', 'e2e']
const MAX_TITLE_WORDS = 8
/**
 * Files that are not checked: the changelog, the license, test data, and files that quote the patterns (docs/writing.md
 * and bin/prose).
 */
const LEFT_OUT = /^CHANGELOG\.md$|\/testdata\/|^bin\/prose\/|^docs\/writing\.md$|^LICENSE/
/** Patterns that texts on screens may have, because a heading or a button may begin with a question word. */
const NOT_ON_SCREENS = new Set([
  'opens with what, who or which',
  '"what" instead of a noun',
  'opens with of, as, by or beside',
])

/** Returns the faults in comments, documents, titles of ADRs and texts on screens under `root` (ADR 0344). */
export function checkProse(root: string): ProseReport {
  const sources = listSourceFiles(root, SOURCES).filter((file) => !LEFT_OUT.test(file))
  const documents = listFilesUnder(root, '.').filter((file) => file.endsWith('.md') && !LEFT_OUT.test(file))
  const texts = [...sources, ...documents].flatMap((file) => {
    const content = readFileSync(path.join(root, file), 'utf8')
    return textsOf(content, file).map((text) => ({ ...text, file, patterns: countedPatterns(text) }))
  })
  const doubled = texts.filter(({ patterns }) => patterns.length > 1).length
  return {
    texts: texts.length,
    perMille: texts.length === 0 ? 0 : Math.ceil((1000 * doubled) / texts.length),
    faults: texts.flatMap(({ file, line, text, patterns }) =>
      patterns
        .filter(({ isRejected }) => isRejected)
        .map(({ name, plain }) => `${file}:${line}: ${name}: ${plain}: ${text.slice(0, 120)}`),
    ),
  }
}

function textsOf(content: string, file: string): ProseText[] {
  if (file.endsWith('.md')) return extractSentences(content, file)
  const isShown = /^(?:app|components|lib)\//.test(file) && !/\.test\.|\/testing\//.test(file)
  return extractSourceTexts(content, file, isShown)
}

/**
 * Returns the patterns in a text that count as faults. In texts on screens, the patterns in `NOT_ON_SCREENS` do not
 * count. If the title of an ADR has more than the maximum number of words, that counts as a pattern too.
 */
function countedPatterns({ kind, text }: Pick<ProseText, 'kind' | 'text'>): ProsePattern[] {
  const found = findProsePatterns(text)
  if (kind === 'screen') return found.filter(({ name }) => !NOT_ON_SCREENS.has(name))
  const isLong = kind === 'title' && text.split(/\s+/).length > MAX_TITLE_WORDS
  return isLong ? [...found, LONG_TITLE] : found
}

const LONG_TITLE: ProsePattern = {
  name: 'a long title of a decision',
  isRejected: true,
  expression: /^$/,
  plain: `write the decision in at most ${MAX_TITLE_WORDS} words`,
}
