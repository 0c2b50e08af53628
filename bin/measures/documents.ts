import { readFileSync } from 'node:fs'
import path from 'node:path'
import { filesUnder } from './source.ts'

const WHERE_CITED = /\.(?:ts|tsx|mts|mjs|md|sql|prisma|ya?ml|sh|css)$/
/** Lists every decision, so that it cites none; as does the list of changes. */
const LISTS = new Set(['docs/adr/README.md', 'CHANGELOG.md'])
const CITATION = /\bADRs?\s+(\d{4}(?:(?:,| and|, and|\s+to)\s+\d{4})*)|\b(\d{4})-[a-z0-9-]+\.md\b/g
/** A decision names others by their number alone. */
const NUMBER = /\b(0\d{3})\b()/g

/** Decisions (ADRs) that no other document and no file of code cites. */
export function uncitedDecisions(root: string): string[] {
  const files = filesUnder(root, '.').filter((file) => WHERE_CITED.test(file) && !LISTS.has(file))
  const decisions = files.filter((file) => /^docs\/adr\/\d{4}-/.test(file))
  const cited = new Set<string>()
  for (const file of files) {
    const own = /^docs\/adr\/(\d{4})-/.exec(file)?.[1]
    for (const [, numbers, name] of readFileSync(path.join(root, file), 'utf8').matchAll(own ? NUMBER : CITATION))
      for (const [number] of (numbers ?? name ?? '').matchAll(/\d{4}/g)) if (number !== own) cited.add(number)
  }
  return decisions.filter((file) => !cited.has(file.slice('docs/adr/'.length, 'docs/adr/'.length + 4)))
}

/** Words of each document, most first; records of runs under lab/results are no documents. */
export function wordsOfDocuments(root: string): Map<string, number> {
  const documents = filesUnder(root, '.').filter((file) => file.endsWith('.md') && !file.startsWith('lab/results/'))
  const words = documents.map((file): [string, number] => [
    file,
    readFileSync(path.join(root, file), 'utf8').split(/\s+/).filter(Boolean).length,
  ])
  return new Map(words.toSorted((a, b) => b[1] - a[1]))
}
