import { expect, it } from 'vitest'
import { choosePeerwatchSystems } from './peerwatch.ts'

const AS_SHIPPED = 'Peerwatch with BMP and BGP, as shipped'
const WITH_LOGS = 'Peerwatch with BMP, BGP and logs, as shipped'
const choose = (...only: string[]) => choosePeerwatchSystems(only).map(({ name }) => name)

it('chooses one system with BGP, because routers have one such neighbor', () => {
  expect(choosePeerwatchSystems([]).filter(({ withBgp }) => withBgp)).toHaveLength(1)
  expect(choose('Peerwatch with BMP')).toContain('Peerwatch with BMP and BGP, tuned')
  expect(choose('Peerwatch, Azure alone', WITH_LOGS)).toEqual(['Peerwatch, Azure alone', WITH_LOGS])
  expect(choose('Icinga')).toEqual([])
})

it('prefers the system with BGP whose whole name is given', () => {
  expect(choose('Peerwatch', WITH_LOGS)).toEqual(['Peerwatch, Azure alone', 'Peerwatch with BMP', WITH_LOGS])
})

it('refuses two systems with BGP that are both named', () => {
  expect(() => choose(AS_SHIPPED, WITH_LOGS)).toThrow(
    `--only: routers have one BGP neighbor for all systems, so choose one of: '${AS_SHIPPED}', '${WITH_LOGS}'`,
  )
})
