import { expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import { ensureSource } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SourceCache } from './source-cache.ts'

const db = withTestDatabase()
const NETWORK = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'
const OWN_KINDS = ['peers', 'learned', 'activity'] as const

it('forgets what is off the plan, so that an estate that changes for years takes no more memory', async () => {
  const book = new SourceCache(db, Date.now)
  const sizes: number[] = []
  for (let year = 0; year < 5; year++) {
    const targets = Array.from({ length: 4 }, (_, i) => ({
      resourceId: `${NETWORK}/virtualNetworkGateways/gw-${year}-${i}`,
      subresource: '',
    }))
    book.planned(targets.flatMap((target) => OWN_KINDS.map((kind: PollKind) => ({ ...target, kind, resource: null }))))
    for (const target of targets) {
      const source = await book.source(await ensureSource(db.pool, target))
      if (!source) throw new Error('the source is not there')
      await book.plannedId(target)
      await book.localAddresses({ ...source, peering: 'AzurePrivatePeering', path: 'primary' })
      await book.knowledge(source, { kind: 'peers', epoch: '1' })
      for (const kind of OWN_KINDS) {
        book.firstTime({ sourceId: source.sourceId, kind })
        book.noteRead(source.sourceId, kind, 1)
      }
    }
    sizes.push(book.size)
  }
  expect(sizes[0]).toBeGreaterThan(4 * OWN_KINDS.length)
  expect(new Set(sizes).size).toBe(1)
})
