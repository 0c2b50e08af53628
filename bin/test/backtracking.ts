/**
 * Checks whether matching a regular expression may take more than linear time. For this, it builds the Glushkov
 * automaton of the pattern and searches for two things:
 * - a loop that can match the same text in two ways (exponential time)
 * - two consecutive loops that can match the same text (polynomial time). The first loop may be the search for the
 *   start of a match
 * The result may be a false alarm, because the check assumes that an assertion inside the pattern may match or fail at
 * any position. Repetitions of up to 512 count as constants (ADR 0286).
 * @source N. Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers by Using
 *   Ambiguity of NFA", CIAA 2016
 */

/**
 * The characters with which patterns are tested: ASCII, and some others for Unicode classes. A set of characters is a
 * bit mask of this list.
 */
const ALPHABET = [...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)), 'é', '\u2028', '⨯', '中']
const ALL = (1n << BigInt(ALPHABET.length)) - 1n
const CONSTANT = 512

/**
 * A part of a pattern. `first` and `last` are the positions at which its matches can begin and end. `empty` = it can
 * match the empty string; `perhaps` = only if an assertion allows it. The value of a position in `last` is true if the
 * match can certainly end there. It is false if the end depends on an assertion.
 */
interface Part {
  first: Entry[]
  last: Map<number, boolean>
  empty: false | 'perhaps' | 'surely'
}
/** A position at which a part can begin. It cannot begin after a character in `notAfter`. */
type Entry = { at: number; notAfter: bigint }

