/** Parses scenario files. README.md describes their syntax. */
import type { z } from 'zod'
import { parseSimulatorScenario, ScenarioError } from '../../simulator/index.ts'
import {
  collectorEventSchema,
  type CorpusScenario,
  scenarioDeclarationsSchema,
  scenarioEventExpectationSchema,
  forbiddenScenarioEventSchema,
  corpusScenarioSchema,
  toSimulatorScenario,
} from '../scenario.ts'
import { parseExpectationLine, parseForbiddenEventLine } from './expectations.ts'
import { expandPrefixBlocks, parseCollectorEventLine, parseHappeningLine } from './happenings.ts'
import {
  expandStatementAlternatives,
  type ScenarioBlock,
  parseScenarioBlocks,
  ScenarioSyntaxFault,
  parseStatementJson,
  formatExpectedChoices,
  ScenarioTextError,
  type ScenarioStatement,
  ScenarioStatementWords,
} from './lines.ts'

type Fields = Record<string, unknown>

/** A scenario whose statements are being parsed. Lists grow, and other fields may be set only once. */
interface Draft {
  fields: Fields
  lists: Record<'truth' | 'collector' | 'expect' | 'forbid' | 'also', unknown[]>
  declared: Record<string, unknown[] | boolean>
  patch: Record<string, Record<string, Fields>>
  /** line of each happening */
  truthLines: number[]
}

interface File {
  name: string
  setups: Map<string, ScenarioBlock>
  faults: string[]
}

/**
 * Parses the scenarios of a file.
 * @param name name of the file, for messages
 * @throws ScenarioTextError with every fault as `file:line: <fault>; <expected form>`
 */
export function readScenarios(text: string, name: string): CorpusScenario[] {
  const blocks = parseScenarioBlocks(text, name)
  const file: File = { name, setups: new Map(), faults: [] }
  const scenarios = blocks.flatMap((block) => {
    const [verb, id = ''] = block.head.words
    if (verb === 'setup') file.setups.set(id, block)
    else if (verb === 'scenario') return scenarioOf(block, file) ?? []
    else fault(file, block.head, `"${verb}" begins no block; ${formatExpectedChoices(['scenario', 'setup'])}`)
    return []
  })
  if (file.faults.length > 0) throw new ScenarioTextError(file.faults)
  return scenarios
}

/** Parses a text with a single scenario, as tests use it. */
export function readScenario(text: string): CorpusScenario {
  const [scenario] = readScenarios(text, 'scenario')
  if (!scenario) throw new Error('the text has no scenario')
  return scenario
}

const fault = (file: File, { line }: Pick<ScenarioStatement, 'line'>, text: string) =>
  file.faults.push(`${file.name}:${line}: ${text}`)

function scenarioOf({ head, body }: ScenarioBlock, file: File): CorpusScenario | null {
  const draft: Draft = {
    fields: {},
    lists: { truth: [], collector: [], expect: [], forbid: [], also: [] },
    declared: {},
    patch: {},
    truthLines: [],
  }
  const before = file.faults.length
  guarded(file, head, () => readHead(draft, new ScenarioStatementWords(head.words)))
  readBody(draft, body, file)
  if (file.faults.length > before) return null
  if (draft.fields['start'] === undefined) {
    fault(file, head, 'the scenario has no "run"; expected "run <topology> from hh:mm:ss to hh:mm:ss"')
    return null
  }
  const { fields, lists, patch } = draft
  const read = corpusScenarioSchema.safeParse({ ...fields, ...lists, patch, declared: draft.declared })
  if (!read.success) {
    for (const issue of read.error.issues) fault(file, head, issueText(issue))
    return null
  }
  return isPlayable(read.data, draft, head, file) ? read.data : null
}

/**
 * Reports whether the simulator accepts the scenario. Its faults about a happening are reported with the line of that
 * happening.
 */
function isPlayable(scenario: CorpusScenario, { truthLines }: Draft, head: ScenarioStatement, file: File): boolean {
  try {
    parseSimulatorScenario(toSimulatorScenario(scenario))
    return true
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    for (const text of error.faults) {
      const n = /^happenings\[(\d+)\]\.?/.exec(text)
      const line = n ? truthLines[Number(n[1])] : undefined
      fault(file, { line: line ?? head.line }, n ? text.slice(n[0].length).replace(/^: /, '') : text)
    }
    return false
  }
}

/** Parses `scenario S09 fault: Flapping session`. */
function readHead(draft: Draft, words: ScenarioStatementWords): void {
  words.expect('scenario')
  const id = words.take('an id such as S09')
  const labels: string[] = []
  while (!labels.at(-1)?.endsWith(':')) labels.push(words.take('"<label>: <title>"'))
  Object.assign(draft.fields, {
    id,
    labels: labels.map((label) => label.replace(/:$/, '')),
    title: words.until().join(' '),
  })
}

function readBody(draft: Draft, body: readonly ScenarioStatement[], file: File): void {
  for (const statement of body)
    guarded(file, statement, () => {
      for (const one of expandStatementAlternatives(statement)) readStatement(draft, one, file)
    })
}

function guarded(file: File, statement: ScenarioStatement, read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof ScenarioSyntaxFault)) throw error
    fault(file, statement, error.message)
  }
}

type Reader = (draft: Draft, words: ScenarioStatementWords, file: File, rest: readonly string[]) => void

