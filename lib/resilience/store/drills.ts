import { z } from 'zod'
import { type Drill, type DrillMark, drillMark } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { json } from '#lib/platform/prisma/json.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { ms } from '#lib/history/statements.ts'

/** A drill as it was announced. */
export interface StoredDrill extends Pick<Drill, 'id' | 'title' | 'note' | 'lose' | 'change' | 'scopes'> {
  from: EpochMs
  to: EpochMs
  withinSeconds: number
  /** what it is expected to show */
  marks: DrillMark[]
  announced: { by: string; at: EpochMs }
  cancelled: { by: string; at: EpochMs } | null
}

/** Drills, those that begin last first. */
export async function listDrills(db: Queryable, limit: number): Promise<StoredDrill[]> {
  const rows = await withPrisma(db, ({ drill }) =>
    drill.findMany({ orderBy: [{ fromAt: 'desc' }, { id: 'desc' }], take: limit }),
  )
  return rows.map(stored)
}

/** One drill; null = there is none, or the reader does not see it. */
export async function findDrill(db: Queryable, id: string): Promise<StoredDrill | null> {
  const row = await withPrisma(db, ({ drill }) => drill.findUnique({ where: { id } }))
  return row && stored(row)
}

/** Keeps a drill that is announced. */
export async function addDrill(
  db: Queryable,
  { from, to, announced, cancelled, marks, ...drill }: StoredDrill,
): Promise<void> {
  const data = {
    ...drill,
    marks: json(marks),
    fromAt: new Date(from),
    toAt: new Date(to),
    announcedBy: announced.by,
    announcedAt: new Date(announced.at),
    cancelledBy: cancelled?.by ?? null,
    cancelledAt: cancelled && new Date(cancelled.at),
  }
  await withPrisma(db, (tables) => tables.drill.create({ data }))
}

/** Calls a drill off. @returns whether it was announced and not called off before */
export async function cancelDrill(db: Queryable, id: string, by: string, at: EpochMs): Promise<boolean> {
  const { count } = await withPrisma(db, ({ drill }) =>
    drill.updateMany({ where: { id, cancelledAt: null }, data: { cancelledBy: by, cancelledAt: new Date(at) } }),
  )
  return count > 0
}

interface Row extends Omit<StoredDrill, 'from' | 'to' | 'marks' | 'announced' | 'cancelled'> {
  fromAt: Date
  toAt: Date
  marks: unknown
  announcedBy: string
  announcedAt: Date
  cancelledBy: string | null
  cancelledAt: Date | null
}

function stored({ fromAt, toAt, announcedBy, announcedAt, cancelledBy, cancelledAt, marks, ...row }: Row): StoredDrill {
  return {
    ...row,
    marks: z.array(drillMark).parse(marks),
    from: ms(fromAt),
    to: ms(toAt),
    announced: { by: announcedBy, at: ms(announcedAt) },
    cancelled: cancelledBy !== null && cancelledAt !== null ? { by: cancelledBy, at: ms(cancelledAt) } : null,
  }
}
