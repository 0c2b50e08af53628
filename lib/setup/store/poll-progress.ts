import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Progress of a poll that is made in several parts ("slices"), for example by resource group: number of finished parts
 * and of all parts.
 */
interface SliceProgress {
  done: number
  total: number
}

/**
 * Returns a function that returns the progress of an ongoing poll in several parts, by source and kind. Null if there
 * is no such poll, or if its number of parts is not known yet.
 */
export async function readPollProgress(
  db: SqlExecutor,
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
