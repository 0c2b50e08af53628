import type { Tables } from '#lib/platform/prisma/with-prisma.ts'
import { keptDeclaration, keptWindow } from './declarations.ts'
import { ScopedStatementError } from './statement.ts'
import type { Visible } from './visible.ts'

type Row = Record<string, unknown>

/** What a scoped reader sees of a model: a condition for all of its questions, or what is left of each row. */
interface ModelRule {
  where?: object
  keep?: (row: Row) => Row | null
}

const EVERYTHING: ModelRule = {}
const NOTHING: ModelRule = { keep: () => null }

/** Models that stand not here are seen empty. */
const rulesOf = (visible: Visible): Partial<Record<string, ModelRule>> => {
  const { shortIds, armKeys, subscriptions, subscriptionRows } = visible
  const ofCircuit = { where: { circuitId: { in: [...shortIds] } } }
  const aboutCircuits = { keep: (row: Row) => statementKept(row, visible) }
  return {
    priceSheet: EVERYTHING,
    priceCheck: EVERYTHING,
    detectionSettings: EVERYTHING,
    costCalibration: EVERYTHING,
    resource: { where: { id: { in: [...subscriptionRows] } } },
    declaration: { keep: (row) => keptDeclaration(row, visible) },
    // which items a version changed names what they are about
    declarationVersion: { keep: (row) => ('began' in row ? { ...row, began: [], ended: [] } : row) },
    costTraffic: ofCircuit,
    costDecision: ofCircuit,
    serviceKeyRequest: ofCircuit,
    postureExemption: { where: { scope: { in: [...shortIds] } } },
    // a calendar's name and address are the deployment's
    calendarWindow: { keep: (row) => keptWindow(row, visible) },
    drill: { keep: (row) => drillKept(row, visible) },
    costBilled: { where: { resourceKey: { in: [...armKeys] } } },
    costBillRead: { where: { subscriptionId: { in: [...subscriptions] } } },
    costOverride: aboutCircuits,
    costBudget: aboutCircuits,
  }
}

const MANY = new Set(['findMany'])
const ONE = new Set(['findFirst', 'findUnique'])
const COUNTS = new Set(['aggregate', 'count'])

/** The tables as a scoped reader sees them. @throws ScopedStatementError for whatever is no question */
export function scopedModels(tables: Tables, visible: Visible): Tables {
  const rules = rulesOf(visible)
  return new Proxy(tables, {
    get(target, name) {
      const model = Reflect.get(target, name) as object
      if (typeof name !== 'string' || typeof model !== 'object')
        throw new ScopedStatementError(`no ${String(name)} here`)
      return scopedModel(model, rules[name] ?? NOTHING)
    },
  })
}

type Ask = (query: { where?: object }) => Promise<unknown>

function scopedModel(model: object, { where, keep }: ModelRule): object {
  return new Proxy(model, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown
      if (typeof member !== 'function') return member
      const ask: Ask = (query) => Reflect.apply(member, target, [query]) as Promise<unknown>
      const narrowed = (query: { where?: object } = {}) =>
        where ? { ...query, where: { ...query.where, AND: [where] } } : query
      if (MANY.has(String(name))) {
        return async (query?: { where?: object }) => {
          const rows = (await ask(narrowed(query))) as Row[]
          return keep ? rows.flatMap((row) => keep(row) ?? []) : rows
        }
      }
      if (ONE.has(String(name))) {
        return async (query?: { where?: object }) => {
          const row = (await ask(narrowed(query))) as Row | null
          return row && keep ? keep(row) : row
        }
      }
      // a sum over rows that are left out one by one would count them
      if (COUNTS.has(String(name)) && !keep) return (query?: { where?: object }) => ask(narrowed(query))
      throw new ScopedStatementError(`a scoped reader does not ask ${String(name)} of this table`)
    },
  })
}

/** A drill of which all that is lost is seen, with those marks that name nothing else. */
function drillKept(row: Row, { shortIds, sharedShortIds }: Visible): Row | null {
  const whole = new Set<unknown>(shortIds)
  const any = new Set<unknown>([...shortIds, ...sharedShortIds])
  if (!Array.isArray(row.scopes) || !row.scopes.every((id) => whole.has(id))) return null
  const marks = (Array.isArray(row.marks) ? row.marks : []) as Row[]
  const circuitsOf = (carriers: unknown) => (carriers as { circuits?: unknown[] } | null)?.circuits ?? []
  const isSeen = ({ scope, before, to }: Row) =>
    (scope === null || any.has(scope)) && [...circuitsOf(before), ...circuitsOf(to)].every((id) => whole.has(id))
  return { ...row, marks: marks.filter(isSeen) }
}

/** An override: for the circuits that are seen, or for all where it names none. A budget: where all that it is for is seen. */
function statementKept(row: Row, { shortIds, subscriptions, customers }: Visible): Row | null {
  const body = row.body as Row | undefined
  // a share names another customer
  if (!body || body.kind === 'share') return null
  const seen = new Set<unknown>(shortIds)
  const budgeted = body.for as Row | undefined
  if (budgeted) {
    const owner = String(budgeted.customer).toLowerCase()
    const isSeen = Array.isArray(budgeted.circuitIds)
      ? budgeted.circuitIds.every((id) => seen.has(id))
      : subscriptions.includes(owner) || customers.some((name) => name.toLowerCase() === owner)
    return isSeen ? row : null
  }
  if (body.circuitIds === null) return row
  const circuitIds = Array.isArray(body.circuitIds) ? body.circuitIds.filter((id) => seen.has(id)) : []
  return circuitIds.length > 0 ? { ...row, body: { ...body, circuitIds } } : null
}
