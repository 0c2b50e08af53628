/**
 * Parses happenings of the network, Azure and the collector, for example `10:00:30 cut-path ckt-lon/primary
 * detection=170s until 10:12:40`.
 */
import type { HappeningInput } from '../../simulator/index.ts'
import { EARLIER_TOPOLOGY_CHANGE_TIME } from '../scenario.ts'
import { ScenarioSyntaxFault, parseStatementJson, formatExpectedChoices, type ScenarioStatementWords } from './lines.ts'

type Fields = Record<string, unknown>

interface Verb {
  /** Parses the object of the happening: the words before its options. */
  target: (words: ScenarioStatementWords) => Fields
  options: readonly Option[]
}

const text = (value: string) => value.replace(/^"(.*)"$/, '$1')
const number = (value: string) => {
  if (!/^-?\d+(?:\.\d+)?$/.test(value)) throw new ScenarioSyntaxFault(`"${value}"; expected a number`)
  return Number(value)
}
/** Parses prefixes. `10.1.0.0/24*20` is a block of twenty consecutive prefixes. */
const prefixes = (value: string) =>
  value.split(',').map((one) => {
    const [first = '', count] = one.split('*')
    return count === undefined ? first : { first, count: number(count) }
  })
/** Parses an AS path. In `65001,-,65001` the dash is an empty segment. */
const asPath = (value: string) => value.split(',').map((asn) => (asn === '-' ? null : number(asn)))

/** Parser for the value of each option. */
const options = {
  announced: text,
  arpAfter: text,
  asn: number,
  asPath,
  bgpAfter: text,
  connection: text,
  count: number,
  detection: text,
  direction: text,
  down: text,
  drain: text,
  factor: number,
  instance: text,
  late: text,
  least: text,
  logDelay: text,
  link: text,
  metric: text,
  name: text,
  neighbor: text,
  noticeDelay: text,
  over: text,
  path: text,
  prefixes,
  propagation: text,
  reconnect: text,
  resource: text,
  retryAfter: number,
  routesAfter: text,
  set: (value: string) => expandPrefixBlocks(parseStatementJson(value)),
  share: number,
  site: text,
  signal: text,
  skew: text,
  takes: text,
  to: number,
  undrain: text,
  word: text,
} satisfies Record<string, (value: string) => unknown>
type Option = keyof typeof options

/** Options without a value. */
const flags: Readonly<Record<string, Fields>> = { absent: { absent: true }, unlogged: { logged: false } }

/** Parses `ckt-lon`, `ckt-lon/primary` or `ckt-lon/MicrosoftPeering/primary`. */
function onCircuit(target: string): Fields {
  const [circuit, ...rest] = target.split('/')
  const path = rest.at(-1)
  if (rest.length > 2)
    throw new ScenarioSyntaxFault(`"${target}"; expected <circuit>, <circuit>/<path> or <circuit>/<peering>/<path>`)
  if (path === undefined) return { circuit }
  if (path.endsWith('Peering')) return { circuit, peering: path }
  return rest.length === 1 ? { circuit, path } : { circuit, peering: rest[0], path }
}

/** Parses `10.0.4.12~10.0.4.4`, `~10.0.4.4` for every instance, or `10.0.4.12~` for every neighbor. */
function ofSession(session: string): Fields {
  const [instance, neighbor] = session.split('~')
  if (neighbor === undefined)
    throw new ScenarioSyntaxFault(`"${session}"; expected <instance>~<neighbor>, ~<neighbor> or <instance>~`)
  return { ...(instance ? { instance } : {}), ...(neighbor ? { neighbor } : {}) }
}

const isTarget = (word: string | undefined) =>
  word !== undefined && !word.includes('=') && !(word in flags) && !ENDINGS.has(word)

const circuitTarget = (words: ScenarioStatementWords) =>
  onCircuit(words.take('a circuit or a path such as ckt-lon/primary'))
const optionalCircuit = (words: ScenarioStatementWords) => (isTarget(words.peek) ? circuitTarget(words) : {})

function sessionTarget(words: ScenarioStatementWords): Fields {
  const target = words.take('a path such as ckt-lon/primary, or a gateway')
  if (target.includes('/')) return onCircuit(target)
  return { gateway: target, ...(isTarget(words.peek) ? ofSession(words.take('a session')) : {}) }
}

