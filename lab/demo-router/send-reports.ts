import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { encodeBmp } from '#lib/routers/bmp/codec/testing/encode-bmp.ts'
import type { SimulatedWorld } from '../simulator/index.ts'
import {
  bmpInitiationMessage,
  createSyslogLinesForChanges,
  createBmpMessagesForChanges,
  type RouterState,
  computeRouterSessionStatesAt,
} from './customer-end.ts'

const COMPARES_EVERY_MS = 500
const CONNECTS_AGAIN_MS = 3_000

export interface HostAndPort {
  host: string
  port: number
}

/**
 * Starts the demo's router, which reports changes of its sessions in the simulated estate by BMP over TCP and by syslog
 * over UDP. It reconnects whenever the station closes the connection.
 * @param world returns the current world, including changes made from outside
 * @returns a function that stops the router
 */
export function startRouter({
  world,
  now,
  bmp,
  syslog,
}: {
  world: () => SimulatedWorld
  now: () => number
  bmp: HostAndPort
  syslog: HostAndPort
}): () => void {
  const log = createSocket('udp4')
  log.unref()
  log.on('error', () => {}) // if no server listens, log lines are lost like those of a real router
  let isEnding = false
  let end = () => {}

  function report(): void {
    let state: RouterState = new Map()
    const socket = connect({ ...bmp, noDelay: true })
    const compare = (): void => {
      const at = now()
      const next = computeRouterSessionStatesAt(world(), at)
      for (const message of createBmpMessagesForChanges(state, next, at)) socket.write(encodeBmp(message))
      for (const line of createSyslogLinesForChanges(state, next, at)) log.send(line, syslog.port, syslog.host)
      state = next
    }
    let timer: NodeJS.Timeout | undefined
    socket.once('connect', () => {
      socket.write(encodeBmp(bmpInitiationMessage))
      compare()
      timer = setInterval(compare, COMPARES_EVERY_MS)
    })
    socket.on('error', () => {}) // the station is not running; the `close` event follows
    socket.once('close', () => {
      clearInterval(timer)
      if (!isEnding) setTimeout(report, CONNECTS_AGAIN_MS).unref()
    })
    end = () => socket.destroy()
  }
  report()
  return () => {
    isEnding = true
    end()
    log.close()
  }
}
