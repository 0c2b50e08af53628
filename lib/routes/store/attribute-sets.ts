import type { RouteAttributes } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Sets of route attributes, by source and ID. Each set is read only once, because many routes share few sets. */
export class AttributeSets {
  readonly #sets: ReadonlyMap<number, ReadonlyMap<number, RouteAttributes[]>>

  private constructor(sets: ReadonlyMap<number, ReadonlyMap<number, RouteAttributes[]>>) {
    this.#sets = sets
  }

  static async read(
    db: SqlExecutor,
    wanted: Iterable<{ sourceId: number; attributesId: number | null }>,
  ): Promise<AttributeSets> {
    // Only the numeric IDs of sets are collected, because a caller may request whole tables.
    const numbers = new Map<number, Set<number>>()
    for (const { sourceId, attributesId } of wanted) {
      if (attributesId === null) continue
      const own = numbers.get(sourceId)
      if (own) own.add(attributesId)
      else numbers.set(sourceId, new Set([attributesId]))
    }
    if (numbers.size === 0) return new AttributeSets(new Map())
    const pairs = [...numbers].flatMap(([sourceId, ids]) => [...ids].map((id) => ({ sourceId, id })))
    const { rows } = await db.query<{ source_id: number; id: number; attributes: RouteAttributes[] }>(
      `SELECT a.source_id, a.id, a.attributes
       FROM unnest($1::int[], $2::int[]) AS w (source_id, id)
       JOIN route_attributes a ON (a.source_id, a.id) = (w.source_id, w.id)
       WHERE a.source_id = ANY ($1::int[])`,
      [pairs.map(({ sourceId }) => sourceId), pairs.map(({ id }) => id)],
    )
    const sets = new Map([...numbers.keys()].map((sourceId) => [sourceId, new Map<number, RouteAttributes[]>()]))
    for (const { source_id, id, attributes } of rows) sets.get(source_id)?.set(id, attributes)
    return new AttributeSets(sets)
  }

  /** Returns the set of attributes with an ID; an empty set for null (no route). */
  of(sourceId: number, attributesId: number | null): RouteAttributes[] {
    if (attributesId === null) return []
    const set = this.#sets.get(sourceId)?.get(attributesId)
    if (!set) throw new Error(`route attributes ${sourceId}/${attributesId} are not there`)
    return set
  }
}
