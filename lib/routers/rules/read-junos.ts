import {
  addAddress,
  asnIn,
  neighborLines,
  entry,
  interfaceOf,
  prefixListOf,
  noLines,
  numberIn,
  policyOf,
  type RouterLines,
} from './configured-router.ts'

/**
 * The statements of a Junos configuration as lists of words, in the order of the text; of `set` lines, or of braces, whose groups are
 * written out. Null where the text is not of Junos.
 */
export function junosStatements(text: string): string[][] | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const set = lines.filter((line) =>
    /^set (?:interfaces|protocols|policy-options|routing-options|routing-instances) /.test(line),
  )
  if (set.length > 0) return set.map((line) => wordsOf(line).slice(1))
  return /^[ \t]*(?:protocols|interfaces|routing-options|policy-options)\s*\{/m.test(text) ? fromBraces(text) : null
}

const wordsOf = (text: string): string[] => text.match(/"[^"]*"|[^\s"]+/g) ?? []

/** What is behind a comment that does not end is part of it. */
const withoutComments = (text: string): string =>
  text
    .split('/*')
    .map((part, n) => (n === 0 ? part : part.includes('*/') ? part.slice(part.indexOf('*/') + 2) : ''))
    .join('')

function fromBraces(text: string): string[][] {
  const statements: string[][] = []
  const open: string[][] = []
  const bare = withoutComments(text).replace(/#.*/g, '')
  for (const [, body = '', end] of bare.matchAll(/(?<![^{};])([^{};]*)([{};])/g)) {
    const words = wordsOf(body)
    if (end === '{') open.push(words)
    else if (end === '}') open.pop()
    // `[ a b ]` is one statement each
    else for (const one of listed(words)) statements.push([...open.flat(), ...one])
  }
  return statements
}

function listed(words: readonly string[]): string[][] {
  const from = words.indexOf('[')
  const values = from < 0 ? [] : words.slice(from + 1).filter((word) => word !== ']')
  return values.length === 0 ? [[...words]] : values.map((value) => [...words.slice(0, from), value])
}

/** One statement of Junos, without `set`. */
export function readJunos(reading: RouterLines, words: readonly string[]): void {
  const [first, second] = words
  if (first === 'interfaces' && second !== undefined && words[2] === 'unit') {
    const at = interfaceOf(reading, `${second}.${words[3]}`)
    const rest = words.slice(4)
    if (rest[0] === 'vlan-id') at.vlan = numberIn(rest[1])
    if (rest[0] === 'vlan-tags') {
      at.outerVlan = numberIn(rest[rest.indexOf('outer') + 1])
      at.vlan = numberIn(rest[rest.indexOf('inner') + 1])
    }
    if (rest[0] === 'family' && rest[2] === 'address') addAddress(at, rest[3])
  }
  if (first === 'routing-options' && second === 'autonomous-system') reading.asn = asnIn(words[2])
  if (first === 'policy-options') readJunosPolicy(reading, words.slice(1))
  const bgp = words.indexOf('bgp')
  if (words.indexOf('protocols') === bgp - 1 && words[bgp + 1] === 'group')
    readJunosGroup(reading, words.slice(bgp + 2))
}

function readJunosPolicy(reading: RouterLines, words: readonly string[]): void {
  const [kind, name] = words
  if (name === undefined) return
  if (kind === 'prefix-list' && words[2] !== undefined) prefixListOf(reading, name).push(words[2])
  if (kind !== 'policy-statement') return
  const policy = policyOf(reading, name)
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

function readJunosGroup(reading: RouterLines, [name = '', ...words]: readonly string[]): void {
  const isNeighbor = words[0] === 'neighbor' && words[1] !== undefined
  const draft = isNeighbor ? neighborLines(reading, words[1] ?? '') : entry(reading.groups, name, noLines)
  if (isNeighbor) draft.group = name
  const [what, value, more] = isNeighbor ? words.slice(2) : words
  if (what === 'peer-as') draft.remoteAsn = asnIn(value)
  if (what === 'local-as') draft.localAsn = asnIn(value)
  if (what === 'authentication-key' || what === 'authentication-key-chain') draft.password = true
  if (what === 'bfd-liveness-detection') draft.bfd = true
  if (what === 'family' && more === 'unicast') draft.on.add(value === 'inet6' ? 6 : 4)
  if (what === 'export' && value !== undefined) draft.policies.push(value)
}
