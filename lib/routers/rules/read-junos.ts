import { TextProcessingLimiter } from '#lib/platform/work-budget.ts'
import {
  addInterfaceAddress,
  parseAsn,
  ensureNeighborLines,
  getOrCreateEntry,
  getOrCreateConfiguredInterface,
  ensurePrefixList,
  createEmptyNeighborLines,
  parseWholeNumber,
  getOrCreateRoutePolicy,
  type RouterConfigurationLines,
} from './configured-router.ts'

/** Limits of a configuration with braces. Statements that are needed have at most about ten levels. */
const LIMITS = {
  depth: {
    max: 20,
    message: 'text: its braces are nested deeper than 20 levels: paste the output of show configuration',
  },
  words: {
    max: 200_000,
    message:
      'text: its statements have more than 200,000 words once they are written out: paste the interfaces, policies and BGP groups of this circuit',
  },
} as const

/**
 * Returns the statements of a Junos configuration as lists of words, in the order of the text. The text has either
 * `set` lines or blocks in braces. A statement in braces is returned like a `set` line, with the names of the blocks
 * around it in front. Returns null if the text is not a Junos configuration.
 * @throws TextLimitError during iteration if there are too many levels or too many words
 */
export function parseJunosStatements(text: string): Iterable<string[]> | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const set = lines.filter((line) =>
    /^set (?:interfaces|protocols|policy-options|routing-options|routing-instances) /.test(line),
  )
  if (set.length > 0) return set.map((line) => wordsOf(line).slice(1))
  return /^[ \t]*(?:protocols|interfaces|routing-options|policy-options)\s*\{/m.test(text) ? fromBraces(text) : null
}

const wordsOf = (text: string): string[] => text.match(/"[^"]*"|[^\s"]+/g) ?? []

/** Removes comments. A comment without an end reaches to the end of the text. */
const withoutComments = (text: string): string =>
  text
    .split('/*')
    .map((part, n) => (n === 0 ? part : part.includes('*/') ? part.slice(part.indexOf('*/') + 2) : ''))
    .join('')

/** Top-level blocks that contain statements which {@link readJunos} needs. Statements of other blocks are left out. */
const READ_GROUPS: ReadonlySet<string | undefined> = new Set([
  'interfaces',
  'protocols',
  'bgp',
  'policy-options',
  'routing-options',
  'routing-instances',
  'logical-systems',
  'groups',
])

function* fromBraces(text: string): Generator<string[]> {
  const budget = new TextProcessingLimiter(LIMITS)
  const path: string[] = []
  /**
   * For each open brace, the number of words that belong to the blocks outside of it. After the closing brace, only
   * these words remain.
   */
  const open: number[] = []
  const bare = withoutComments(text).replace(/#.*/g, '')
  for (const [, body = '', end] of bare.matchAll(/(?<![^{};])([^{};]*)([{};])/g)) {
    const words = wordsOf(body)
    if (end === '{') {
      open.push(path.length)
      budget.check('depth', open.length)
      for (const word of words) path.push(word)
    } else if (end === '}') path.length = open.pop() ?? 0
    else if (READ_GROUPS.has(path[0] ?? words[0])) yield* writtenOut(path, words, budget)
  }
}

/**
 * Returns the complete words of a statement. If it contains a list such as `[ a b ]`, there is one result for each
 * value.
 */
function* writtenOut(
  path: readonly string[],
  words: readonly string[],
  budget: TextProcessingLimiter<keyof typeof LIMITS>,
): Generator<string[]> {
  const from = words.indexOf('[')
  const values = from < 0 ? [] : words.slice(from + 1).filter((word) => word !== ']')
  const own = values.length === 0 ? words : words.slice(0, from)
  for (const value of values.length === 0 ? [[]] : values.map((one) => [one])) {
    budget.spend('words', path.length + own.length + value.length)
    yield [...path, ...own, ...value]
  }
}

/** Reads the settings from one Junos statement (the words after `set`). */
export function readJunos(reading: RouterConfigurationLines, words: readonly string[]): void {
  const [first, second] = words
  if (first === 'interfaces' && second !== undefined && words[2] === 'unit') {
    const at = getOrCreateConfiguredInterface(reading, `${second}.${words[3]}`)
    const rest = words.slice(4)
    if (rest[0] === 'vlan-id') at.vlan = parseWholeNumber(rest[1])
    if (rest[0] === 'vlan-tags') {
      at.outerVlan = parseWholeNumber(rest[rest.indexOf('outer') + 1])
      at.vlan = parseWholeNumber(rest[rest.indexOf('inner') + 1])
    }
    if (rest[0] === 'family' && rest[2] === 'address') addInterfaceAddress(at, rest[3])
  }
  if (first === 'routing-options' && second === 'autonomous-system') reading.asn = parseAsn(words[2])
  if (first === 'policy-options') readJunosPolicy(reading, words.slice(1))
  const bgp = words.indexOf('bgp')
  if (words.indexOf('protocols') === bgp - 1 && words[bgp + 1] === 'group')
    readJunosGroup(reading, words.slice(bgp + 2))
}

function readJunosPolicy(reading: RouterConfigurationLines, words: readonly string[]): void {
  const [kind, name] = words
  if (name === undefined) return
  if (kind === 'prefix-list' && words[2] !== undefined) ensurePrefixList(reading, name).push(words[2])
  if (kind !== 'policy-statement') return
  const policy = getOrCreateRoutePolicy(reading, name)
  const after = (word: string) => words[words.indexOf(word) + 1]
  if (words.includes('route-filter')) policy.prefixes.push(after('route-filter') ?? '')
  else if (words.includes('prefix-list')) policy.lists.push(after('prefix-list') ?? '')
  if (words.includes('as-path-prepend'))
    policy.prepends = words
      .slice(words.indexOf('as-path-prepend') + 1)
      .join(' ')
      .replaceAll('"', '')
      .split(' ').length
}

function readJunosGroup(reading: RouterConfigurationLines, [name = '', ...words]: readonly string[]): void {
  const isNeighbor = words[0] === 'neighbor' && words[1] !== undefined
  const draft = isNeighbor
    ? ensureNeighborLines(reading, words[1] ?? '')
    : getOrCreateEntry(reading.groups, name, createEmptyNeighborLines)
  if (isNeighbor) draft.group = name
  const [what, value, more] = isNeighbor ? words.slice(2) : words
  if (what === 'peer-as') draft.remoteAsn = parseAsn(value)
  if (what === 'local-as') draft.localAsn = parseAsn(value)
  if (what === 'authentication-key' || what === 'authentication-key-chain') draft.password = true
  if (what === 'bfd-liveness-detection') draft.bfd = true
  if (what === 'family' && more === 'unicast') draft.on.add(value === 'inet6' ? 6 : 4)
  if (what === 'export' && value !== undefined) draft.policies.push(value)
}
