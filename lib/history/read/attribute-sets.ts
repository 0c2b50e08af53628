import type { RouteAttributes } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** Sets of route attributes by source and number: many routes have few sets, so each is read once. */
export class AttributeSets {
  readonly #sets: ReadonlyMap<string, RouteAttributes[]>

  private constructor(sets: ReadonlyMap<string, RouteAttributes[]>) {
    this.#sets = sets
  }

  static async read(
    db: Queryable,
    wanted: Iterable<{ sourceId: number; attributesId: number | null }>,
  ): Promise<AttributeSets> {
    const numbers = new Map<string, { sourceId: number; id: number }>()
    for (const { sourceId, attributesId: id } of wanted) {
      if (id !== null) numbers.set(`${sourceId}/${id}`, { sourceId, id })
    }
    if (numbers.size === 0) return new AttributeSets(new Map())
    const pairs = [...numbers.values()]
    const { rows } = await db.query<{ source_id: number; id: number; attributes: RouteAttributes[] }>(
      `SELECT a.source_id, a.id, a.attributes
       FROM unnest($1::int[], $2::int[]) AS w (source_id, id)
       JOIN route_attributes a ON (a.source_id, a.id) = (w.source_id, w.id)
       WHERE a.source_id = ANY ($1::int[])`,
      [pairs.map(({ sourceId }) => sourceId), pairs.map(({ id }) => id)],
    )
    return new AttributeSets(new Map(rows.map((row) => [`${row.source_id}/${row.id}`, row.attributes])))
  }

  /** No number is no route: the empty set. */
  of(sourceId: number, attributesId: number | null): RouteAttributes[] {
    if (attributesId === null) return []
    const set = this.#sets.get(`${sourceId}/${attributesId}`)
    if (!set) throw new Error(`route attributes ${sourceId}/${attributesId} are not there`)
    return set
  }
}
