import type { Queryable } from '#lib/platform/queryable.ts'

/** How far a poll is that is made in slices. */
interface SliceProgress {
  done: number
  total: number
}

/**
 * Polls in slices that go on, as far as what they have is stored: a lookup by source and kind.
 * A total of 0 is none yet: they wait for their turn.
 */
export async function slicesInProgress(
  db: Queryable,
): Promise<(sourceId: number, kind: string) => SliceProgress | null> {
  const { rows } = await db.query<{ source_id: number; kind: string; progress: SliceProgress }>(
    `SELECT r.source_id, r.kind, r.operation->'slice'->'progress' AS progress
     FROM resource_lease r JOIN poll_schedule s ON (s.source_id, s.kind, s.epoch) = (r.source_id, r.kind, r.epoch)
     WHERE r.operation->'slice' IS NOT NULL`,
  )
  const found = new Map(rows.map(({ source_id, kind, progress }) => [`${source_id}/${kind}`, progress]))
  return (sourceId, kind) => {
    const progress = found.get(`${sourceId}/${kind}`)
    return progress && progress.total > 0 ? progress : null
  }
}
