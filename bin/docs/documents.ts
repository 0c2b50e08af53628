import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

interface DocumentReport {
  files: number
  /** one line for each fault, with the file, the line number if known, and the problem */
  faults: string[]
}

const SOURCE = /\.(?:ts|tsx|mts|mjs|md|sql|prisma|ya?ml|sh|css)$/
const LEFT_OUT = /(?:^|\/)(?:node_modules|generated|\.[^/]+)(?:\/|$)/
const DECISION = /^docs\/adr\/(\d{4})-[^/]+\.md$/
const INDEX = 'docs/adr/README.md'

/**
 * Checks every Markdown document under `root`:
 * - A relative link must lead to a file, and its anchor to a heading there. IDs of headings follow GitHub's rule.
 * - A code span that looks like a path must name an existing file or folder. A span looks like a path if it begins with
 *   a folder of the repository and a slash. A span that ends like a source file looks like a path too. It is correct if
 *   the path of any file ends with it. In a README, a span that ends with a slash also looks like a path. Names in
 *   .gitignore are accepted, because running Peerwatch creates them. Patterns (`<kind>`, `*`, `{a,b}`, `$x`, `...`) and
 *   spans with spaces are ignored.
 * - If source code names a document (`docs/....md`), the document and the named anchor must exist.
 * - A decision (docs/adr) must be accepted and in the index. Every cited decision must exist.
 */
export function checkDocuments(root: string): DocumentReport {
  const files = globSync('**/*', { cwd: root, exclude: (name) => LEFT_OUT.test(name) }).filter((file) =>
    SOURCE.test(file),
  )
  const texts = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
  const documents = files.filter((file) => file.endsWith('.md')).toSorted()
  const isPath = pathTest(root, files)
  const anchors = (file: string) => headingIds(texts.get(file) ?? '')
  const faults = documents.flatMap((file) =>
    proseLines(texts.get(file) ?? '').flatMap(({ line, number }) => [
      ...linksIn(line)
        .map((link) => linkFault(root, file, link, anchors))
        .filter((fault) => fault !== null)
        .map((fault) => `${file}:${number}: ${fault}`),
      ...spansIn(line)
        .filter((span) => !isPath(file, span))
        .map((span) => `${file}:${number}: \`${span}\` names no file`),
    ]),
  )
  const named = files
    .filter((file) => !/\.md$|\.test\.tsx?$/.test(file))
    .flatMap((file) =>
      (texts.get(file)?.match(/(?<![\w/.-])docs\/[\w/-]+\.md(?:#[\w-]+)?/g) ?? [])
        .map((name) => linkFault(root, '.', name, anchors))
        .filter((fault) => fault !== null)
        .map((fault) => `${file}: ${fault}`),
    )
  return { files: documents.length, faults: [...faults, ...named, ...decisionFaults(texts)] }
}

/** Returns the lines of a Markdown text with their numbers. Lines in fenced code are left out. */
function proseLines(text: string): { line: string; number: number }[] {
  let isCode = false
  return text.split('\n').flatMap((line, index) => {
    const isFence = /^\s*(?:```|~~~)/.test(line)
    if (isFence) isCode = !isCode
    return isCode || isFence ? [] : [{ line, number: index + 1 }]
  })
}

const spansIn = (line: string) => [...line.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? '')

const linksIn = (line: string) =>
  [...line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s+(\S+)/g)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  )

function linkFault(root: string, file: string, link: string, anchors: (file: string) => Set<string>): string | null {
  if (/^[a-z]+:/i.test(link)) return null
  const [target = '', anchor] = link.split('#')
  const at = target === '' ? file : path.join(target.startsWith('/') ? '.' : path.dirname(file), decodeURI(target))
  if (!existsSync(path.join(root, at))) return `${link} leads nowhere`
  if (anchor === undefined || !at.endsWith('.md') || anchors(at).has(anchor)) return null
  return `${link} names no heading`
}

/**
 * Returns the anchors that GitHub gives to the headings of a document, and explicit ones (`<a id>`). A repeated heading
 * gets a suffix: -1, -2 and so on.
 */
function headingIds(text: string): Set<string> {
  const ids = new Map<string, number>()
  for (const { line } of proseLines(text)) {
    const heading = /^#{1,6}\s+(.*?)\s*$/.exec(line)?.[1]
    if (heading === undefined) continue
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const id = words.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
    ids.set(id, (ids.get(id) ?? 0) + 1)
  }
  const named = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id ?? '')
  return new Set([
    ...named,
    ...[...ids].flatMap(([id, n]) => Array.from({ length: n }, (_, i) => (i ? `${id}-${i}` : id))),
  ])
}

/**
 * Returns a function that reports whether a code span in a document is correct. A span is correct if it does not look
 * like a path, or if the path exists.
 */
function pathTest(root: string, files: readonly string[]): (file: string, span: string) => boolean {
  const folders = new Set(
    readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])),
  )
  const made = path.join(root, '.gitignore')
  const ends = new Set(existsSync(made) ? readFileSync(made, 'utf8').split('\n') : [])
  for (const file of files) file.split('/').forEach((_, n, parts) => ends.add(parts.slice(n).join('/')))
  return (file, span) => {
    if (/[\s<>*{}$…]|\.\.\./.test(span) && !span.includes('[...')) return true
    const named = span.replace(/[:#].*$/, '').replace(/\/$/, '')
    const exists = () =>
      ends.has(named) || [root, path.join(root, path.dirname(file))].some((from) => existsSync(path.join(from, named)))
    if (/(?<!\/testdata\/.*)README\.md$/.test(file) && /^[\w.-]+(?:\/[\w.-]+)*\/$/.test(span))
      return exists() || files.some((other) => other.startsWith(`${path.dirname(file)}/`) && other.includes(`/${span}`))
    if (named.includes('/') && folders.has(named.split('/')[0] ?? '')) return exists()
    return !/^[\w.[\]/-]*\w\.(?:tsx?|mjs|md|sql)$/.test(named) || exists()
  }
}

function decisionFaults(texts: ReadonlyMap<string, string>): string[] {
  const numberOf = (file: string) => DECISION.exec(file)?.[1]
  const decisions = [...texts.keys()].filter((file) => numberOf(file)).toSorted()
  const numbers = new Set(decisions.map(numberOf))
  const index = texts.get(INDEX) ?? ''
  const citations = [...texts]
    .filter(([file]) => !file.startsWith('docs/adr/') && file !== 'CHANGELOG.md')
    .flatMap(([file, text]) =>
      [...text.matchAll(/\bADRs? (\d{4})\b|\badr\/(\d{4})\b/g)].map(([, word, link]) => ({
        file,
        number: word ?? link,
      })),
    )
  return [
    ...citations.flatMap(({ file, number }) =>
      numbers.has(number) ? [] : [`${file}: there is no decision ${number}`],
    ),
    ...decisions.flatMap((file, n) => [
      ...(numberOf(decisions[n - 1] ?? '') === numberOf(file) ? [`${file}: its number is another one's`] : []),
      ...(index.includes(`](${path.basename(file)})`) ? [] : [`${file}: is not in ${INDEX}`]),
      ...(/^Status: accepted[,.] .*\d{4}-\d\d-\d\d\.$/m.test(texts.get(file) ?? '')
        ? []
        : [`${file}: is not "Status: accepted, <date>."`]),
    ]),
  ]
}
