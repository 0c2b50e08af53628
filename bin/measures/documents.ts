import { readFileSync } from 'node:fs'
import path from 'node:path'
import { filesUnder } from '#lib/platform/boundaries/sources.ts'

const WHERE_CITED = /\.(?:ts|tsx|mts|mjs|md|sql|prisma|ya?ml|sh|css)$/
const CITATION = /\bADRs?\s+(\d{4}(?:(?:,| and|, and|\s+to)\s+\d{4})*)|\b(\d{4})-[a-z0-9-]+\.md\b/g
/** Decisions (ADRs) that no file of code and no document cites; what other decisions and the list of changes say of them does not count. */
export function uncitedDecisions(root: string): string[] {
  const files = filesUnder(root, '.').filter((file) => WHERE_CITED.test(file) && file !== 'CHANGELOG.md')
  const isDecision = (file: string) => file.startsWith('docs/adr/')
  const cited = new Set(
    files
      .filter((file) => !isDecision(file))
      .flatMap((file) => [...readFileSync(path.join(root, file), 'utf8').matchAll(CITATION)])
      .flatMap(([, numbers, name]) => (numbers ?? name ?? '').match(/\d{4}/g) ?? []),
  )
  return files
    .filter(isDecision)
    .filter((file) => /^\d{4}-/.test(path.basename(file)) && !cited.has(path.basename(file).slice(0, 4)))
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