/** Parsers of the statements of a block, by their first word. Every other line begins with a time. */
const readers: Readonly<Record<string, Reader>> = {
  use: (draft, words, file) => {
    const name = words.take('the name of a setup')
    const setup = file.setups.get(name)
    if (!setup)
      throw new ScenarioSyntaxFault(
        `no setup is called "${name}"; ${formatExpectedChoices([...file.setups.keys()])}, defined above`,
      )
    words.end()
    readBody(draft, setup.body, file)
  },
  run: (draft, words) => {
    const topology = words.take('a topology')
    const { at: start, until: end } = takeSpan(words)
    once(draft, { topology, start, end })
    words.end()
  },
  'polled-before': (draft, words) => {
    once(draft, { polledBefore: true })
    words.end()
  },
  also: (draft, words) => draft.lists.also.push(...words.until()),
  set: (draft, words) => {
    const [list, name, json] = [words.take('a list of the topology'), words.take('a name'), words.take('JSON')]
    words.end()
    draft.patch[list] = { ...draft.patch[list], [name]: expandPrefixBlocks(parseStatementJson(json)) as Fields }
  },
  declare: (draft, words) => {
    const read = declarationOf(words)
    words.end()
    checked(scenarioDeclarationsSchema, read)
    for (const [name, value] of Object.entries(read)) {
      const earlier = draft.declared[name]
      draft.declared[name] = Array.isArray(value) && Array.isArray(earlier) ? [...earlier, ...value] : value
    }
  },
  expect: (draft, words) =>
    draft.lists.expect.push(checked(scenarioEventExpectationSchema, parseExpectationLine(words))),
  forbid: (draft, words, _file, rest) => {
    if (words.skip('adverse')) {
      once(draft, { forbidAdverse: true })
      words.end()
    } else
      draft.lists.forbid.push(...parseForbiddenEventLine(rest).map((one) => checked(forbiddenScenarioEventSchema, one)))
  },
  pages: (draft, words) => {
    once(draft, { pages: words.number('a number of pages') })
    words.end()
  },
}

const WHEN = /^(?:earlier|\d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT\S+)$/

function readStatement(draft: Draft, statement: ScenarioStatement, file: File): void {
  const words = new ScenarioStatementWords(statement.words)
  const verb = words.take('a statement')
  const reader = readers[verb]
  if (reader) reader(draft, words, file, statement.words.slice(1))
  else if (!WHEN.test(verb))
    throw new ScenarioSyntaxFault(
      `"${verb}" is neither a time nor a statement; ${formatExpectedChoices(['hh:mm:ss', 'earlier', ...Object.keys(readers)])}`,
    )
  else if (['collector', 'operator', 'router'].includes(words.peek ?? ''))
    draft.lists.collector.push(checked(collectorEventSchema, parseCollectorEventLine(verb, words)))
  else {
    draft.lists.truth.push(parseHappeningLine(verb, words))
    draft.truthLines.push(statement.line)
  }
}

function once(draft: Draft, fields: Fields): void {
  for (const name of Object.keys(fields))
    if (name in draft.fields)
      throw new ScenarioSyntaxFault(`"${name}" is given twice in this scenario; expected it once`)
  Object.assign(draft.fields, fields)
}

/** Parses `from <time> to <time>`. */
function takeSpan(words: ScenarioStatementWords): { at: string; until: string } {
  words.expect('from')
  const at = words.take('a time')
  words.expect('to')
  return { at, until: words.take('a time') }
}

/** Parses a declaration that an operator made beforehand. */
function declarationOf(words: ScenarioStatementWords): Record<string, unknown[] | boolean> {
  const what = words.take('what is declared')
  const list = (of: string) => words.take(of).split(',')
  switch (what) {
    case 'no-sites':
      return { sites: false }
    case 'router': {
      const [site, name] = words.take('<site>/<router>').split('/')
      return { routers: [{ site, name, addresses: list('addresses') }] }
    }
    case 'policy': {
      const [kind, circuits] = [words.take('a kind of policy'), list('circuits')]
      // without prefixes the policy applies to all prefixes of its circuits
      return { policies: [{ kind, circuits, prefixes: words.peek === undefined ? [] : list('prefixes') }] }
    }
    case 'customer':
      return { customers: [{ name: words.take('a name'), circuits: list('circuits') }] }
    case 'connectivity':
      return { connectivity: [{ circuit: words.take('a circuit'), model: words.take('who runs BGP') }] }
    case 'watched':
      return { watched: list('prefixes') }
    case 'failover-test': {
      const [gateway, circuits] = [words.take('a gateway'), list('circuits')]
      return { tests: [{ gateway, circuits, ...takeSpan(words) }] }
    }
    case 'maintenance': {
      const [scopes, span] = [list('scopes'), takeSpan(words)]
      return { maintenance: [{ title: words.take('a title in quotes').replaceAll('"', ''), scopes, ...span }] }
    }
    default:
      throw new ScenarioSyntaxFault(
        `"${what}" is not declared; ${formatExpectedChoices(['no-sites', 'router', 'policy', 'customer', 'connectivity', 'watched', 'maintenance', 'failover-test'])}`,
      )
  }
}

/**
 * Validates a value.
 * @returns the value unchanged, because the whole scenario is decoded again at the end
 */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): unknown {
  const read = schema.safeParse(value)
  if (!read.success) throw new ScenarioSyntaxFault(read.error.issues.map(issueText).join('; '))
  return value
}

const issueText = ({ path, message }: z.core.$ZodIssue) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)
