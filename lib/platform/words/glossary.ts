/** Word or phrase for which docs/glossary.md requires another term, and this term. */
export interface GlossaryTermReplacement {
  /** replaced word or phrase in lower case, as a list of words */
  words: readonly string[]
  term: string
  /** true = the word is refused only as part of a longer name (`movedAt`); false = refused everywhere */
  inNamesOnly: boolean
}

export interface GlossaryReplacements {
  /** replacements by their first word */
  replacements: ReadonlyMap<string, readonly GlossaryTermReplacement[]>
  /** names and phrases in lower case that are allowed although they contain a replaced word */
  exempt: ReadonlySet<string>
}

/**
 * Parses the glossary. In its tables `| term | means | replaces |`, the third column contains the words that the term
 * replaces, separated by commas. `(names)` after a word means that it is refused only in names. Under the heading
 * "Exempt", the texts in backticks are permitted names and phrases.
 * @throws Error that names the line if a row has no term, or if the glossary replaces no words
 */
export function parseGlossary(markdown: string): GlossaryReplacements {
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

function replacementsOf(line: string, number: number): GlossaryTermReplacement[] {
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
