/** One replaced word of docs/glossary.md and the term that stands for it. */
export interface Replacement {
  /** one word or a phrase, lower case; compared word by word */
  words: readonly string[]
  term: string
  /** true: refused only as a part of a longer name (`movedAt`); false: everywhere */
  inNamesOnly: boolean
}

export interface Glossary {
  /** by their first word */
  replacements: ReadonlyMap<string, readonly Replacement[]>
  /** names and phrases that stay although they hold a replaced word, lower case */
  exempt: ReadonlySet<string>
}

/**
 * Reads the glossary's tables: in `| term | means | replaces |` the third column lists replaced words, separated by commas,
 * `(names)` behind those that are refused in names only; the list under the heading "Exempt" holds code spans that stay.
 * @throws Error naming the line when a row has no term, or when the glossary replaces nothing
 */
export function readGlossary(markdown: string): Glossary {
  const lines = markdown.split('\n')
  const exemptFrom = lines.findIndex((line) => /^#+ Exempt/.test(line))
  const tables = exemptFrom < 0 ? lines : lines.slice(0, exemptFrom)
  const replacements = tables.flatMap((line, index) => replacementsOf(line, index + 1))
  if (replacements.length === 0)
    throw new Error('docs/glossary.md replaces no word: its tables need a third column, "replaces"')
  const exempt = lines
    .slice(exemptFrom < 0 ? lines.length : exemptFrom)
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.toLowerCase()))
  return { replacements: Map.groupBy(replacements, ({ words: [first = ''] }) => first), exempt: new Set(exempt) }
}

function replacementsOf(line: string, number: number): Replacement[] {
  const cells = line.split('|').map((cell) => cell.trim())
  if (cells.length !== 5 || /^-+$/.test(cells[1] ?? '') || cells[3] === 'replaces' || cells[3] === '') return []
  const [, term = '', , replaced = ''] = cells
  if (term === '') throw new Error(`docs/glossary.md:${number}: a row replaces "${replaced}" and names no term`)
  return replaced.split(',').map((entry) => {
    const phrase = entry
      .replace(/\(names\)/, '')
      .trim()
      .toLowerCase()
    return { words: phrase.split(/\s+/), term, inNamesOnly: entry.includes('(names)') }
  })
}
