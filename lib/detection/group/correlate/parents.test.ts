import { describe, expect, it } from 'vitest'
import { A, B, t2 } from '../../testing/estates.ts'
import { play } from '#lib/poller/memory/testing/play.ts'
import type { Happening } from '#lib/poller/memory/testing/timeline.ts'
import { announces, endsCe, startsCe, withdraws } from '../../testing/happenings.ts'
import type { World } from '../../testing/world.ts'

const PRIMARY = ['10.0.4.4']
const LON = ['10.0.4.4', '10.0.4.5']

const falls: Happening = {
  at: '10:00:10',
  do: (world) => {
    endsCe(world, 'ckt-lon', 'primary')
    withdraws(world, PRIMARY, [...A, ...B])
  },
}
const announcesAll = (world: World) => {
  announces(world, PRIMARY, A, [65001])
  announces(world, PRIMARY, B, [65001, 65001, 65001])
}
const rises: Happening = {
  at: '10:01:50',
  do: (world, time) => {
    startsCe(world, 'ckt-lon', 'primary', time)
    announcesAll(world)
  },
}

const parentsOfWithdrawals = async (truth: Happening[]) => {
  const played = await play({ world: t2, from: '9:50', to: '10:08', truth })
  return played.events
    .filter(({ kind }) => kind === 'mass_withdraw')
    .map(({ partOf }) => (partOf ? played.event(partOf)?.kind : null))
}

describe('a withdrawal of many prefixes', () => {
  it('is a root event when the path that carried them has been down, and is up again', async () => {
    const withdrawal: Happening = { at: '10:03:10', do: (world) => withdraws(world, LON, [...A, ...B]) }
    expect(await parentsOfWithdrawals([falls, rises, withdrawal])).toEqual([null])
  })

  it('is a root event when the path falls later', async () => {
    const withdrawal: Happening = { at: '10:00:10', do: (world) => withdraws(world, PRIMARY, [...A, ...B]) }
    const announcement: Happening = { at: '10:01:10', do: announcesAll }
    expect((await parentsOfWithdrawals([withdrawal, announcement, { ...falls, at: '10:02:05' }]))[0]).toBeNull()
  })

  it('is a part of the path’s fall when it comes with it', async () => {
    const early: Happening = { at: '10:00:05', do: (world) => withdraws(world, PRIMARY, [...A, ...B]) }
    expect(await parentsOfWithdrawals([early, falls])).toEqual(['path_down'])
  })
})

it('equal paths that became fewer are a part of the path that carried the others', async () => {
  const played = await play({ world: t2, from: '9:50', to: '10:08', truth: [falls] })
  const all = played.events
  const shrunk = all.filter(({ kind }) => kind === 'ecmp_reduced')
  expect(shrunk.length).toBeGreaterThan(0)
  for (const { partOf } of shrunk) expect(played.event(partOf)?.kind).toBe('path_down')
})

it('a withdrawal of some of equal paths, with every session up, is a part of nothing', async () => {
  const withdrawal: Happening = { at: '10:00:10', do: (world) => withdraws(world, PRIMARY, A) }
  const played = await play({ world: t2, from: '9:50', to: '10:08', truth: [withdrawal] })
  const shrunk = played.events.filter(({ kind }) => kind === 'ecmp_reduced')
  expect(shrunk.map(({ partOf }) => partOf)).toEqual([null])
})