const SELECTED = ['site', 'connection', 'prefixes', 'propagation'] as const

/** The verbs of a happening, each with its object and options. The simulator's schema explains their meaning. */
const verbs: Readonly<Record<string, Verb>> = {
  'cut-path': { target: circuitTarget, options: ['detection', 'arpAfter', 'reconnect', 'routesAfter'] },
  'session-loss': { target: sessionTarget, options: ['word', 'routesAfter'] },
  'msee-loss': { target: circuitTarget, options: ['detection'] },
  'hub-loss': {
    target: (words) => ({ hub: words.take('a hub'), name: words.take('a connection of it') }),
    options: [],
  },
  'metric-delay': {
    target: (words) => ({ reads: words.take('how a late point reads: "missing", "zero" or "part"') }),
    options: ['resource', 'metric', 'least', 'late'],
  },
  'light-fade': { target: (words) => ({ port: words.take('a port') }), options: ['link', 'signal', 'to', 'over'] },
  'peer-loss': { target: (words) => ({ routeServer: words.take('a Route Server') }), options: ['name', 'word'] },
  'reach-loss': { target: (words) => ({ reach: words.take('a Global Reach connection') }), options: ['word'] },
  'tunnel-loss': {
    target: (words) => ({ connection: words.take('a VPN connection') }),
    options: ['instance', 'bgpAfter'],
  },
  'instance-loss': {
    target: (words) => ({ gateway: words.take('a gateway'), instance: words.take('the address of an instance') }),
    options: ['reconnect', 'announced', 'noticeDelay'],
  },
  'keepalive-stall': {
    target: (words) => ({ gateway: words.take('a gateway'), ...ofSession(words.take('a session')) }),
    options: [],
  },
  blackhole: { target: circuitTarget, options: ['direction', 'share'] },
  withdraw: { target: optionalCircuit, options: SELECTED },
  announce: { target: optionalCircuit, options: [...SELECTED, 'asPath'] },
  prepend: { target: optionalCircuit, options: [...SELECTED, 'count', 'asn'] },
  'counter-reset': { target: circuitTarget, options: [] },
  traffic: {
    target: (words) => (isTarget(words.peek) ? { demand: words.take('a demand') } : {}),
    options: ['factor'],
  },
  maintenance: { target: circuitTarget, options: ['drain', 'down', 'undrain', 'announced', 'noticeDelay'] },
  configuration: {
    target: (words) => {
      const kind = words.take('what changes, such as "gateway"')
      const [name, child] = words.take('its name').split('/')
      return { kind, name, ...(child === undefined ? {} : { child }) }
    },
    options: ['set', 'logDelay', 'takes'],
  },
  'api-fault': {
    target: (words) => ({
      fault: words.take('a fault such as "500"'),
      ...(isTarget(words.peek) ? { operation: words.take('an operation') } : {}),
    }),
    options: ['resource', 'path', 'instance', 'neighbor', 'retryAfter', 'skew'],
  },
}

/** Words that end or repeat a happening. */
const ENDINGS: ReadonlySet<string> = new Set(['until', 'for', 'every', 'times'])

/**
 * Parses `<when> <verb> <target> <option>=<value> ... until <when>` without the first word, which the caller has
 * parsed.
 */
export function parseHappeningLine(at: string, words: ScenarioStatementWords): HappeningInput {
  const op = words.take('what happens')
  const verb = verbs[op]
  if (!verb)
    throw new ScenarioSyntaxFault(
      `nothing is called "${op}"; ${formatExpectedChoices([...Object.keys(verbs), 'collector', 'operator'])}`,
    )
  const fields: Fields = { op, at: momentOf(at), ...verb.target(words) }
  for (let word = words.peek; word !== undefined && !ENDINGS.has(word); word = words.peek)
    Object.assign(fields, optionOf(op, verb, words.take('an option')))
  // the simulator validates the whole happening
  return { ...fields, ...endingOf(words) } as HappeningInput
}