const ASSERTION: Part = { first: [], last: new Map(), empty: 'perhaps' }
const TOKEN =
  /\\[pP]\{\w+(?:=\w+)?\}|\\u\{[0-9a-f]+\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\k<\w+>|\\.|\[\^?\]|\[(?:\\.|[^\]\\])+\]|\(\?<?[=!]|\(\?<\w+>|\(\?:|[*+?]\??|\{\d+(?:,\d*)?\}\??|./giu

/**
 * Checks whether matching a regular expression may take more than linear time.
 * @returns the reason why it may; null = the time is linear
 */
export function findBacktracking(source: string, flags = ''): string | null {
  const tokens = source.match(TOKEN) ?? []
  const sets: bigint[] = []
  const follow: Set<number>[] = []
  let i = 0
  let isDoubled = false
  const join = (from: Part, to: Part) => {
    for (const p of from.last.keys())
      for (const { at } of to.first) {
        // The position was already reachable by an inner loop, so that a loop inside a loop leads to the same position
        // in two ways.
        if (follow[p]?.has(at)) isDoubled = true
        follow[p]?.add(at)
      }
  }
  const sequence = (a: Part, b: Part): Part => {
    join(a, b)
    const last = new Map(b.last)
    if (b.empty) for (const [p, surely] of a.last) last.set(p, surely && b.empty === 'surely')
    return {
      first: a.empty ? [...a.first, ...b.first] : a.first,
      last,
      empty: a.empty && b.empty && (a.empty === 'surely' && b.empty === 'surely' ? 'surely' : 'perhaps'),
    }
  }
  const literal = (token: string): Part => {
    const one = new RegExp(`^${/^[{}\]]$/.test(token) ? `\\${token}` : token}$`, flags.replace(/[gym]/g, ''))
    const at = sets.push(ALPHABET.reduce((set, char, n) => (one.test(char) ? set | (1n << BigInt(n)) : set), 0n)) - 1
    follow.push(new Set())
    return { first: [{ at, notAfter: 0n }], last: new Map([[at, true]]), empty: false }
  }
  const atom = (token: string): Part => {
    if (token === '^' || token === '$' || /^\\[bB1-9k]/.test(token)) return ASSERTION
    if (!token.startsWith('(')) return literal(token)
    const inner = alternatives()
    i += 1
    // a lookahead matches no text, so that no position follows it and it counts as optional
    if (/^\(\?[=!]/.test(token)) return { first: inner.first, last: new Map(), empty: 'perhaps' }
    return token.startsWith('(?<=') || token.startsWith('(?<!') ? ASSERTION : inner
  }
  const repeated = (part: Part, quantifier: string): Part => {
    const [, low = '', comma, high = ''] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? []
    const least = low === '' ? Number(quantifier.startsWith('+')) : Number(low)
    const isLoop = low === '' ? !quantifier.startsWith('?') : comma !== '' && (high === '' || Number(high) > CONSTANT)
    if (isLoop) join(part, part)
    return least === 0 ? { ...part, empty: 'surely' } : part
  }
  const alternatives = (): Part => {
    const all: Part[] = []
    do {
      let branch: Part = { first: [], last: new Map(), empty: 'surely' }
      let notAfter = 0n
      let isAnchored = false
      for (; i < tokens.length && tokens[i] !== '|' && tokens[i] !== ')'; ) {
        const token = tokens[i++] ?? ''
        const begins = branch.first.length === 0
        const start = sets.length
        let part = atom(token)
        // a negative lookbehind with one class of characters excludes these characters before the match
        if (begins && token === '(?<!' && sets.length === start + 1) notAfter |= sets[start] ?? 0n
        if (begins && token === '^' && !flags.includes('m')) isAnchored = true
        if (begins && token === '^' && flags.includes('m')) notAfter |= ALL & ~(1n << 10n)
        while (/^(?:[*+?]|\{\d)/.test(tokens[i] ?? '')) part = repeated(part, tokens[i++] ?? '')
        branch = sequence(branch, part)
      }
      if (isAnchored) notAfter = ALL
      branch.first = branch.first.map((entry) => ({ ...entry, notAfter: entry.notAfter | notAfter }))
      all.push(branch)
    } while (tokens[i] === '|' && ++i)
    return {
      first: all.flatMap(({ first }) => first),
      last: new Map(all.flatMap(({ last }) => [...last])),
      empty: all.some(({ empty }) => empty === 'surely') ? 'surely' : all.some(({ empty }) => empty) && 'perhaps',
    }
  }
  const whole = alternatives()
  if (isDoubled) return 'a loop is passed twice at once'
  // The search for the start of a match skips any text. It has a separate state for characters that must not be before
  // a start.
  let states = [ALL]
  for (const mask of new Set(whole.first.map(({ notAfter }) => notAfter)))
    states = states.flatMap((set) => [set & mask, set & ~mask]).filter((set) => set !== 0n)
  const search = states.map((set) => sets.push(set) - 1)
  for (const state of search) {
    const begins = whole.first.filter(({ notAfter }) => (notAfter & (sets[state] ?? 0n)) === 0n)
    follow.push(new Set([...search, ...begins.map(({ at }) => at)]))
  }
  return ambiguity(sets, follow, (p) => whole.last.get(p) === true)
}

function ambiguity(sets: bigint[], follow: Set<number>[], ends: (p: number) => boolean): string | null {
  const next = (tuple: number[]): number[][] =>
    tuple
      .reduce<[number[], bigint][]>(
        (paths, p) =>
          paths.flatMap(([path, common]) =>
            [...(follow[p] ?? [])].flatMap((q): [number[], bigint][] => {
              const shared = common & (sets[q] ?? 0n)
              return shared === 0n ? [] : [[[...path, q], shared]]
            }),
          ),
        [[[], ALL]],
      )
      .map(([path]) => path)
  const reaches = (from: number[], isGoal: (tuple: number[]) => boolean, mayPass: (tuple: number[]) => boolean) => {
    const seen = new Set<string>()
    const open = [from]
    for (let tuple = open.pop(); tuple; tuple = open.pop())
      for (const one of next(tuple)) {
        if (isGoal(one)) return true
        const key = one.join()
        if (seen.has(key) || !mayPass(one)) continue
        seen.add(key)
        open.push(one)
      }
    return false
  }
  const after = follow.map((_, p) => {
    const all = new Set<number>()
    const open = [p]
    for (let one = open.pop(); one !== undefined; one = open.pop())
      for (const q of follow[one] ?? []) if (!all.has(q)) all.add(open[open.push(q) - 1] ?? q)
    return all
  })
  const loops = follow.map((_, p) => p).filter((p) => after[p]?.has(p))
  const together = (p: number, q: number) => after[p]?.has(q) === true && after[q]?.has(p) === true
  for (const p of loops)
    for (const q of loops) {
      if (ends(q) || !after[p]?.has(q) || p === q || together(p, q)) continue
      const stays = ([a = 0, b = 0, c = 0]: number[]) => together(a, p) && after[b]?.has(q) === true && together(c, q)
      if (reaches([p, p, q], ([a, b, c]) => a === p && b === q && c === q, stays)) return 'two loops pass the same text'
    }
  for (const p of loops) {
    if (ends(p)) continue
    let parted = false
    const isGoal = ([a = 0, b = 0]: number[]) => {
      if (
        a !== b &&
        together(a, p) &&
        together(b, p) &&
        reaches(
          [a, b],
          ([c, d]) => c === p && d === p,
          (pair) => pair.every((r) => together(r, p)),
        )
      )
        parted = true
      return parted
    }
    if (reaches([p, p], isGoal, ([a, b]) => a === b && together(a ?? 0, p))) return 'a loop is passed twice at once'
  }
  return null
}
