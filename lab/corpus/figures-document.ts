/**
 * Figures of a measured interval in lab/results/detection.txt, next to those of intervals measured earlier, and the
 * table over all intervals in docs/detection.md.
 */
const BEGIN = '<!-- figures: npm run bench detection -- --write -->'
const END = '<!-- end of figures -->'
const CAUSES = '<!-- causes: npm run bench detection -- --causes --intervals=300 --write -->'
const CAUSES_END = '<!-- end of causes -->'
const HEADING = /^### Polled every (\d+) s$/
const ROW = /^\| (\d+) s \|/

/** Figures of one interval. */
export interface PollIntervalFigures {
  everySeconds: number
  /** rows of this interval in the table over all intervals, in Markdown */
  rows: string[]
  /** text below the heading of the section */
  text: string
}

/**
 * Returns the document in which these sections replace the previous ones of the same intervals. Other sections are
 * unchanged.
 * @param head the first two lines of the table over all intervals
 * @throws Error if the document has no place for figures
 */
export function replacePollIntervalSections(
  document: string,
  head: readonly string[],
  fresh: readonly PollIntervalFigures[],
): string {
  const [before, rest] = document.split(BEGIN)
  const [former, after] = rest?.split(END) ?? []
  if (before === undefined || former === undefined || after === undefined)
    throw new Error('the document has no place for the figures')
  const byInterval = new Map([...sectionsOf(former), ...fresh].map((section) => [section.everySeconds, section]))
  const sections = [...byInterval.values()].toSorted((a, b) => a.everySeconds - b.everySeconds)
  const summary = [...head, ...sections.flatMap(({ rows }) => rows)].join('\n')
  const texts = sections.map(({ everySeconds, text }) => `### Polled every ${everySeconds} s\n\n${text.trim()}\n`)
  return `${before}${BEGIN}\n\n${summary}\n\n${texts.join('\n')}\n${END}${after}`
}

/**
 * Returns the document in which these figures' table over all intervals replaces the previous one.
 * @param figures as `withFigures` writes them
 * @throws Error if either text has no place for figures
 */
export function withSummary(document: string, figures: string): string {
  const summary = figures.split(BEGIN)[1]?.split(/^### /m)[0]
  const [before, rest] = document.split(BEGIN)
  const after = rest?.split(END)[1]
  if (summary === undefined || before === undefined || after === undefined)
    throw new Error('the document has no place for the summary')
  return `${before}${BEGIN}\n\n${summary.trim()}\n\n${END}${after}`
}

/**
 * Returns the document in which this table of causes replaces the previous one.
 * @throws Error if the document has no place for it
 */
export function withCauses(document: string, table: string): string {
  const [before, rest] = document.split(CAUSES)
  const after = rest?.split(CAUSES_END)[1]
  if (before === undefined || after === undefined) throw new Error('the document has no place for causes')
  return `${before}${CAUSES}\n\n${table}\n\n${CAUSES_END}${after}`
}

function sectionsOf(figures: string): PollIntervalFigures[] {
  const sections: PollIntervalFigures[] = []
  const rows: { everySeconds: number; row: string }[] = []
  for (const line of figures.split('\n')) {
    const heading = HEADING.exec(line)
    const section = sections.at(-1)
    if (heading) sections.push({ everySeconds: Number(heading[1]), rows: [], text: '' })
    else if (section) section.text += `${line}\n`
    else if (ROW.test(line)) rows.push({ everySeconds: Number(ROW.exec(line)?.[1]), row: line })
  }
  for (const section of sections)
    section.rows = rows.filter(({ everySeconds }) => everySeconds === section.everySeconds).map(({ row }) => row)
  return sections
}
