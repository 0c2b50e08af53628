import { parseSync } from 'rolldown/utils'

export interface ProseText {
  kind: 'comment' | 'sentence' | 'title' | 'screen'
  /** number of the text's first line in its file, from 1 */
  line: number
  text: string
}

type Node = { type: string; start: number } & Record<string, unknown>

const DIRECTIVE = /biome-ignore|oxlint-|@ts-|\/ ?<reference|@vitest|turbopackIgnore|webpack|#__|@__PURE__/
const FEWEST_WORDS = 4

/** Returns the comments of a source file; adjacent lines of `//` are one comment. Directives to tools are left out. */
export function commentsOf(source: string, file: string): ProseText[] {
  const found: (ProseText & { end: number; isLine: boolean })[] = []
  for (const { type, value, start, end } of parse(source, file).comments) {
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
 * Returns the sentences that a source file may show to people: texts of JSX and literals with at least four words that
 * begin with a capitalized word followed by a lower-case word. This leaves out fragments that the code completes, and
 * SQL.
 */
export function screenTextsOf(source: string, file: string): ProseText[] {
  const found: ProseText[] = []
  visit(parse(source, file).program as unknown as Node, (node) => {
    const text = plain(literalOf(node) ?? '')
    const words = text.match(/[A-Za-z]{2,}/g) ?? []
    if (words.length < FEWEST_WORDS || !/^[A-Z][a-z]* [a-z]/.test(text)) return
    found.push({ kind: 'screen', line: lineAt(source, node.start), text })
  })
  return found
}

/**
 * Returns the sentences of a Markdown document, and its first heading if the document is an ADR. Blocks of code are
 * left out.
 */
export function sentencesOf(markdown: string, file: string): ProseText[] {
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

function parse(source: string, file: string) {
  return parseSync(file, source, { lang: file.endsWith('.tsx') ? 'tsx' : 'ts', sourceType: 'module' })
}

function literalOf(node: Node): string | null {
  if (node.type === 'JSXText' || (node.type === 'Literal' && typeof node.value === 'string')) return String(node.value)
  if (node.type !== 'TemplateLiteral') return null
  return (node.quasis as { value: { cooked?: string; raw: string } }[])
    .map(({ value }) => value.cooked ?? value.raw)
    .join('…')
}

function visit(value: unknown, seen: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, seen)
  if (typeof value !== 'object' || value === null || !('type' in value)) return
  const node = value as Node
  if (node.type === 'ImportDeclaration') return
  seen(node)
  for (const key in node) if (typeof node[key] === 'object') visit(node[key], seen)
}

const lineAt = (source: string, offset: number) => source.slice(0, offset).split('\n').length
