/** A statement of a migration. */
export interface MigrationStatement {
  /** text without comments, and without the content of strings and function bodies */
  text: string
  /** line in the file, counted from 1 */
  line: number
  /**
   * reason why the lock of the statement is brief, from a preceding comment `-- peerwatch: brief, <reason>`; null =
   * there is no such comment
   */
  brief: string | null
}

const BRIEF = /^--\s*peerwatch:\s*brief,\s*(\S.*)$/

/**
 * Pattern for the parts of SQL text in which semicolons do not end a statement: comments, strings, quoted names,
 * function bodies.
 */
const PART =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\bE'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|;|[^;]/gi

/** Splits SQL at the semicolons that end statements. */
export function splitSqlStatements(sql: string): MigrationStatement[] {
  const found: MigrationStatement[] = []
  let text = ''
  let line = 1
  let begun = 1
  let brief: string | null = null
  const end = () => {
    const whole = text.replaceAll(/\s+/g, ' ').trim()
    if (whole !== '') {
      found.push({ text: whole, line: begun, brief })
      brief = null
    }
    text = ''
  }
  for (const [part, tag] of sql.matchAll(PART)) {
    if (text.trim() === '') begun = line
    line += part.split('\n').length - 1
    if (part === ';') end()
    else if (part.startsWith('--')) {
      brief = BRIEF.exec(part)?.[1]?.trim() ?? brief
      text += ' '
    } else if (part.startsWith('/*')) text += ' '
    else if (tag !== undefined || /^E?'/i.test(part)) text += `''`
    else text += part
  }
  end()
  return found
}
