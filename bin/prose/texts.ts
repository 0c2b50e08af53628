import { parseSync } from 'rolldown/utils'
import { type SyntaxNode, getTemplateTexts, visitSyntaxTree } from '../structure/source.ts'

export interface ProseText {
  kind: 'comment' | 'sentence' | 'title' | 'screen'
  /** line number in the file at which the text begins, from 1 */
  line: number
  text: string
}

type Comment = ReturnType<typeof parseSync>['comments'][number]

const DIRECTIVE = /biome-ignore|oxlint-|@ts-|\/ ?<reference|@vitest|turbopackIgnore|webpack|#__|@__PURE__/
const FEWEST_WORDS = 4

/**
 * Returns the comments of a source file. If `isShown` is true, the file contains texts for screens, and these are
 * returned too.
 */
export function extractSourceTexts(source: string, file: string, isShown: boolean): ProseText[] {
  const { comments, program } = parseSync(file, source, {
    lang: file.endsWith('.tsx') ? 'tsx' : 'ts',
    sourceType: 'module',
  })
  return [...commentsOf(comments, source), ...(isShown ? screenTextsOf(program, source) : [])]
}

/**
 * Returns the comments of a source file. Consecutive lines that begin with `//` are one comment. Directives for tools
 * are left out.
 */
function commentsOf(comments: readonly Comment[], source: string): ProseText[] {
  const found: (ProseText & { end: number; isLine: boolean })[] = []
  for (const { type, value, start, end } of comments) {
    if (DIRECTIVE.test(value)) continue
    const text = plain(value)
    const isLine = type === 'Line' && source.slice(source.lastIndexOf('\n', start - 1) + 1, start).trim() === ''
    const before = found.at(-1)
    if (isLine && before?.isLine && source.slice(before.end, start).trim() === '') {
      before.text += ` ${text}`
      before.end = end
    } else found.push({ kind: 'comment', line: lineAt(source, start), text, end, isLine })
  }
  return found.filter(({ text }) => /[A-Za-z]{3}/.test(text)).map(({ kind, line, text }) => ({ kind, line, text }))
}

/**
 * Returns the texts in a source file that people may see on screens: JSX texts, and string literals that begin like a
 * sentence and have at least four words. Fragments that the code completes, and SQL, do not begin like a sentence.
 */
function screenTextsOf(program: unknown, source: string): ProseText[] {
  const found: ProseText[] = []
  visitSyntaxTree(program, '', (node) => {
    const text = plain(literalOf(node) ?? '')
    const words = text.match(/[A-Za-z]{2,}/g) ?? []
    if (words.length < FEWEST_WORDS || !/^[A-Z][a-z]* [a-z]/.test(text)) return
    found.push({ kind: 'screen', line: lineAt(source, Number(node.start)), text })
  })
  return found
}

/**
 * Returns the sentences of a Markdown document. If the document is an ADR, its first heading is also returned. Code
 * blocks are left out.
 */
export function extractSentences(markdown: string, file: string): ProseText[] {
  const found: ProseText[] = []
  let isCode = false
  let open: { line: number; text: string } | null = null
  const close = () => {
    for (const text of (open?.text ?? '').split(/(?<=[.!?:])\s+(?=[A-Z`“[(*])/))
      if ((text.match(/[A-Za-z]{2,}/g) ?? []).length >= FEWEST_WORDS)
        found.push({ kind: 'sentence', line: open?.line ?? 0, text: plain(text) })
    open = null
  }
  markdown.split('\n').forEach((row, index) => {
    const isFence = row.trim().startsWith('```')
    if (isFence) isCode = !isCode
    if (isFence || row.trim() === '' || row.startsWith('#')) close()
    if (isFence || isCode || row.trim() === '') return
    if (row.startsWith('#')) {
      const title = /^# \d{4}: (.*)$/.exec(row)?.[1]
      if (title && /docs\/adr\/\d{4}-/.test(file)) found.push({ kind: 'title', line: index + 1, text: title })
      return
    }
    const isTable = row.trimStart().startsWith('|')
    if (isTable || /^\s*(?:[-*]|\d+\.) /.test(row)) close()
    for (const cell of isTable ? row.split('|') : [row.replace(/^\s*(?:[-*]|\d+\.) /, '')]) {
      open = { line: open?.line ?? index + 1, text: `${open?.text ?? ''} ${cell.trim()}`.trim() }
      if (isTable) close()
    }
  })
  close()
  return found
}

const plain = (text: string) =>
  text
    .replace(/^\*+/, '')
    .replace(/\n\s*\* ?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

function literalOf(node: SyntaxNode): string | null {
  if (node.type === 'JSXText' || (node.type === 'Literal' && typeof node.value === 'string')) return String(node.value)
  return node.type === 'TemplateLiteral' ? getTemplateTexts(node).join('…') : null
}

const lineAt = (source: string, offset: number) => source.slice(0, offset).split('\n').length
