import type { z } from 'zod'
import type { auditEntrySchema } from '../api/index.ts'
import type { RequestCaller } from '#lib/contract/index.ts'
import type { Prisma } from '#lib/platform/generated/prisma/client.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { findAuditDifference } from './audit-difference.ts'
import { readSubjectNames } from '../store/subject-names.ts'

/**
 * Originator of a change: a user or token on the web, the command `npm run access` on the server, or a person who
 * acknowledged an incident in Slack or PagerDuty (kind `channel`).
 */
export type AuditActor = Pick<RequestCaller, 'id' | 'name'> & { kind: RequestCaller['kind'] | 'command' | 'channel' }

export const ACCESS_COMMAND_ACTOR: AuditActor = { kind: 'command', id: '', name: 'npm run access' }

type Change = Pick<z.input<typeof auditEntrySchema>, 'action' | 'subject' | 'before' | 'after' | 'address'>

/** Records a change in the audit log. Only the fields that differ before and after the change are stored. */
export async function recordAuditEntry(db: SqlExecutor, actor: AuditActor, change: Change): Promise<void> {
  const { before, after } = findAuditDifference(change.before, change.after)
  await runWithPrisma(db, ({ auditEntry }) =>
    auditEntry.create({
      data: {
        actorKind: actor.kind,
        actorId: actor.id,
        actor: actor.name,
        action: change.action,
        subject: change.subject,
        address: change.address,
        // null in a column means that the object did not exist before the change, or does not exist after it
        ...(before !== null && { before: before as Prisma.InputJsonValue }),
        ...(after !== null && { after: after as Prisma.InputJsonValue }),
      },
    }),
  )
}

/**
 * Returns entries of the audit log, newest first.
 * @param before returns only entries older than this id; null = start with the newest
 */
export async function listAuditEntries(
  db: SqlExecutor,
  { before, limit }: { before: bigint | null; limit: number },
): Promise<z.input<typeof auditEntrySchema>[]> {
  const rows = await runWithPrisma(db, ({ auditEntry }) =>
    auditEntry.findMany({
      where: before === null ? {} : { id: { lt: before } },
      orderBy: { id: 'desc' },
      take: limit,
    }),
  )
  const names = await readSubjectNames(
    db,
    rows.map(({ subject }) => subject),
  )
  return rows.map(({ id, ...entry }) => ({
    ...entry,
    id: String(id),
    subjectName: names.get(entry.subject) ?? null,
  }))
}