function optionOf(op: string, { options: own }: Verb, word: string): Fields {
  const flag = flags[word]
  if (flag && op === 'configuration') return flag
  const at = word.indexOf('=')
  const name = (at < 0 ? word : word.slice(0, at)) as Option
  if (!own.includes(name))
    throw new ScenarioSyntaxFault(`${op} has no option "${name}"; ${formatExpectedChoices([...own, ...ENDINGS])}`)
  if (at < 0) throw new ScenarioSyntaxFault(`"${name}" has no value; expected ${name}=<value>`)
  return { [name]: options[name](word.slice(at + 1)) }
}

function endingOf(words: ScenarioStatementWords): Fields {
  const fields: Fields = {}
  if (words.skip('until')) fields['until'] = momentOf(words.take('a time'))
  if (words.skip('for')) fields['for'] = words.take('a duration such as 1m')
  if (words.skip('every')) fields['every'] = words.take('a duration such as 2m')
  if (words.skip('times')) fields['times'] = words.number('how often')
  words.end()
  return fields
}

/** Parses a line about the collector, an operator or a router. It has the same form, but other verbs. */
export function parseCollectorEventLine(at: string, words: ScenarioStatementWords): Fields {
  const who = words.take('who')
  const what = words.take('what')
  const until = () => {
    words.expect('until')
    return words.take('a time')
  }
  switch (`${who} ${what}`) {
    case 'collector stop':
    case 'collector restart':
      return { kind: what, at, until: until() }
    case 'operator pause': {
      const resource = words.peek === 'until' ? {} : { resource: words.take('a resource') }
      return { kind: 'pause', at, ...resource, until: until() }
    }
    case 'router up':
    case 'router down':
    case 'router silent':
    case 'router hung':
    case 'router gone':
      return { kind: 'router', state: what, at, resource: words.take('<circuit>/<path>'), until: until() }
    case 'router withdraws':
    case 'router announces':
    case 'router prepends': {
      const resource = words.take('<circuit>/<path>')
      const prefixes = words.take('prefixes such as 10.1.0.0/16,10.2.0.0/16').split(',')
      return { kind: 'router', state: what, at, resource, prefixes, until: until() }
    }
    case 'collector timeout': {
      const poll = words.take('a kind of poll')
      const source = words.peek === 'until' ? {} : { source: words.take('a source') }
      return { kind: 'timeout', at, poll, ...source, until: until() }
    }
    case 'collector clock': {
      const fields: Fields = { kind: 'clock', at }
      for (let word = words.peek; word !== undefined; word = words.peek) {
        const [name = '', value = ''] = words.take('an option').split('=')
        if (name !== 'stepMs' && name !== 'ppm')
          throw new ScenarioSyntaxFault(`a clock has no option "${name}"; ${formatExpectedChoices(['stepMs', 'ppm'])}`)
        fields[name] = number(value)
      }
      return fields
    }
    default:
      throw new ScenarioSyntaxFault(
        `"${who} ${what}"; ${formatExpectedChoices(['collector stop', 'collector restart', 'collector timeout', 'collector clock', 'operator pause', 'router up', 'router down', 'router silent', 'router hung', 'router gone', 'router withdraws', 'router announces', 'router prepends'])}`,
      )
  }
}

/** Replaces `earlier` by a moment long before the run. Other times are unchanged. */
const momentOf = (word: string) => (word === 'earlier' ? EARLIER_TOPOLOGY_CHANGE_TIME : word)

const SERIES = /^(\d+)\.(\d+)\.(\d+)\.0\/24 step (\d+) count (\d+)$/

/**
 * Expands blocks of prefixes in JSON. `["10.110.0.0/24 step 2 count 480"]` is a list of 480 prefixes, every second one
 * of that length.
 */
export function expandPrefixBlocks(value: unknown): unknown {
  if (Array.isArray(value))
    return value.flatMap((item) => (typeof item === 'string' ? series(item) : [expandPrefixBlocks(item)]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, expandPrefixBlocks(own)]))
}

function series(item: string): string[] {
  const [, a, b, c, step, count] = (SERIES.exec(item) ?? []).map(Number)
  if (a === undefined || b === undefined || c === undefined || step === undefined) return [item]
  return Array.from({ length: count ?? 0 }, (_, n) => {
    const third = c + n * step
    return `${a}.${b + Math.floor(third / 256)}.${third % 256}.0/24`
  })
}
