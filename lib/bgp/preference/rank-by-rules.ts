import { doesPrefixContainPrefix, parsePrefix } from '../prefix.ts'
import type { CandidateRoute, RankedCandidate, RoutePreferenceRuleName } from './candidate.ts'

interface RuleText {
  /** text for people: why the better candidates rank higher */
  ahead: string
  /** text for people: why the other candidates rank lower */
  behind: string
  inferred?: boolean
}

/** Rule of a preference order, such as "longest prefix". Rules are applied one after the other. */
export interface RoutePreferenceRule {
  name: RoutePreferenceRuleName
  /** sort key, lower is better; the next rule decides between equal keys */
  key(candidate: CandidateRoute): number
  /** Reports whether the rule can decide within this group; if false, the rule is skipped. Absent = always true. */
  applies?(group: readonly CandidateRoute[]): boolean
  /**
   * Returns the reasons for the order of two groups as text for people. All candidates of one group have the same key.
   */
  words(better: readonly CandidateRoute[], worse: readonly CandidateRoute[]): RuleText
}

/**
 * Candidates between which no rule has decided so far. `partedBy` is the rule by which they rank below the previous
 * class; null for the first class.
 */
interface EqualClass<C extends CandidateRoute> {
  members: C[]
  partedBy: RoutePreferenceRule | null
}

/**
 * Ranks candidates with rules that are applied one after the other. Each rule splits every class of equal candidates
 * into smaller classes.
 * A rule compares only members of one class, so neither the input order nor a candidate of another class can change a
 * rank.
 * @param tableOf returns the table in which a candidate is used; only equal candidates in the same table share the load
 * @returns best first; equal candidates are ordered by their fields
 * @throws RangeError unless all prefixes have an address in common, because routes to different destinations have no
 *   order
 */
export function rankByRules<C extends CandidateRoute>(
  candidates: readonly C[],
  rules: readonly RoutePreferenceRule[],
  tableOf: (candidate: C) => string,
): RankedCandidate<C>[] {
  assertNested(candidates)
  const classes = refine({ members: [...candidates], partedBy: null }, rules)
  return classes.flatMap(({ members, partedBy: decidingAttribute }, index) => {
    const rank = index + 1
    const next = classes[index + 1]
    const previous = classes[index - 1]
    let rule: RoutePreferenceRuleName = members.length > 1 ? 'equal' : 'only'
    let decided = members.length > 1 ? '' : 'the only route to this address'
    let inferred = false
    if (previous && decidingAttribute) {
      const words = decidingAttribute.words(previous.members, members)
      rule = decidingAttribute.name
      decided = `after rank ${index}: ${words.behind}`
      inferred = words.inferred ?? false
    } else if (next?.partedBy) {
      const words = next.partedBy.words(members, next.members)
      rule = next.partedBy.name
      decided = words.ahead
      inferred = words.inferred ?? false
    }
    return inTextOrder(members).map((candidate) => {
      const tie = formatTie(candidate, members, rank, tableOf)
      return { ...candidate, rank, rule, reason: [decided, tie].filter(Boolean).join('; '), inferred }
    })
  })
}

function refine<C extends CandidateRoute>(
  whole: EqualClass<C>,
  rules: readonly RoutePreferenceRule[],
): EqualClass<C>[] {
  const [rule, ...rest] = rules
  if (whole.members.length === 0) return []
  if (!rule) return [whole]
  if (rule.applies && !rule.applies(whole.members)) return refine(whole, rest)
  const byKey = Map.groupBy(whole.members, (member) => rule.key(member))
  return [...byKey]
    .sort(([a], [b]) => a - b)
    .flatMap(([, members], index) => refine({ members, partedBy: index === 0 ? whole.partedBy : rule }, rest))
}

function formatTie<C extends CandidateRoute>(
  candidate: C,
  equals: readonly C[],
  rank: number,
  tableOf: (candidate: C) => string,
): string {
  if (equals.length < 2) return ''
  const sharing = equals.filter((other) => tableOf(other) === tableOf(candidate)).length > 1
  if (!sharing) return `equal to rank ${rank} in another table: each forwards by its own`
  return `ECMP with the other rank-${rank} routes`
}

function assertNested(candidates: readonly CandidateRoute[]): void {
  const prefixes = [...new Set(candidates.map(({ prefix }) => prefix))].map((text) => {
    const prefix = parsePrefix(text)
    if (!prefix) throw new RangeError(`no prefix: ${text}`)
    return { text, prefix }
  })
  prefixes.sort((a, b) => a.prefix.length - b.prefix.length)
  for (const [index, inner] of prefixes.entries()) {
    const outer = prefixes[index - 1]
    if (outer && !doesPrefixContainPrefix(outer.prefix, inner.prefix)) {
      throw new RangeError(`${outer.text} and ${inner.text} cover no common address: their routes can't be ranked`)
    }
  }
}

/** Orders equal candidates by their own fields only, so that the input order does not matter. */
function inTextOrder<C extends CandidateRoute>(members: readonly C[]): C[] {
  const text = (c: C) =>
    JSON.stringify([
      [c.scope, c.instance, c.circuit, c.path, c.peer, c.nextHop, c.resourceId, c.prefix],
      [
        c.asPath,
        c.asPathText ?? null,
        c.asPathLength ?? null,
        c.origin,
        c.weight,
        c.localPref,
        c.connectionWeight,
        c.transport,
      ],
    ])
  return members
    .map((member) => ({ member, text: text(member) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ member }) => member)
}
