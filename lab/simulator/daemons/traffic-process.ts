/**
 * `answer ADDRESS` returns each packet to its sender. `send ADDRESS` sends packets over some flows and writes a JSON
 * line for each interval in which a flow received nothing. It ends with its parent, and after half an hour at the
 * latest.
 */
import { createSocket } from 'node:dgram'

const PORT = 9_000
const FLOWS = 4
const EVERY_MS = 100
const BYTES = 1_000
/** A time without an answer that is longer than this (milliseconds) is a loss, and not a late packet. */
const SILENT_MS = 350
const LIFE_MS = 1_800_000

const [role, address = ''] = process.argv.slice(2)

function answer(): void {
  const socket = createSocket('udp4')
  // if the return path is also cut, the kernel refuses to send; the packet is lost as intended
  const lost = (): void => undefined
  socket.on('error', lost)
  socket.on('message', (packet, from) => socket.send(packet, from.port, from.address, lost))
  socket.bind(PORT, address)
}

function send(flow: number): void {
  const socket = createSocket('udp4')
  const packet = Buffer.alloc(BYTES)
  let lastAnswerAt: number | null = null
  socket.on('error', () => undefined)
  socket.on('message', () => {
    const now = Date.now()
    if (lastAnswerAt !== null && now - lastAnswerAt > SILENT_MS)
      process.stdout.write(`${JSON.stringify({ flow, from: lastAnswerAt, until: now })}\n`)
    lastAnswerAt = now
  })
  const timer = setInterval(() => socket.send(packet, PORT, address, () => undefined), EVERY_MS)
  socket.on('close', () => clearInterval(timer))
}

process.on('SIGTERM', () => process.exit(0))
setTimeout(() => process.exit(0), LIFE_MS)
if (role === 'answer') answer()
else for (let flow = 0; flow < FLOWS; flow++) send(flow)
