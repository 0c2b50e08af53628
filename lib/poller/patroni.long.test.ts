import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PatroniCluster, type PatroniMember, startPatroniCluster } from '#lib/platform/testing/patroni.ts'
import { type TestConnectionPooler, startPooler } from '#lib/platform/testing/pooler.ts'
import { PATRONI_PROGRAMS, PGBOUNCER_PROGRAM } from '#lib/platform/system-programs.ts'
import { whyWithout } from '#lib/platform/testing/why-without.ts'
import { shouldSkipTestsWithReason } from '#lib/platform/testing/skipped.ts'
import { type FailoverLab, formatLongestTimeWithoutPoll, startFailoverLab } from './testing/failover-lab.ts'

const missing = whyWithout([...PATRONI_PROGRAMS, PGBOUNCER_PROGRAM])
/** number of sessions between each pooler and its server */
const SESSIONS = 20

/** A machine with a server under Patroni and a pooler. */
interface Machine {
  member: PatroniMember
  pooler: TestConnectionPooler
}

let cluster: PatroniCluster
const machines: Machine[] = []
let lab: FailoverLab

describe.skipIf(shouldSkipTestsWithReason('tests under Patroni', missing))('on three servers under Patroni', () => {
  beforeAll(async () => {
    cluster = await startPatroniCluster(3)
    for (const member of cluster.members) {
      machines.push({ member, pooler: await startPooler(member.url, SESSIONS) })
    }
    const direct = cluster.address('target_session_attrs=read-write')
    const ports = machines.map(({ pooler }) => Number(new URL(pooler.url).port))
    const pooled = cluster.address('target_session_attrs=read-write&pgbouncer=true', ports)
    lab = await startFailoverLab(direct, [{ url: direct }, { url: pooled, more: { DATABASE_LISTEN_URL: direct } }])
  }, 600_000)

  afterAll(async () => {
    await lab?.close()
    for (const { pooler } of machines) await pooler.stop()
    await cluster?.stop()
  })

  it('polls go on within 30 s after the primary was killed, each time, and no recorded one is lost', async () => {
    for (let kill = 1; kill <= 3; kill += 1) {
      const { name } = await cluster.primary()
      await loseMachine(name, async () => expect((await cluster.primary()).name).not.toBe(name))
    }
  })

  it('polls go on after the synchronous standby was killed, and no recorded one is lost', async () => {
    const [primary, standby] = [await cluster.primary(), await cluster.synchronousStandby()]
    await loseMachine(standby.name, async () => expect((await cluster.primary()).name).toBe(primary.name))
  })

  it('polls go on after a switchover that was asked for, and no recorded one is lost', async () => {
    const former = await cluster.primary()
    const pause = await lab.pollThrough(() => cluster.switchOver())
    expect((await cluster.primary()).name).not.toBe(former.name)
    await cluster.complete()
    process.stdout.write(`switchover from ${former.name}: ${formatLongestTimeWithoutPoll(pause)}\n`)
  })

  it('what was recorded through all of it is whole', async () => {
    expect(await lab.audit()).toEqual([])
  })
})

/**
 * Kills all processes of a machine, and starts them again after polling has resumed. @param check checks the cluster
 * without the machine
 */
async function loseMachine(name: string, check: () => Promise<void>): Promise<void> {
  const machine = machines.find(({ member }) => member.name === name)
  if (!machine) throw new Error(`no machine is ${name}`)
  const { member, pooler } = machine
  const pause = await lab.pollThrough(() => Promise.all([member.kill(), pooler.stop()]))
  await check()
  member.start()
  await cluster.complete()
  machine.pooler = await startPooler(member.url, SESSIONS, Number(new URL(pooler.url).port))
  process.stdout.write(`${name} was killed: ${formatLongestTimeWithoutPoll(pause)}\n`)
}
