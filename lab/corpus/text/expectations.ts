/**
 * Parses `expect path_down ckt-lon/primary in summary from 10:00:31 to 10:20:10 ends reported upDown`, and the events
 * that a scenario forbids.
 */
import { ScenarioSyntaxFault, formatExpectedChoices, ScenarioStatementWords } from './lines.ts'

type Fields = Record<string, unknown>

const TIMES = 'two times such as [10:00:10, 10:01:12]'

/** Parsers of the clauses of an expectation, by their first word. */
const clauses: Readonly<Record<string, (words: ScenarioStatementWords) => Fields>> = {
  at: (words) => ({ at: words.take('a time') }),
  from: (words) => {
    const at = words.take('a time')
    words.expect('to')
    return { at, until: words.take('a time') }
  },
  preexisting: () => ({ preexisting: true }),
  proven: (words) => ({ provenAt: words.take('a time') }),
  reported: (words) => ({ reportedBy: words.take('"duration" or "upDown"') }),
  'if-polled': (words) => ({ ifPolled: words.pair(TIMES) }),
  'unless-polled': (words) => ({ unlessPolled: words.pair(TIMES) }),
  after: (words) => ({ after: words.take('a kind of poll') }),
  samples: (words) => ({ samples: words.number('a number of samples') }),
  flat: (words) => ({ flat: words.take('a length such as 5:00') }),
  level: (words) => {
    const before = words.number('a multiple of the level')
    words.expect('to')
    return { level: { before, after: words.number('a multiple of the level') } }
  },
  bounds: (words) => ({ bounds: words.pair(TIMES) }),
  detected: (words) => ({ detectedAt: words.take('a time') }),
  outage: (words) => ({ outage: words.pair('two lengths such as [18:56, 20:01]') }),
  severity: (words) => ({ severity: words.take('a severity') }),
  cause: (words) => ({ cause: words.take('a class of causes') }),
  owner: (words) => ({ owner: words.take('an owner') }),
  confidence: (words) => ({ confidence: words.number('a confidence') }),
  pages: (words) => ({ pages: words.number('a number of pages') }),
}
/** Clauses that describe the end of an event if they follow the word `ends`. */
const OF_THE_END: ReadonlySet<string> = new Set(['at', 'reported', 'bounds'])

/** Parses `<kind> <subject> in <poll> [of <source>] <clause> ...` */
export function parseExpectationLine(words: ScenarioStatementWords): Fields {
  const event = words.take('a kind of event')
  const subject = words.until('in').join(' ')
  words.expect('in')
  const fields: Fields = { event, subject, poll: words.take('a kind of poll') }
  if (words.skip('of')) fields['source'] = words.take('a source')
  let ends: Fields | null = null
  for (let word = words.peek; word !== undefined; word = words.peek) {
    if (words.skip('ends')) {
      ends = { at: fields['until'] }
      fields['ends'] = ends
      continue
    }
    const clause = clauses[word]
    if (!clause)
      throw new ScenarioSyntaxFault(
        `an expectation has no clause "${word}"; ${formatExpectedChoices([...Object.keys(clauses), 'ends'])}`,
      )
    words.take('a clause')
    const target: Fields = ends && OF_THE_END.has(word) ? ends : fields
    const read = clause(words)
    for (const name of Object.keys(read))
      if (name in target && target !== ends) throw new ScenarioSyntaxFault(`"${word}" is given twice; expected it once`)
    Object.assign(target, read)
  }
  return fields
}

/** Parses `path_down, session_down of 10.0.4.15, mass_withdraw alone, cause provider_outage of ckt-lon` */
export function parseForbiddenEventLine(words: readonly string[]): Fields[] {
  return words
    .join(' ')
    .split(', ')
    .map((item) => {
      const own = new ScenarioStatementWords(item.split(' '))
      const fields: Fields = own.skip('cause')
        ? { cause: own.take('a class of causes') }
        : { event: own.take('a kind of event') }
      if (own.skip('alone')) fields['alone'] = true
      if (own.skip('of')) fields['subject'] = own.until().join(' ')
      own.end()
      return fields
    })
}
